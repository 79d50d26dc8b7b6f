/** The tests of find(1) that compare times: with an age in days or minutes, with another file, or with a date. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { parseDate } from '../dateparse.ts';
import { inQuotes } from '../quote.ts';
import { divide, fromLocal, toLocal, zoneOf } from '../zone.ts';
import { signOf, type Words } from './arguments.ts';
import type { Test } from './expression.ts';
import { reference } from './tests.ts';

type Read = (stat: NamespaceStat) => bigint;

const accessed: Read = ({ atime, mtime }) => atime ?? mtime;
const changed: Read = ({ ctime, mtime }) => ctime ?? mtime;
const modified: Read = ({ mtime }) => mtime;

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const DAY_SECONDS = 86_400n;
const DAY = DAY_SECONDS * SECOND;

/** A file is N units old from N whole units on, until there is one more; `+N` is older, `-N` younger. */
const age =
  (read: Read, unit: bigint) =>
  (words: Words): Test => {
    const text = words.argument();
    const { sign, rest } = signOf(text);
    if (!/^(?:\d+\.?\d*|\.\d+)$/.test(rest)) words.wrong(text);
    const { dayBefore } = words.search;
    const isDays = unit === DAY;
    const from = isDays ? dayBefore + (sign === '-' ? DAY - SECOND : 0n) : dayBefore + DAY;
    const at = from - BigInt(Math.round(Number(rest) * Number(unit / SECOND) * 1e3)) * 1_000_000n;
    return ({ stat }) => {
      const time = read(stat);
      if (sign === '+') return time < at;
      if (sign === '-') return time > at;
      return time > at && time <= at + unit;
    };
  };

const newer =
  (read: Read, wanted: Read = modified) =>
  async (words: Words): Promise<Test> => {
    const than = wanted(await reference(words));
    return ({ stat }) => read(stat) > than;
  };

const LETTERS: Readonly<Record<string, Read>> = { a: accessed, c: changed, m: modified };

/** -newerXY, where X and Y are one of the times a, c and m, and Y may be t, for a date. */
export async function newerTest(words: Words): Promise<Test> {
  const { name, search } = words;
  const [, own = '', other = ''] = /^-newer([aBcm])([aBcmt])$/.exec(name) ?? [];
  if (own === '') words.fail(`invalid predicate \`${name}'`);
  if (own === 'B' || other === 'B')
    words.fail(
      `This system does not provide a way to find the birth time of a file.\n${search.host.name}: invalid predicate \`${name}'`,
    );
  const read = LETTERS[own] as Read;
  if (other !== 't') return newer(read, LETTERS[other])(words);
  const text = words.next() ?? words.fail(`The ${inQuotes(name)} test needs an argument`);
  const date =
    parseDate(text, search.now, zoneOf(search.host.env)) ??
    words.fail(`I cannot figure out how to interpret ${inQuotes(text)} as a date or time`);
  return ({ stat }) => read(stat) > date;
}

/** Ages are counted from the end of today. */
const dayStart = ({ search }: Words): Test => {
  const zone = zoneOf(search.host.env);
  const local = BigInt(toLocal(Number(search.now / 1_000_000n), zone));
  const midnight = Number(local - divide(local, DAY / 1_000_000n)[1]);
  search.dayBefore = BigInt(fromLocal(midnight, zone) ?? midnight) * 1_000_000n;
  return () => true;
};

export const timeTests = {
  '-amin': age(accessed, MINUTE),
  '-cmin': age(changed, MINUTE),
  '-mmin': age(modified, MINUTE),
  '-atime': age(accessed, DAY),
  '-ctime': age(changed, DAY),
  '-mtime': age(modified, DAY),
  '-newer': newer(modified),
  '-anewer': newer(accessed),
  '-cnewer': newer(changed),
  '-daystart': dayStart,
} as const;
