/** The tests of find(1) that look at the kind, the size, the mode, the owner and the numbers of a file. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { isSame, modeOf, stat } from '../files.ts';
import { USER_ID, userOf } from '../identity.ts';
import { inQuotes } from '../quote.ts';
import { reasonOf, warn } from '../stdio.ts';
import { compares, signOf, type Words } from './arguments.ts';
import type { Test } from './expression.ts';
import { type Found, findPlace } from './found.ts';
import { permTest } from './perm.ts';

const KINDS: Readonly<Record<string, string>> = { d: 'dir', f: 'file', l: 'symlink' };

/** The kinds that letters name. A namespace has neither devices nor sockets. */
function kindsOf(words: Words): ReadonlySet<string> {
  const text = words.argument();
  const kinds = new Set<string>();
  for (let at = 0; at < text.length; at += 2) {
    const letter = text[at] as string;
    if (letter === 'D')
      words.fail(
        `${words.name} D is not supported because Solaris doors are not supported on the platform find was compiled on.`,
      );
    if (!'bcdpfls'.includes(letter)) words.fail(`Unknown argument to ${words.name}: ${letter}`);
    const [comma, next] = [text[at + 1], text[at + 2]];
    if (comma !== undefined && comma !== ',')
      words.fail(`Must separate multiple arguments to ${words.name} using: ','`);
    if (comma !== undefined && next === undefined)
      words.fail(
        `Last file type in list argument to ${words.name} is missing, i.e., list is ending on: ','`,
      );
    kinds.add(KINDS[letter] ?? letter);
  }
  if (text === '') words.fail(`Arguments to ${words.name} should contain at least one letter`);
  return kinds;
}

const type = (words: Words): Test => {
  const kinds = kindsOf(words);
  return ({ kind }) => kinds.has(kind);
};

const otherType = (words: Words): Test => {
  const kinds = kindsOf(words);
  return async (found) => kinds.has((await found.otherKind()) ?? 'symlink');
};

const UNITS: Readonly<Record<string, number>> = {
  b: 512,
  c: 1,
  w: 2,
  k: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};

const size = (words: Words): Test => {
  const text = words.argument();
  if (text === '') words.fail('invalid null argument to -size');
  const last = text.at(-1) as string;
  const unit = /\d/.test(last) ? 512 : UNITS[last];
  if (unit === undefined) return words.fail(`invalid -size type \`${last}'`);
  const { sign, rest } = signOf(/\d/.test(last) ? text : text.slice(0, -1));
  if (!/^\d+$/.test(rest)) words.fail(`Invalid argument \`${text}' to -size`);
  return (found) => compares(Math.ceil(found.stat.size / unit), sign, Number(rest));
};

const number =
  (value: (stat: NamespaceStat) => bigint | number) =>
  (words: Words): Test => {
    const text = words.argument();
    const { sign, rest } = signOf(text);
    if (!/^\d+$/.test(rest)) words.wrong(text);
    return (found) => compares(BigInt(value(found.stat)), sign, BigInt(rest));
  };

const perm = async (words: Words): Promise<Test> => {
  const text = words.argument();
  const test = permTest(text) ?? words.fail(`invalid mode ${inQuotes(text)}`);
  if (/^\/0+$/.test(text))
    await warn(
      words.search.host,
      `warning: you have specified a mode pattern ${text} (which is equivalent to /000). The meaning of -perm /000 has now been changed to be consistent with -perm -000; that is, while it used to match no files, it now matches all files.`,
    );
  return ({ stat, kind }) => test(modeOf(stat), kind === 'dir');
};

/** There is one user, with a group of the same name. */
const owner =
  (unknown: string) =>
  (words: Words): Test => {
    const text = words.argument();
    const isUser = text === userOf(words.search.host) || text === String(USER_ID);
    if (!isUser && !/^\d+$/.test(text))
      words.fail(`${inQuotes(text)} is not the name of ${unknown}`);
    return () => isUser;
  };

/** A link is judged by what it leads to (access(2)). */
const access =
  (bit: number) =>
  (words: Words): Test => {
    const { host } = words.search;
    return async ({ stat: own, path }: Found) => {
      if (own.kind !== 'symlink') return (modeOf(own) & bit) !== 0;
      try {
        return (modeOf(await stat(host, path)) & bit) !== 0;
      } catch (error) {
        reasonOf(error);
        return false;
      }
    };
  };

/** A file that another is compared with. */
export async function reference(words: Words): Promise<NamespaceStat> {
  const { search } = words;
  const path = words.argument();
  try {
    return (await findPlace(search.host, { path, start: path, depth: 0 }, search.follow)).stat;
  } catch (error) {
    return words.fail(`${inQuotes(path)}: ${reasonOf(error)}`);
  }
}

const sameFile = async (words: Words): Promise<Test> => {
  const wanted = await reference(words);
  return ({ stat }) => isSame(stat, wanted);
};

const empty =
  ({ search }: Words): Test =>
  async (found) => {
    try {
      return await found.isEmpty();
    } catch (error) {
      await search.fail(`${inQuotes(found.path)}: ${reasonOf(error)}`);
      return false;
    }
  };

export const fileTests = {
  '-true': () => () => true,
  '-false': () => () => false,
  '-type': type,
  '-xtype': otherType,
  '-size': size,
  '-perm': perm,
  '-empty': empty,
  '-inum': number(({ ino }) => ino),
  '-links': number(({ nlink }) => nlink),
  '-uid': number(() => USER_ID),
  '-gid': number(() => USER_ID),
  '-user': owner('a known user'),
  '-group': owner('an existing group'),
  '-nouser': () => () => false,
  '-nogroup': () => () => false,
  '-samefile': sameFile,
  '-readable': access(0o400),
  '-writable': access(0o200),
  '-executable': access(0o100),
} as const;
