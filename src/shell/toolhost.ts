/** A tool (tools/) as a command of the shell: the context that it is run in is its Host. */

import { FsError, fail, fromWire, toFsError } from '../kernel/errors.ts';
import { type Args, OPEN, type Opened, type Result, STREAM } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import {
  type Host,
  type Input,
  type OpenFile,
  type Source,
  type Streams,
  type Tool,
  ToolError,
} from '../tools/host.ts';
import { Help } from '../tools/options.ts';
import type { Context } from './context.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { type Io, memorySource, Stream } from './io.ts';
import { launch, missing, surrounded } from './launch.ts';
import { mkdirWithMask, openWithMask } from './newmodes.ts';
import { numberNamed, statNamed, streamNamed } from './redirect.ts';
import { runApart } from './runtext.ts';
import { absolute, type Sys } from './sys.ts';

export const builtinOf =
  (name: string, load: Promise<Tool>): Builtin =>
  async (args, context, shell) => {
    const tool = await load;
    try {
      return await tool(hostOf(name, args, context, shell));
    } catch (error) {
      if (error instanceof Help) {
        await context.io.get(1)?.write(error.message);
        return 0;
      }
      if (!(error instanceof ToolError)) throw error;
      await context.io.get(2)?.write(bytesOf(`${name}: ${error.message}\n`));
      return error.status;
    }
  };

function hostOf(name: string, args: readonly string[], context: Context, shell: Interpreter): Host {
  const { sys } = shell;
  const { state, io } = context;
  const path = (text: string): string => absolute(state.cwd, text);
  const ended = new Set<number>();
  const stream = (fd: number) => ({
    fd: io.get(fd)?.fd,
    unread: (data: Uint8Array) => io.get(fd)?.pushBack(data),
    read: async (count: number) => (await io.get(fd)?.read(count)) ?? fail('EBADF'),
    write: async (data: Uint8Array) => {
      const to = io.get(fd) ?? fail('EBADF');
      await to.write(data);
    },
  });
  const open: Host['open'] = async (text, flags) => {
    if (text === '') fail('ENOENT');
    const own = streamNamed(text, io, state);
    if (!own) return openFile(shell, path(text), flags, { umask: state.umask, ended });
    const { read, write } = own;
    return {
      fd: own.fd ?? -1,
      isTerminal: sys.terminals.has(own.fd ?? -1),
      read: read.bind(own),
      write: write.bind(own),
      close: () => own.close(),
    };
  };
  return {
    name,
    args,
    env: state.environment,
    umask: state.umask,
    stdin: stream(0),
    stdout: stream(1),
    stderr: stream(2),
    path,
    open,
    openAll: (texts) => openAll(sys, texts, { open, path, ended }),
    call: async (operation, given) => {
      if ('fd' in given) ended.delete(Number(given.fd));
      if (operation === 'stat') {
        const named = await statNamed((given as Args<'stat'>).path, io, state, sys);
        if (named) return { stat: named } as never;
      }
      if (operation === 'mkdir') {
        await mkdirWithMask(sys, given as Args<'mkdir'>, state.umask);
        return {} as never;
      }
      return sys.call(operation, given);
    },
    run: async ([command = '', ...rest], how = {}) => {
      const own = surrounded(state, how);
      const inner = shell.context(own, replaced(new Map(io), how), context.job);
      return shell.call(command, rest, inner, 'files');
    },
    launch: (words) => launch(words, context, shell),
    missing: (command, how = {}) => missing(command, surrounded(state, how), shell),
    shell: (text, streams = {}) => {
      const own = new Map([...io].map(([fd, each]) => [fd, each.dup()]));
      return runApart(text, replaced(own, streams), context, shell);
    },
    sleep: (ms) => sys.sleep(ms),
    isTerminal: (fd) => {
      const at = io.get(fd)?.fd;
      return at !== undefined && sys.terminals.has(at);
    },
    terminal: () => sys.terminal(),
    setTerminal: (change) => sys.setTerminal(change),
    stop: () => shell.programs.stop(context, sys),
    checkpoint: () => sys.checkpoint(),
  };
}

