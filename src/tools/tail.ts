/** tail(1): the last lines or bytes of files, and what is appended to them. */

import { flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { closeInput, openInput, shownName, warnOfReading } from './inputs.ts';
import { lastPart, type Part } from './lastpart.ts';
import { numberOf, SIZE_SUFFIXES } from './numbers.ts';
import { choiceOf } from './options.ts';
import { inQuotes, quoted } from './quote.ts';
import { Output, warn } from './stdio.ts';
import { type Followed, Follower } from './tailfollow.ts';

interface Rules {
  readonly part: Part;
  readonly follow: '' | 'descriptor' | 'name';
  readonly isRetried: boolean;
  readonly seconds: number;
  readonly pids: readonly number[];
  readonly titles: 'some' | 'all' | 'none';
}

export const tail: Tool = async (host) => {
  const { operands, ...rules } = rulesOf(host);
  if (rules.isRetried && rules.follow === '')
    await warn(host, 'warning: --retry ignored; --retry is useful only when following');
  if (rules.pids.length > 0 && rules.follow === '')
    await warn(host, 'warning: PID ignored; --pid=PID is useful only when following');
  if (rules.part.count === 0 && !rules.part.isFromStart && rules.follow === '') return 0;
  const names = operands.length > 0 ? operands : ['-'];
  if (rules.follow === 'name' && names.includes('-'))
    throw new ToolError(`cannot follow ${quoted('-')} by name`);
  if (rules.follow !== '' && names.includes('-') && host.isTerminal(0))
    await warn(host, 'warning: following standard input indefinitely is ineffective');
  const isTitled = rules.titles === 'all' || (rules.titles === 'some' && names.length > 1);
  const out = new Output(host.stdout);
  const followed: Followed[] = [];
  let status = 0;
  let isFirst = true;
  for (const name of names) {
    const source = await openInput(host, name);
    if (!source) {
      status = 1;
      if (rules.follow !== '' && (rules.isRetried || rules.follow === 'name'))
        followed.push({ name, source: undefined });
      continue;
    }
    if (isTitled) out.text(`${isFirst ? '' : '\n'}==> ${shownName(name)} <==\n`);
    isFirst = false;
    const isRead = await show(host, name, source, out, rules.part);
    if (!isRead) status = 1;
    if (isRead && rules.follow !== '' && source.fd !== undefined) followed.push({ name, source });
    else await closeInput(host, source);
  }
  if (rules.follow === '') return status;
  const follower = new Follower(host, out, {
    ...rules,
    isByName: rules.follow === 'name',
    isTitled,
    shown: names.at(-1) ?? '',
  });
  return (await follower.run(followed)) || status;
};

async function show(
  host: Host,
  name: string,
  source: Source,
  out: Output,
  part: Part,
): Promise<boolean> {
  try {
    await lastPart(host, source, out, part);
    return true;
  } catch (error) {
    await out.flush();
    await warnOfReading(host, name, error);
    return false;
  } finally {
    await out.flush();
  }
}

function rulesOf(host: Host): Rules & { readonly operands: readonly string[] } {
  const { options, operands } = flagsOf(
    { ...host, args: oldForm(host.args) },
    {
      usage: '[OPTION]... [FILE]...',
      options: [
        'c|bytes=',
        'f|follow=?',
        'F',
        'n|lines=',
        'max-unchanged-stats=',
        'pid=',
        'q|quiet',
        'silent',
        'retry',
        's|sleep-interval=',
        'v|verbose',
        'z|zero-terminated',
      ],
    },
  );
  let part: Part = { count: 10, isBytes: false, isFromStart: false, end: 10 };
  let follow: Rules['follow'] = '';
  let isRetried = false;
  let seconds = 0.1;
  let titles: Rules['titles'] = 'some';
  const pids: number[] = [];
  for (const { name, value } of options) {
    const text = value ?? '';
    if (name === 'bytes' || name === 'lines') part = { ...part, ...countOf(name, text) };
    else if (name === 'zero-terminated') part = { ...part, end: 0 };
    else if (name === 'follow')
      follow =
        value === undefined || value === ''
          ? 'descriptor'
          : choiceOf(host.name, '--follow', value, ['descriptor', 'name']);
    else if (name === 'F') [follow, isRetried] = ['name', true];
    else if (name === 'retry') isRetried = true;
    else if (name === 'max-unchanged-stats')
      numberOf(text, { of: 'maximum number of unchanged stats between opens' });
    else if (name === 'pid') pids.push(numberOf(text, { of: 'PID', most: 2 ** 31 - 1 }));
    else if (name === 'sleep-interval') seconds = secondsOf(text);
    else titles = name === 'verbose' ? 'all' : 'none';
  }
  return { part, follow, isRetried, seconds, pids, titles, operands };
}

function secondsOf(text: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  if (!(seconds >= 0)) throw new ToolError(`invalid number of seconds: ${inQuotes(text)}`);
  return seconds;
}

function countOf(name: string, text: string): Partial<Part> {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const count = numberOf(text.slice(sign.length), {
    of: `number of ${name}`,
    suffixes: SIZE_SUFFIXES,
  });
  return { count, isBytes: name === 'bytes', isFromStart: sign === '+' };
}

/** `-5`, `+5c`, `-20lf` as the first word, with at most one file after it. */
function oldForm(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  const [, sign, digits = '', unit = '', follow = ''] =
    /^([+-])(\d*)([bcl]?)(f?)$/.exec(first) ?? [];
  const isOld = sign === '+' || /^-\d/.test(first);
  const files = rest[0] === '--' ? rest.slice(1) : rest;
  const isPlain = rest[0] === undefined || rest[0] === '--' || !/^-./.test(rest[0]);
  if (sign === undefined || !isOld || files.length > 1 || !isPlain) {
    const letter = /^-(\d)/.exec(first)?.[1];
    if (letter === undefined) return args;
    throw new ToolError(`option used in invalid context -- ${letter}`);
  }
  const value = `${sign}${digits || '10'}${unit === 'b' ? 'b' : ''}`;
  return [
    unit === 'c' || unit === 'b' ? `-c${value}` : `-n${value}`,
    ...(follow ? ['-f'] : []),
    ...rest,
  ];
}
