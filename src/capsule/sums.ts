/** SHA256SUMS as sha256sum(1) of GNU coreutils writes and checks it: `SUM  NAME`, a line for each file. */
import { fail } from '../kernel/errors.ts';

const escapes: { readonly [c: string]: string } = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
const unescapes: { readonly [c: string]: string } = { '\\': '\\', n: '\n', r: '\r' };

/** A name that holds a backslash or the end of a line is escaped, and its line begins with a backslash. */
export function sumLine(sum: string, name: string): string {
  const escaped = name.replace(/[\\\n\r]/g, (c) => escapes[c] as string);
  return `${escaped === name ? '' : '\\'}${sum}  ${escaped}\n`;
}

/** Names with their sums; EINVAL where a line is not one of these. */
export function parseSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *]([\s\S]+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) return fail('EINVAL', 'its SHA256SUMS is damaged');
    sums.set(
      escaped ? name.replace(/\\([\\nr])/g, (_, c: string) => unescapes[c] as string) : name,
      sum,
    );
  }
  return sums;
}
