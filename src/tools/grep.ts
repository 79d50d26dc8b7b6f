/** grep(1), egrep and fgrep. */

import { FsError } from '../kernel/errors.ts';
import { STREAM } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { identityOf, isDirectory } from './files.ts';
import { Colors } from './grepcolors.ts';
import { Files, type Names } from './grepfiles.ts';
import { type Job, paint, writeName } from './grepline.ts';
import { type Settings, settingsOf, Usage } from './grepoptions.ts';
import { Scan } from './grepscan.ts';
import { type Host, type Input, type Source, type Tool, ToolError } from './host.ts';
import { matcherOf } from './matcher.ts';
import { RegexError } from './regex/index.ts';
import { BLOCK, Output, reasonOf, warn } from './stdio.ts';

const STDIN = '(standard input)';

export const grep: Tool = async (given) => {
  const host = { ...given, name: 'grep' };
  try {
    return await run(host, await settingsOf(given));
  } catch (error) {
    if (error instanceof Usage) {
      await host.stderr.write(bytesOf(error.text));
      return 2;
    }
    if (!(error instanceof RegexError || error instanceof ToolError)) throw error;
    await warn(host, error.message);
    return error instanceof ToolError ? error.status : 2;
  }
};

async function run(host: Host, settings: Settings): Promise<number> {
  const { has, value, operands, files, isQuiet } = settings;
  if (has('version')) throw new ToolError('--version is not supported', 2);
  if (files !== 'without' && cannotMatch(settings)) return 1;
  const end = has('null-data') ? 0 : 10;
  const out = new Output(host.stdout);
  const walk = await Files.make(host, settings);
  const warnings: string[] = [];
  const job: Job = {
    host,
    settings,
    matcher: matcherOf(settings, end, (message) => void warnings.push(message)),
    out,
    colors: colorsOf(host, settings, (message) => void warnings.push(message)),
    end,
    isNamed: settings.names ?? (await isNamed(host, settings, walk)),
    hasOutput: false,
  };
  for (const message of warnings) await warn(host, `warning: ${message}`);
  const output = await outputFile(host, settings);
  let isFound = false;
  let isFailed = false;
  const fail = async (name: string, reason: string): Promise<void> => {
    isFailed = true;
    await out.flush();
    if (!has('no-messages')) await warn(host, `${name}: ${reason}`);
  };
  const search = async ({ source, size, id }: Searched, name: string): Promise<boolean> => {
    // A person reads the lines as they are found.
    const isAtOnce = id !== undefined && !host.isTerminal(1);
    if (output !== undefined && (id ?? (await identityOf(host, source.fd))) === output) {
      await fail(name, 'input file is also the output');
      return false;
    }
    const count = await new Scan(job, name, size, isAtOnce).run(source);
    const isListed = files === 'with' ? count > 0 : files === 'without' && count === 0;
    if (has('count') && !isQuiet && files === 'none') {
      writeName(job, name, ':');
      out.text(`${count}\n`);
    }
    if (isListed && !isQuiet) {
      paint(job, 'fn', name);
      out.byte(has('null') ? 0 : 10);
    }
    if (!isAtOnce || out.isFull) await out.flush();
    if (count > 0) isFound = true;
    return isQuiet && isFound;
  };
  for await (const names of walk.names(operands, fail)) {
    const opened = await openAll(host, names);
    try {
      for (const [i, name] of names.entries()) {
        try {
          if (await search(inputOf(opened[i] as Found), name ?? value('label') ?? STDIN)) return 0;
        } catch (error) {
          await fail(name ?? '-', reasonOf(error));
        }
      }
      await out.flush();
    } finally {
      for (const each of opened) if (!(each instanceof FsError)) await each.close();
    }
  }
  return isFailed ? 2 : isFound ? 0 : 1;
}

/** Names are shown where there may be several files: a file alone has none, even with -r. */
async function isNamed(host: Host, { operands }: Settings, walk: Files): Promise<boolean> {
  const [first, ...more] = operands;
  if (more.length > 0) return true;
  return walk.isRecursive && (first === undefined || (await isDirectory(host, first)));
}

type Found = Input | FsError;

async function openAll(host: Host, names: Names): Promise<readonly Found[]> {
  if (names[0] !== undefined) return host.openAll(names as readonly string[]);
  const { stdin } = host;
  const { fd } = stdin;
  const found = fd === undefined ? undefined : await host.call('fstat', { fd });
  const size = found?.stream === STREAM.no ? found.stat.size : undefined;
  return [{ ...stdin, size, close: async () => undefined }];
}

interface Searched {
  readonly source: Source;
  /** The number of bytes, where it is known. */
  readonly size: number | undefined;
  /** What tells the file from all others, where it is known without asking. */
  readonly id: string | undefined;
}

function inputOf(file: Found): Searched {
  if (file instanceof FsError) throw file;
  const { fd, plain, size } = file;
  if (!plain) return { source: file, size, id: undefined };
  // A byte more than there is tells the end, too.
  let first = plain.size < 2 * BLOCK ? plain.size + 1 : BLOCK;
  const read: Source['read'] = (count, used) => {
    const wanted = Math.max(count, first);
    first = 0;
    return file.read(wanted, used);
  };
  return { source: { fd, read }, size, id: `${plain.dev}:${plain.ino}` };
}

/** Whether no line can be selected, whatever is read: GNU grep does not even open a file then. */
function cannotMatch({ max, patterns, has }: Settings): boolean {
  if (max === 0) return true;
  const isInverted = has('invert-match');
  if (patterns.length === 0) return !isInverted;
  const isAll = patterns.length === 1 && patterns[0] === '';
  return isAll && isInverted && !has('line-regexp') && !has('word-regexp');
}

/** The file that grep writes lines to. What is written there would be found again, and again. */
async function outputFile(host: Host, settings: Settings): Promise<string | undefined> {
  const { files, max, isQuiet, has } = settings;
  const writesLines = !isQuiet && !has('count') && files === 'none' && max > 1;
  return writesLines ? identityOf(host, host.stdout.fd) : undefined;
}

function colorsOf(
  host: Host,
  { has, value }: Settings,
  caution: (message: string) => void,
): Colors | undefined {
  const name = has('color') ? 'color' : 'colour';
  if (!has(name)) return undefined;
  const when = value(name) ?? 'auto';
  if (!/^(always|yes|force|never|no|none|auto|tty|if-tty)$/.test(when)) throw new Usage();
  const isAuto = /^(auto|tty|if-tty)$/.test(when);
  const isOn = isAuto
    ? host.isTerminal(1) && host.env['TERM'] !== undefined && host.env['TERM'] !== 'dumb'
    : /^(always|yes|force)$/.test(when);
  if (!isOn) return undefined;
  const { GREP_COLOR: old = '', GREP_COLORS: colors = '' } = host.env;
  if (!/^[;0-9]+$/.test(old)) return new Colors(colors);
  const given = colors.split(':').map((each) => each.split('=')[0]);
  const isReplaced = given.includes('mt') || (given.includes('ms') && given.includes('mc'));
  if (!isReplaced) caution(`GREP_COLOR='${old}' is deprecated; use GREP_COLORS='mt=${old}'`);
  return new Colors(`mt=${old}:${colors}`);
}
