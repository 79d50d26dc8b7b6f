/** Tools that run another command, or tell what it would be given: env, printenv, xargs, timeout, nohup. */
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import { type Io, kernelStream, noInput, type Stream } from './io.ts';
import { Job } from './jobs.ts';
import { absolute } from './sys.ts';

export const env: Builtin = async (args, context, shell) => {
  let at = 0;
  const { state } = context;
  const inner = state.clone();
  const words = splitStrings(args);
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '-i' || word === '-')
      for (const each of inner.variables.values()) delete each.exported;
    else if (word === '-u') inner.variables.delete(words[++at] ?? '');
    else if (word.includes('=')) {
      inner.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
      inner.declare(word.slice(0, word.indexOf('='))).exported = true;
    } else break;
  }
  const [name, ...rest] = words.slice(at);
  if (name !== undefined)
    return shell.call(name, rest, shell.context(inner, context.io, context.job), 'commands');
  await out(
    context,
    Object.entries(inner.environment)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return 0;
};

/** With the words of `-S`, which a `#!` line gives as one argument, in its place. */
function splitStrings(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  const [, joined] = /^(?:-S|--split-string=)(.*)$/s.exec(first) ?? [];
  if (joined === undefined) return args;
  const text = joined === '' ? (rest.shift() ?? '') : joined;
  return [...itemsOf(text, undefined), ...rest];
}

export const printenv: Builtin = async (args, context) => {
  const { environment } = context.state;
  if (args.length === 0)
    await out(
      context,
      Object.entries(environment)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  let status = 0;
  for (const name of args) {
    if (Object.hasOwn(environment, name)) await out(context, `${environment[name]}\n`);
    else status = 1;
  }
  return status;
};

export const xargs: Builtin = async (args, context, shell) => {
  let at = 0;
  let per = Number.POSITIVE_INFINITY;
  let mark: string | undefined;
  let zero = false;
  let empty = true;
  let delimiter: string | undefined;
  for (; at < args.length && /^-./.test(args[at] as string); at++) {
    const word = args[at] as string;
    const value = (): string => word.slice(2) || (args[++at] ?? '');
    if (word.startsWith('-n') || word.startsWith('-L')) per = Number(value());
    else if (word.startsWith('-I')) mark = value();
    else if (word.startsWith('-d')) delimiter = value().replace('\\n', '\n').replace('\\t', '\t');
    else if (word.startsWith('-P')) value();
    else if (word === '-0') zero = true;
    else if (word === '-r') empty = false;
    else if (word !== '-t') throw new ShellError(`unrecognized option '${word}'`);
  }
  const words = args.slice(at);
  const command = words.length > 0 ? words : ['echo'];
  const text = textOf((await context.io.get(0)?.readAll()) ?? new Uint8Array(0));
  const items = itemsOf(text, zero ? '\0' : (delimiter ?? (mark === undefined ? undefined : '\n')));
  if (items.length === 0 && (!empty || mark !== undefined)) return 0;
  const batches = mark === undefined ? batchesOf(items, per) : items.map((item) => [item]);
  const inner = shell.context(context.state, new Map(context.io), context.job);
  let status = 0;
  for (const batch of batches) {
    const line =
      mark === undefined
        ? [...command, ...batch]
        : command.map((word) => word.replaceAll(mark, batch[0] as string));
    const ended = await shell.call(line[0] as string, line.slice(1), inner, 'commands');
    if (ended !== 0) status = ended === 255 ? 124 : ended === 126 || ended === 127 ? ended : 123;
    await shell.sys.checkpoint();
  }
  return status;
};

/** Only the blanks of ASCII separate: a byte order mark or a no-break space is part of an item. */
function itemsOf(text: string, delimiter: string | undefined): string[] {
  if (delimiter !== undefined) {
    const items = text.split(delimiter);
    if (items.at(-1) === '') items.pop();
    return delimiter === '\n'
      ? items.map((item) => item.replace(/^[ \t]+/, '')).filter((item) => item !== '')
      : items;
  }
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^ \t\n\v\f\r"'\\])+/g)].map(([word]) =>
    word.replace(
      /"([^"]*)"|'([^']*)'|\\(.)/g,
      (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
    ),
  );
}

function batchesOf(items: readonly string[], per: number): string[][] {
  if (items.length === 0) return [[]];
  const out_: string[][] = [];
  for (let at = 0; at < items.length; at += per) out_.push(items.slice(at, at + per));
  return out_;
}

export const timeout: Builtin = async ([duration = '', ...words], context, shell) => {
  const [, digits, unit = ''] = /^(\d*\.?\d+)([smhd]?)$/.exec(duration) ?? [];
  if (digits === undefined || words.length === 0)
    throw new ShellError('usage: timeout SECONDS COMMAND [ARGUMENT]…', 125);
  const ms = Number(digits) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1) * 1000;
  // In front with what it is a part of.
  const job = new Job(0, words.join(' '), { part: { of: context.job } });
  const inner = shell.context(context.state, new Map(context.io), job);
  const run = shell.call(words[0] as string, words.slice(1), inner, 'commands');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void shell.jobs.signal(job, 'KILL');
  }, ms);
  try {
    const status = await run;
    return late ? 124 : status;
  } finally {
    clearTimeout(timer);
  }
};

/** Runs a command that the end of the terminal leaves alone; what it would print there goes to a file (nohup(1)). */
export const nohup: Builtin = async ([name, ...args], context, shell) => {
  if (name === undefined) throw new ShellError('missing operand', 125);
  const { sys } = shell;
  const state = context.state.clone();
  state.traps.set('HUP', '');
  const io: Io = new Map(context.io);
  const isTerminal = (fd: number): boolean => sys.terminals.has(io.get(fd)?.fd ?? -1);
  const opened: Stream[] = [];
  if (isTerminal(0)) io.set(0, noInput());
  if (isTerminal(1)) {
    const path = absolute(state.cwd, 'nohup.out');
    const fd = await sys.open(path, OPEN.write | OPEN.create | OPEN.append);
    const output = kernelStream(sys, fd, { read: false });
    opened.push(output);
    io.set(1, output);
    await context.io.get(2)?.write("nohup: ignoring input and appending output to 'nohup.out'\n");
  }
  const output = io.get(1);
  if (isTerminal(2) && output) io.set(2, output);
  try {
    return await shell.call(name, args, shell.context(state, io, context.job), 'commands');
  } finally {
    for (const stream of opened) await stream.close();
  }
};
