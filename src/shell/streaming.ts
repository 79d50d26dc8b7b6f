/** Tools that must work while their input still comes, and those that just-bash has no streams for. */

import { gunzipSync, gzipSync } from 'fflate';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import type { Context } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { kernelStream, type Stream } from './io.ts';
import { canRun, placesOf } from './lookup.ts';
import { nohup } from './running.ts';
import { absolute, type Sys } from './sys.ts';

const out = (context: Context): Stream | undefined => context.io.get(1);

/** Each operand as a stream, `-` for standard input; what cannot be opened is told. */
async function eachInput(
  name: string,
  paths: readonly string[],
  context: Context,
  shell: Interpreter,
  visit: (stream: Stream, path: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const path of paths.length > 0 ? paths : ['-']) {
    if (path === '-') {
      const input = context.io.get(0);
      if (input) await visit(input, path);
      continue;
    }
    let stream: Stream;
    try {
      stream = kernelStream(
        shell.sys,
        await openFile(shell.sys, absolute(context.state.cwd, path)),
        { write: false },
      );
    } catch (error) {
      const reason =
        error instanceof ShellError
          ? error.message
          : hasCode(error, 'ENOENT')
            ? 'No such file or directory'
            : String((error as Error).message);
      await context.io.get(2)?.write(`${name}: ${path}: ${reason}\n`);
      status = 1;
      continue;
    }
    try {
      await visit(stream, path);
    } finally {
      await stream.close();
    }
  }
  return status;
}

async function openFile(sys: Sys, path: string): Promise<number> {
  const { fd, stat } = await sys.call('open', { dir: -1, path, flags: OPEN.read });
  if (stat.kind === 'dir') {
    await sys.close(fd);
    throw new ShellError('Is a directory');
  }
  return fd;
}

const packed =
  (change: (data: Uint8Array) => Uint8Array, rename: (path: string) => string): Builtin =>
  async (args, context, shell) => {
    const toOutput =
      args.some((word) => /^-[kfdn]*c/.test(word)) || args.every((word) => word.startsWith('-'));
    const keep = args.some((word) => /^-[cfdn]*k/.test(word));
    return eachInput(
      'gzip',
      args.filter((word) => !word.startsWith('-')),
      context,
      shell,
      async (stream, path) => {
        let data: Uint8Array;
        try {
          data = change(await stream.readAll());
        } catch {
          throw new ShellError(`${path}: not in gzip format`);
        }
        if (toOutput || path === '-') return out(context)?.write(data);
        const at = absolute(context.state.cwd, path);
        await shell.sys.writeFile(rename(at), data);
        if (!keep) await shell.sys.call('unlink', { dir: -1, path: at });
      },
    );
  };

const gzip = packed(
  (data) => gzipSync(data),
  (path) => `${path}.gz`,
);
const gunzip = packed(
  (data) => gunzipSync(data),
  (path) => path.replace(/\.gz$/, ''),
);

/** By their names. */
export const streaming: { readonly [name: string]: Builtin } = {
  nohup,
  gzip: (args, context, shell) =>
    (args.some((word) => /^-[ckf]*d/.test(word)) ? gunzip : gzip)(args, context, shell),
  gunzip,
  zcat: (args, context, shell) => gunzip(['-c', ...args], context, shell),
  clear: async (_, context) => {
    await out(context)?.write('\x1b[H\x1b[2J\x1b[3J');
    return 0;
  },
  which: async (args, context, shell) => {
    let status = 0;
    const isAll = args[0] === '-a';
    for (const name of isAll ? args.slice(1) : args) {
      let found = 0;
      for await (const place of placesOf(name, context.state, shell))
        if ((found === 0 || isAll) && (await canRun(place, context.state, shell))) {
          found++;
          await out(context)?.write(`${place.path}\n`);
        }
      if (found === 0) status = 1;
    }
    return status;
  },
};
