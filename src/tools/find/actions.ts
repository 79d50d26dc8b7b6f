/** The actions of find(1) that print, remove and steer the search, and its options among the expression. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { place } from '../files.ts';
import { inQuotes } from '../quote.ts';
import { type Output, reasonOf, warn } from '../stdio.ts';
import type { Words } from './arguments.ts';
import { commandActions } from './commands.ts';
import type { Test } from './expression.ts';
import { formatted, longLine, parseFormat } from './format.ts';
import type { Found } from './found.ts';

const write = async (output: Output, text: string | Uint8Array): Promise<true> => {
  output.bytes(typeof text === 'string' ? bytesOf(text) : text);
  if (output.isFull) await output.flush();
  return true;
};

/** Where an action writes: to standard output, or to the file that its first word names. */
const outputOf = (words: Words, toFile: boolean): Promise<Output> | Output =>
  toFile ? words.search.outputs.named(words.argument()) : words.search.outputs.stdout;

const print =
  (end: string, toFile: boolean) =>
  async (words: Words): Promise<Test> => {
    const output = await outputOf(words, toFile);
    return ({ path }) => write(output, path + end);
  };

const printFormat =
  (toFile: boolean) =>
  async (words: Words): Promise<Test> => {
    const output = await outputOf(words, toFile);
    const { search } = words;
    const format = parseFormat(
      toFile ? (words.next() ?? words.wrong(words.last)) : words.argument(),
    );
    for (const message of format.warnings) await warn(search.host, message);
    return async (found) => {
      await write(output, await formatted(search.host, format, found));
      if (format.flushes) await output.flush();
      return true;
    };
  };

const printLong =
  (toFile: boolean) =>
  async (words: Words): Promise<Test> => {
    const output = await outputOf(words, toFile);
    const { host, now } = words.search;
    return async (found) => write(output, await longLine(host, found, now));
  };

const remove = ({ search }: Words): Test => {
  search.isDepthFirst = true;
  return async (found: Found) => {
    if (found.path === '.') return true;
    try {
      await search.host.call(
        found.kind === 'dir' ? 'rmdir' : 'unlink',
        place(search.host, found.path),
      );
      return true;
    } catch (error) {
      await search.fail(`cannot delete ${inQuotes(found.path)}: ${reasonOf(error)}`);
      return false;
    }
  };
};

const prune = (): Test => (found) => {
  found.isPruned = true;
  return true;
};

const quit =
  ({ search }: Words): Test =>
  () => {
    search.isOver = true;
    return true;
  };

export const actions = {
  ...commandActions,
  '-print': print('\n', false),
  '-print0': print('\0', false),
  '-fprint': print('\n', true),
  '-fprint0': print('\0', true),
  '-printf': printFormat(false),
  '-fprintf': printFormat(true),
  '-ls': printLong(false),
  '-fls': printLong(true),
  '-delete': remove,
  '-quit': quit,
} as const;

const yes = (): boolean => true;

const level =
  (set: (search: Words['search'], depth: number) => void) =>
  (words: Words): Test => {
    const text = words.argument();
    if (!/^\d+$/.test(text))
      words.fail(
        `Expected a positive decimal integer argument to ${words.name}, but got ${inQuotes(text)}`,
      );
    set(words.search, Number(text));
    return yes;
  };

const option =
  (set: (search: Words['search']) => void) =>
  ({ search }: Words): Test => {
    set(search);
    return yes;
  };

const depth = option((search) => {
  search.isDepthFirst = true;
});
const oneDevice = option((search) => {
  search.isOneDevice = true;
});

/** Options that hold for the whole search, wherever they stand. */
export const globalOptions = {
  '-d': depth,
  '-depth': depth,
  '-ignore_readdir_race': option(() => {}),
  '-maxdepth': level((search, most) => {
    search.mostDepth = most;
  }),
  '-mindepth': level((search, least) => {
    search.leastDepth = least;
  }),
  '-mount': oneDevice,
  '-noignore_readdir_race': option(() => {}),
  '-noleaf': option(() => {}),
  '-xdev': oneDevice,
} as const;

/** What neither ends the default to print nor holds for the whole search. */
export const steering = {
  '-prune': prune,
  '-follow': option((search) => {
    search.follow = 'all';
  }),
  '-nowarn': option((search) => {
    search.warns = false;
  }),
  '-warn': option((search) => {
    search.warns = true;
  }),
} as const;
