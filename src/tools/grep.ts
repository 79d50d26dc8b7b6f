/** grep(1), egrep and fgrep. */

import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { identityOf } from './files.ts';
import { Colors } from './grepcolors.ts';
import { Files } from './grepfiles.ts';
import { type Job, paint, writeName } from './grepline.ts';
import { type Settings, settingsOf, Usage } from './grepoptions.ts';
import { Scan } from './grepscan.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { matcherOf } from './matcher.ts';
import { RegexError } from './regex/index.ts';
import { Output, reasonOf, warn } from './stdio.ts';

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
  const job: Job = {
    host,
    settings,
    matcher: matcherOf(settings, end),
    out,
    colors: colorsOf(host, settings),
    end,
    isNamed: settings.names ?? (walk.isRecursive || operands.length > 1),
    hasOutput: false,
  };
  const output = await outputFile(host, settings);
  let isFound = false;
  let isFailed = false;
  const fail = async (name: string, reason: string): Promise<void> => {
    isFailed = true;
    if (!has('no-messages')) await warn(host, `${name}: ${reason}`);
  };
  const search = async (source: Source, name: string, size?: number): Promise<boolean> => {
    if (output !== undefined && (await identityOf(host, source.fd)) === output) {
      await fail(name, 'input file is also the output');
      return false;
    }
    const count = await new Scan(job, name, size).run(source);
    const isListed = files === 'with' ? count > 0 : files === 'without' && count === 0;
    if (has('count') && !isQuiet && files === 'none') {
      writeName(job, name, ':');
      out.text(`${count}\n`);
    }
    if (isListed && !isQuiet) {
      paint(job, 'fn', name);
      out.byte(has('null') ? 0 : 10);
    }
    await out.flush();
    if (count > 0) isFound = true;
    return isQuiet && isFound;
  };
  for await (const name of walk.names(operands, fail)) {
    try {
      if (name === undefined) {
        if (await search(host.stdin, value('label') ?? STDIN)) return 0;
        continue;
      }
      const file = await host.open(name, OPEN.read);
      try {
        const { stat } = await host.call('fstat', { fd: file.fd });
        if (await search(file, name, stat.size)) return 0;
      } finally {
        await file.close();
      }
    } catch (error) {
      await out.flush();
      await fail(name ?? '-', reasonOf(error));
    }
  }
  return isFailed ? 2 : isFound ? 0 : 1;
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

function colorsOf(host: Host, { has, value }: Settings): Colors | undefined {
  const name = has('color') ? 'color' : 'colour';
  if (!has(name)) return undefined;
  const when = value(name) ?? 'auto';
  if (!/^(always|yes|force|never|no|none|auto|tty|if-tty)$/.test(when)) throw new Usage();
  const isAuto = /^(auto|tty|if-tty)$/.test(when);
  const isOn = isAuto
    ? host.isTerminal(1) && host.env['TERM'] !== undefined && host.env['TERM'] !== 'dumb'
    : /^(always|yes|force)$/.test(when);
  return isOn ? new Colors(host.env['GREP_COLORS'] ?? '') : undefined;
}
