/** A tool (tools/) as a command of the shell: the context that it is run in is its Host. */

import { fail } from '../kernel/errors.ts';
import type { Args } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { type Host, type Streams, type Tool, ToolError } from '../tools/host.ts';
import { Help } from '../tools/options.ts';
import type { Context } from './context.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { type Io, memorySource, Stream } from './io.ts';
import { launch, missing, surrounded } from './launch.ts';
import { ManyFiles } from './manyfiles.ts';
import { mkdirWithMask } from './newmodes.ts';
import { openFile } from './openfile.ts';
import { statNamed, streamNamed } from './redirect.ts';
import { runApart } from './runtext.ts';
import { absolute } from './sys.ts';

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
  const many = new ManyFiles(sys, { open, path, ended });
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
    openAll: (texts) => many.open(texts),
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