function replaced(io: Io, { stdin, stdout }: Streams): Io {
  if (stdin instanceof Uint8Array) io.set(0, memorySource(stdin));
  else if (stdin) io.set(0, new Stream({ read: (count) => stdin.read(count) }));
  if (stdout) io.set(1, new Stream({ write: (data) => stdout.write(data) }));
  return io;
}

/**
 * `ended` has the descriptors whose last read has met the end of a plain file: the next one says so without asking again,
 * since most tools read until there is nothing.
 */
async function openFile(
  { sys }: Interpreter,
  path: string,
  flags: number,
  { umask, ended }: { readonly umask: number; readonly ended: Set<number> },
): Promise<OpenFile> {
  const opened = await openWithMask(sys, { dir: -1, path, flags }, umask);
  const { fd, stat } = opened;
  if (stat.kind === 'dir' && !(flags & OPEN.directory)) {
    await sys.close(fd);
    fail('EISDIR');
  }
  const close = async (): Promise<void> => {
    ended.delete(fd);
    if (flags & OPEN.write) await sys.closeWritten(fd);
    // Nobody waits for the end of a file that was only read: what comes next is sent behind it.
    else void sys.close(fd);
  };
  return {
    fd,
    isTerminal: sys.terminals.has(fd),
    plain: opened.plain ? stat : undefined,
    read: readerOf(sys, opened, !(flags & OPEN.write), ended),
    write: (data) => sys.write(fd, data),
    close,
  };
}

function readerOf(
  sys: Sys,
  { fd, stat, plain }: Pick<Result<'open'>, 'fd' | 'stat' | 'plain'>,
  isRead: boolean,
  ended: Set<number>,
): Source['read'] {
  let left = plain && stat.size > 0 && isRead ? stat.size : Number.POSITIVE_INFINITY;
  return async (count) => {
    if (ended.delete(fd)) return new Uint8Array(0);
    const data = await sys.read(fd, count);
    left -= data.length;
    if (left <= 0 && data.length > 0 && data.length < count) ended.add(fd);
    return data;
  };
}

interface Opening {
  readonly open: Host['open'];
  path(text: string): string;
  readonly ended: Set<number>;
}

/** Opens what is in the namespace with one call, and each stream of the tool's own by itself. */
async function openAll(
  sys: Sys,
  texts: readonly string[],
  { open, path, ended }: Opening,
): Promise<readonly (Input | FsError)[]> {
  const isOwn = (text: string): boolean => text === '' || numberNamed(text) !== undefined;
  const paths = texts.filter((text) => !isOwn(text)).map(path);
  const { opened, data } = await sys.call('openMany', { paths });
  const found = (opened as Opened[]).values();
  const inputs: (Input | FsError)[] = [];
  for (const text of texts) {
    const each = isOwn(text) ? undefined : found.next().value;
    if (!each) inputs.push(await open(text, OPEN.read).catch(toFsError));
    else if ('error' in each) inputs.push(fromWire(each.error));
    else inputs.push(await inputOf(sys, each, data, ended));
  }
  return inputs;
}

async function inputOf(
  sys: Sys,
  opened: Exclude<Opened, { error: unknown }>,
  data: Uint8Array,
  ended: Set<number>,
): Promise<Input | FsError> {
  const { fd, stat, plain, stream, whole } = opened;
  if (stat.kind === 'dir') {
    await sys.close(fd);
    return new FsError('EISDIR');
  }
  const told = { plain: plain ? stat : undefined, size: stat.size };
  if (whole) {
    const memory = memorySource(data.subarray(whole.from, whole.to));
    return { ...told, read: (count) => memory.read(count), close: async () => undefined };
  }
  if (stream === STREAM.terminal) sys.terminals.add(fd);
  const close = async (): Promise<void> => {
    ended.delete(fd);
    void sys.close(fd);
  };
  return { ...told, fd, read: readerOf(sys, opened, true, ended), close };
}
