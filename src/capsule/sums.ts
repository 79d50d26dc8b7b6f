/** SHA256SUMS as sha256sum(1) of GNU coreutils writes and checks it: `SUM  NAME`, a line for each file. */
import { fail } from '../kernel/errors.ts';

const escapes: { readonly [c: string]: string } = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const unescapes: { readonly [c: string]: string } = { '\\': '\\', n: '\n', r: '\r' };

/** A name that holds a backslash or the end of a line is escaped, and its line begins with a backslash. */
export function sumLine(sum: string, name: string): string {
  const escaped = name.replace(/[\\\n\r]/g, (c) => escapes[c] as string);
  return `${escaped === name ? '' : '\\'}${sum}  ${escaped}\n`;
}

/** The bytes of a list of sums: enough for two million names of 60 bytes. */
export const SUMS_MAX = 256 << 20;
/** Longer than the path of any file. */
const LINE_MAX = 1 << 20;

/** Names with their sums, read line by line. EINVAL where a line is not one of these. */
export async function readSums(parts: AsyncIterable<Uint8Array>): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) addLine(sums, line);
    if (rest.length > LINE_MAX) fail('EINVAL', 'its SHA256SUMS is damaged');
  }
  addLine(sums, rest + decoder.decode());
  return sums;
}

const nameOf = (name: string): string =>
  name.replace(/\\([\\nr])/g, (_, c: string) => unescapes[c] as string);

function addLine(sums: Map<string, string>, line: string): void {
  if (line === '') return;
  const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *]([\s\S]+)$/.exec(line) ?? [];
  if (sum === undefined || name === undefined) fail('EINVAL', 'its SHA256SUMS is damaged');
  else sums.set(escaped ? nameOf(name) : name, sum);
}
