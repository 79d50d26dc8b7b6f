/** A terminal's description: its flags, numbers and strings by their names (terminfo(5)). */
import { entries, type TerminfoEntry } from './entries.ts';

export interface Terminfo {
  readonly title: string;
  readonly flags: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, number>;
  /** Each character a byte. */
  readonly strings: ReadonlyMap<string, string>;
}

const escapes: Readonly<Record<string, string>> = {
  E: '\x1b',
  e: '\x1b',
  n: '\n',
  l: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  s: ' ',
  a: '\x07',
  '0': '\x80',
};

/** A string of an entry as the bytes that it stands for. NUL is sent as 0x80. */
export const decoded = (source: string): string =>
  source.replace(/\\([0-7]{3}|.)|\^(.)/g, (_, escaped?: string, control?: string) => {
    if (control !== undefined)
      return control === '?' ? '\x7f' : String.fromCharCode(control.charCodeAt(0) & 31 || 0x80);
    const name = escaped as string;
    if (name.length === 3) return String.fromCharCode(Number.parseInt(name, 8) || 0x80);
    return escapes[name] ?? name;
  });

function read(entry: TerminfoEntry): Terminfo {
  const flags = new Set<string>();
  const numbers = new Map<string, number>();
  const strings = new Map<string, string>();
  for (const word of entry.capabilities.trim().split(/\s+/)) {
    const [, name = '', mark = '', value = ''] = /^([^=#@]+)([=#@]?)(.*)$/s.exec(word) ?? [];
    if (name === 'use') {
      const other = terminfoOf(value);
      for (const flag of other?.flags ?? []) flags.add(flag);
      for (const [key, number] of other?.numbers ?? []) numbers.set(key, number);
      for (const [key, text] of other?.strings ?? []) strings.set(key, text);
    } else if (mark === '@') {
      flags.delete(name);
      numbers.delete(name);
      strings.delete(name);
    } else if (mark === '#') numbers.set(name, Number(value));
    else if (mark === '=') strings.set(name, decoded(value));
    else flags.add(name);
  }
  return { title: entry.title, flags, numbers, strings };
}

/** The description of a terminal; undefined for one that is not known. */
export function terminfoOf(name: string): Terminfo | undefined {
  const entry = entries.find(({ names }) => names.includes(name));
  return entry && read(entry);
}
