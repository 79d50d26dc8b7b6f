/** The actions of find(1) that run commands: -exec, -execdir, -ok and -okdir. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { canonical } from '../canonical.ts';
import { dirName } from '../files.ts';
import type { Streams, Surroundings } from '../host.ts';
import { inQuotes } from '../quote.ts';
import { words as reasons } from '../strerror.ts';
import type { Words } from './arguments.ts';
import type { Test } from './expression.ts';
import type { Found } from './found.ts';
import type { Search } from './search.ts';

/** The most bytes of a command that collects names. */
const MOST_BYTES = 131_072;
const [NEWLINE, LOWER_Y, UPPER_Y] = [0x0a, 0x79, 0x59];

type How = Streams & Surroundings;

async function run(search: Search, command: readonly string[], how: How): Promise<number> {
  const { host, outputs } = search;
  await outputs.flush();
  const name = command[0] as string;
  const reason = await host.missing(name, how);
  if (!reason) return host.run(command, how);
  await host.stderr.write(bytesOf(`${host.name}: ${inQuotes(name)}: ${reasons[reason]}\n`));
  return 1;
}

/** The folder of a file and its name there, as -execdir gives them. */
async function within(
  { host }: Search,
  { folder, lastPart, path }: Found,
): Promise<{ cwd: string; name: string }> {
  if (/^\/+$/.test(path)) return { cwd: '/', name: path };
  const bare = path.replace(/\/+$/, '');
  const above = bare === path ? folder : dirName(path);
  return { cwd: await canonical(host, above || '/', 'all'), name: `./${lastPart}` };
}

async function isAnsweredYes({ host }: Search): Promise<boolean> {
  let first: number | undefined;
  for (;;) {
    const [byte] = await host.stdin.read(1);
    if (byte === undefined || byte === NEWLINE) return first === LOWER_Y || first === UPPER_Y;
    first ??= byte;
    await host.checkpoint();
  }
}

const exec =
  (inFolder: boolean, asks: boolean) =>
  (words: Words): Test => {
    const { search } = words;
    const { words: command, isCollected } = words.command(!asks);
    if (isCollected) return collect(words, command, inFolder);
    return async (found) => {
      const place = inFolder ? await within(search, found) : { name: found.path };
      if (asks) {
        await search.outputs.flush();
        await search.host.stderr.write(bytesOf(`< ${command[0]} ... ${found.path} > ? `));
        if (!(await isAnsweredYes(search))) return false;
      }
      const line = command.map((word) => word.replaceAll('{}', () => place.name));
      const how = 'cwd' in place ? { cwd: place.cwd } : {};
      const input = asks ? { stdin: new Uint8Array(0) } : {};
      return (await run(search, line, { ...how, ...input })) === 0;
    };
  };

const sizeOf = (text: string): number => bytesOf(text).length + 1;

/** Runs the command once for as many names as one command holds. A command that fails makes the status of find 1. */
function collect(words: Words, given: readonly string[], inFolder: boolean): Test {
  const [command, last = ''] = [given.slice(0, -1), given.at(-1)];
  const { search, name } = words;
  if (command.some((word) => word.includes('{}')))
    words.fail(`Only one instance of {} is supported with ${name} ... +`);
  if (last !== '{}')
    words.fail(
      `In ${inQuotes(`${name} ... {} +`)} the ${inQuotes('{}')} must appear by itself, but you specified ${inQuotes(last)}`,
    );
  const least = command.reduce((sum, word) => sum + sizeOf(word), 0);
  let [names, size]: [string[], number] = [[], least];
  let [cwd, start, depth]: [string | undefined, string, number] = [undefined, '', 0];
  const flush = async (): Promise<void> => {
    if (names.length === 0) return;
    const line = [...command, ...names];
    [names, size] = [[], least];
    if ((await run(search, line, cwd === undefined ? {} : { cwd })) !== 0) search.status = 1;
  };
  search.atEnd.push(flush);
  return async (found) => {
    const place = inFolder ? await within(search, found) : { name: found.path };
    const folder = 'cwd' in place ? place.cwd : undefined;
    const isElsewhere =
      inFolder && (folder !== cwd || found.depth !== depth || found.start !== start);
    if (isElsewhere || size + sizeOf(place.name) > MOST_BYTES) await flush();
    [cwd, start, depth] = [folder, found.start, found.depth];
    names.push(place.name);
    size += sizeOf(place.name);
    return true;
  };
}

export const commandActions = {
  '-exec': exec(false, false),
  '-execdir': exec(true, false),
  '-ok': exec(false, true),
  '-okdir': exec(true, true),
} as const;
