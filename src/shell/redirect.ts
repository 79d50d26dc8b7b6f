/** Redirections (bash(1) "REDIRECTION"). */

import { type NamespaceStat, noFile } from '../kernel/caller.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { OPEN, STREAM } from '../kernel/operations.ts';
import { wordsOf } from '../tools/strerror.ts';
import { assignTo } from './assign.ts';
import type { Context } from './context.ts';
import { ShellError } from './failure.ts';
import { type Io, kernelStream, memorySource, NoInput, type Stream } from './io.ts';
import { openWithMask } from './newmodes.ts';
import type { State } from './state.ts';
import { parseQuoted } from './syntax/parse.ts';
import type { Redirection } from './syntax/tree.ts';
import { absolute, type Sys } from './sys.ts';

/** The streams of a command after its redirections; `made` gets those that are its own to close. */
export async function redirected(
  redirections: readonly Redirection[],
  context: Context,
  made: Stream[],
  sys: Sys,
): Promise<Io> {
  if (redirections.length === 0) return context.io;
  const io: Io = new Map(context.io);
  for (const redirection of redirections) {
    const { operator, target } = redirection;
    const at: Context = { ...context, io };
    const fd = await descriptor(redirection, at);
    // What `{name}>` opens or closes stays so after the command.
    const lasts = typeof redirection.fd === 'string';
    if (lasts) await context.io.get(fd)?.close();
    const put = (to: number, stream: Stream): void => {
      if (lasts) context.io.set(to, stream);
      else made.push(stream);
      io.set(to, stream);
    };
    if (operator === '<<' || operator === '<<<') {
      const isHere = operator === '<<';
      const text = await (isHere
        ? at.expander.hereDocument(target)
        : at.expander.assignedText(target));
      put(fd, memorySource(isHere ? text : `${text}\n`));
      continue;
    }
    const isSplit = !context.state.options.has('posix') || context.state.interactive;
    const [word, ...more] = isSplit
      ? await at.expander.fields([target])
      : [await at.expander.text(target)];
    if (word === undefined || more.length > 0)
      throw new ShellError(`${target.source}: ambiguous redirect`);
    if (operator === '>&' || operator === '<&') {
      if (word === '-') {
        io.delete(fd);
        if (lasts) context.io.delete(fd);
      } else if (/^\d+-?$/.test(word)) {
        const number = Number.parseInt(word, 10);
        const from = io.get(number);
        if (!from) throw new ShellError(`${number}: Bad file descriptor`);
        put(fd, from.dup());
        if (word.endsWith('-')) io.delete(number);
      } else if (operator === '>&' && redirection.fd === undefined) {
        const both = await openFor('>', word, at, sys);
        put(1, both);
        put(2, both.dup());
      } else throw new ShellError(`${word}: ambiguous redirect`);
    } else if (operator === '&>' || operator === '&>>') {
      const both = await openFor(operator === '&>' ? '>' : '>>', word, at, sys);
      put(1, both);
      put(2, both.dup());
    } else put(fd, await openFor(operator, word, at, sys));
  }
  return io;
}

/** Whether one of them is for standard input. */
export const redirectsInput = (redirections: readonly Redirection[]): boolean =>
  redirections.some(
    ({ fd, operator }) => fd === 0 || (fd === undefined && operator.startsWith('<')),
  );

/** Of `{name}>` a number from 10 on that is free, which the variable gets; to close, the number that it has. */
async function descriptor(
  { fd, operator, target }: Redirection,
  context: Context,
): Promise<number> {
  if (typeof fd === 'number') return fd;
  if (fd === undefined) return operator.startsWith('<') ? 0 : 1;
  const { io, expander } = context;
  const isClosing = operator.endsWith('&') && (await expander.text(target)) === '-';
  if (isClosing) {
    const number = Number(await expander.text(parseQuoted(`\${${fd}}`)));
    if (!io.has(number)) throw new ShellError(`${fd}: Bad file descriptor`);
    return number;
  }
  let free = 10;
  while (io.has(free)) free++;
  await assignTo(fd, String(free), context);
  return free;
}

