/** The builtin `read`: a line becomes variables (bash(1)). */

import { textOf } from '../kernel/rawtext.ts';
import { numberOf } from './arguments.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import type { Stream } from './io.ts';

/** One line, byte by byte: what comes after it is for others. */
export async function readLine(
  input: Stream,
  { delimiter = 10, count = Number.POSITIVE_INFINITY, raw = false },
): Promise<{ text: string; ended: boolean }> {
  const bytes: number[] = [];
  let ended = false;
  let data: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (;;) {
    if (at >= data.length) {
      data = await input.read(4096);
      at = 0;
      if (data.length === 0) {
        ended = true;
        break;
      }
    }
    const byte = data[at++] as number;
    if (byte === delimiter) {
      const escaped = !raw && delimiter === 10 && trailingBackslashes(bytes) % 2 === 1;
      if (!escaped) break;
      bytes.pop();
      continue;
    }
    bytes.push(byte);
    if (bytes.length >= count) break;
  }
  if (at < data.length) input.pushBack(data.slice(at));
  return { text: textOf(Uint8Array.from(bytes.filter((byte) => byte !== 0))), ended };
}

function trailingBackslashes(bytes: readonly number[]): number {
  let count = 0;
  while (bytes[bytes.length - 1 - count] === 92) count++;
  return count;
}

export const read: Builtin = async (args, context) => {
  let raw = false;
  let array: string | undefined;
  let delimiter = 10;
  let count: number | undefined;
  let prompt: string | undefined;
  let fd = 0;
  let at = 0;
  for (; at < args.length && /^-[a-zA-Z]/.test(args[at] as string); at++) {
    const word = args[at] as string;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (letter === 'r') raw = true;
      else if (letter === 's' || letter === 'e') continue;
      else {
        const value = word.slice(i + 1) || (args[++at] ?? '');
        if (letter === 'a') array = value;
        else if (letter === 'd') delimiter = value === '' ? 0 : value.charCodeAt(0);
        else if (letter === 'n' || letter === 'N') count = numberOf(value, 0);
        else if (letter === 'p') prompt = value;
        else if (letter === 'u') fd = numberOf(value, 0);
        else if (letter !== 't' && letter !== 'i')
          throw new ShellError(`-${letter}: invalid option`, 2);
        break;
      }
    }
  }
  const names = args.slice(at);
  const input = context.io.get(fd);
  if (!input?.readable) throw new ShellError(`${fd}: Bad file descriptor`);
  if (prompt !== undefined) await context.io.get(2)?.write(prompt);
  const { text, ended } = await readLine(input, {
    delimiter,
    raw,
    ...(count === undefined ? {} : { count }),
  });
  const ifs = context.state.get('IFS') ?? ' \t\n';
  if (array !== undefined)
    context.state.setArray(array, splitLine(text, ifs, raw, Number.POSITIVE_INFINITY));
  else if (names.length === 0)
    context.state.set('REPLY', raw ? text : text.replace(/\\(.)/gs, '$1'));
  else {
    const values = splitLine(text, ifs, raw, names.length);
    for (const [i, name] of names.entries()) context.state.set(name, values[i] ?? '');
  }
  return ended ? 1 : 0;
};

/** At most `max` fields; the last has the rest of the line. */
function splitLine(line: string, ifs: string, raw: boolean, max: number): string[] {
  const isBlank = (char: string): boolean => ifs.includes(char) && /\s/.test(char);
  const fields: string[] = [];
  let at = 0;
  const skipBlanks = (): void => {
    while (at < line.length && isBlank(line[at] as string)) at++;
  };
  skipBlanks();
  while (at < line.length) {
    if (fields.length === max - 1) {
      let rest = line.slice(at);
      while (rest !== '' && isBlank(rest.at(-1) as string) && (raw || rest.at(-2) !== '\\'))
        rest = rest.slice(0, -1);
      // One delimiter at the very end belongs to no field.
      const [only] =
        rest.match(new RegExp(`^[^${ifs.replace(/[\]\\^-]/g, '\\$&')}]*(?=.$)`, 's')) ?? [];
      if (
        ifs !== '' &&
        only !== undefined &&
        ifs.includes(rest.at(-1) as string) &&
        !isBlank(rest.at(-1) as string)
      )
        rest = only;
      fields.push(raw ? rest : rest.replace(/\\(.)/gs, '$1'));
      return fields;
    }
    let field = '';
    while (at < line.length && !ifs.includes(line[at] as string)) {
      if (!raw && line[at] === '\\') at++;
      field += line[at++] ?? '';
    }
    fields.push(field);
    skipBlanks();
    if (at < line.length && ifs.includes(line[at] as string) && !isBlank(line[at] as string)) {
      at++;
      skipBlanks();
    }
  }
  return fields;
}