/** Names that stand for descriptors, as under Linux. */
const descriptors: Readonly<Record<string, number>> = {
  '/dev/stdin': 0,
  '/dev/stdout': 1,
  '/dev/stderr': 2,
};

export const numberNamed = (name: string): number | undefined => {
  const number = descriptors[name] ?? /^\/dev\/fd\/(\d+)$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
};

type Substituted = Pick<State, 'substituted'>;

/** What a descriptor is: a pipe, a device such as a terminal, or a file, whose status it has. */
export type NamedDescriptor = 'pipe' | 'device' | NamespaceStat;

/** What a name that stands for a descriptor leads to; undefined for any other name, and where the descriptor is closed. */
export async function descriptorNamed(
  name: string,
  io: Io,
  { substituted }: Substituted,
  sys: Sys,
): Promise<NamedDescriptor | undefined> {
  const number = numberNamed(name);
  const stream = number === undefined ? undefined : (io.get(number) ?? substituted.get(number));
  if (!stream) return undefined;
  if (stream.fd === undefined) return stream instanceof NoInput ? 'device' : 'pipe';
  const { stat, stream: kind } = await sys.call('fstat', { fd: stream.fd });
  if (kind === STREAM.no) return stat;
  // A pipe has no place in the namespace.
  return kind === STREAM.terminal || stat.ino !== 0n ? 'device' : 'pipe';
}

/** What a tool learns of such a name: a stream has neither a size nor a place. */
export async function statNamed(
  ...where: Parameters<typeof descriptorNamed>
): Promise<NamespaceStat | undefined> {
  const found = await descriptorNamed(...where);
  if (typeof found !== 'string') return found;
  return { ...noFile, ino: BigInt(numberNamed(where[0]) ?? 0), nlink: 1 };
}

/** The stream that such a name stands for, to be closed by its user; undefined for any other name. */
export function streamNamed(
  name: string,
  io: Io,
  { substituted }: Substituted,
): Stream | undefined {
  const number = numberNamed(name);
  if (number === undefined) return undefined;
  return (io.get(number) ?? substituted.get(number))?.dup() ?? fail('ENOENT');
}

async function openFor(
  operator: string,
  word: string,
  { io, state }: Context,
  sys: Sys,
): Promise<Stream> {
  const path = absolute(state.cwd, word);
  const flags: Record<string, number> = {
    '<': OPEN.read,
    '>': OPEN.write | OPEN.create | OPEN.truncate,
    '>|': OPEN.write | OPEN.create | OPEN.truncate,
    '>>': OPEN.write | OPEN.create | OPEN.append,
    '<>': OPEN.read | OPEN.write | OPEN.create,
  };
  try {
    const own = streamNamed(word, io, state);
    if (own) return own;
    if (word === '') fail('ENOENT');
    if (operator === '>' && state.options.has('noclobber') && (await isPlainFile(path, sys)))
      throw new ShellError(`${word}: cannot overwrite existing file`);
    const how = { dir: -1, path, flags: flags[operator] as number };
    const { fd } = await openWithMask(sys, how, state.umask);
    if (operator === '<') return kernelStream(sys, fd, { write: false });
    const close = (): Promise<void> => sys.closeWritten(fd).catch(named(word));
    return kernelStream(sys, fd, { read: operator === '<>', close });
  } catch (error) {
    return named(word)(error);
  }
}

/** Throws an error of the kernel as the shell says it of a name. */
const named =
  (word: string) =>
  (error: unknown): never => {
    if (error instanceof FsError) throw new ShellError(`${word}: ${wordsOf(error)}`);
    throw error;
  };

/** Devices have no version: they may be written over. */
async function isPlainFile(path: string, sys: Sys): Promise<boolean> {
  const stat = await sys.stat(path);
  return stat?.kind === 'file' && stat.version !== '';
}
