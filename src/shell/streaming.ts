/** Tools that must work while their input still comes, and those that just-bash has no streams for. */

import { gunzipSync, gzipSync } from 'fflate';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import type { Context } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { chunksOfLines, kernelStream, type Stream } from './io.ts';
import { env, printenv, timeout, xargs } from './running.ts';
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

async function copy(from: Stream, to: Stream | undefined): Promise<void> {
  for (let data = await from.read(65_536); data.length > 0; data = await from.read(65_536))
    await to?.write(data);
}

const cat: Builtin = (args, context, shell) => {
  const flags = args.filter((word) => /^-./.test(word));
  const paths = args.filter((word) => !/^-./.test(word));
  const numbered = flags.some((flag) => /^-[unbsA]*n|^--number$/.test(flag));
  const unknown = flags.find((flag) => !/^-[un]+$|^--number$/.test(flag));
  if (unknown !== undefined)
    throw new ShellError(`unrecognized option '${unknown}': this cat knows -n and -u`);
  let line = 0;
  return eachInput('cat', paths, context, shell, async (stream) => {
    if (!numbered) return copy(stream, out(context));
    for await (const lines of chunksOfLines(stream))
      await out(context)?.write(
        lines.replace(/^(?=[\s\S])/gm, () => `${String(++line).padStart(6)}\t`),
      );
  });
};

/** `-n 5`, `-5`, `-c 5`, `+5`. */
function countOption(args: readonly string[]): {
  count: number;
  bytes: boolean;
  from: boolean;
  rest: string[];
  follow: boolean;
  quiet: boolean;
} {
  const result = {
    count: 10,
    bytes: false,
    from: false,
    rest: [] as string[],
    follow: false,
    quiet: false,
  };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const [, letter, attached] = /^-([nc])(.*)$/.exec(word) ?? [];
    const long = /^--(lines|bytes)=(.*)$/.exec(word);
    let value: string | undefined;
    if (letter !== undefined) value = attached || args[++at];
    else if (long) value = long[2];
    else if (/^-\d+$/.test(word)) value = word.slice(1);
    else if (word === '-f' || word === '-F' || word === '--follow') result.follow = true;
    else if (word === '-q') result.quiet = true;
    else if (/^-./.test(word)) throw new ShellError(`unrecognized option '${word}'`);
    else result.rest.push(word);
    if (value === undefined) continue;
    if (!/^[+-]?\d+$/.test(value)) throw new ShellError(`invalid number of lines: '${value}'`);
    result.bytes = letter === 'c' || long?.[1] === 'bytes';
    result.from = value.startsWith('+');
    result.count = Math.abs(Number(value));
    if (value.startsWith('-') && letter !== undefined) result.count = -result.count;
  }
  return result;
}

async function title(context: Context, path: string, first: boolean): Promise<void> {
  await out(context)?.write(
    `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`,
  );
}

const head: Builtin = (args, context, shell) => {
  const { count, bytes, rest, quiet } = countOption(args);
  let first = true;
  return eachInput('head', rest, context, shell, async (stream, path) => {
    if (rest.length > 1 && !quiet) await title(context, path, first);
    first = false;
    if (count < 0) {
      const lines = textOf(await stream.readAll()).match(/[^\n]*\n|[^\n]+$/g) ?? [];
      await out(context)?.write(lines.slice(0, count).join(''));
      return;
    }
    let left_ = count;
    while (left_ > 0) {
      const data = await stream.read(bytes ? Math.min(left_, 65_536) : 65_536);
      if (data.length === 0) return;
      let end = bytes ? data.length : 0;
      if (bytes) left_ -= end;
      else
        while (left_ > 0 && end < data.length) {
          const newline = data.indexOf(10, end);
          end = newline < 0 ? data.length : newline + 1;
          if (newline >= 0) left_--;
        }
      await out(context)?.write(data.subarray(0, end));
      if (end < data.length) stream.pushBack(data.slice(end));
    }
  });
};

/** How often a file that is followed is looked at, in ms, where nothing tells of a change. */
const FOLLOW_MS = 100;

const tail: Builtin = async (args, context, shell) => {
  const { count, bytes, from, rest, follow, quiet } = countOption(args);
  let first = true;
  const status = await eachInput('tail', rest, context, shell, async (stream, path) => {
    if (rest.length > 1 && !quiet) await title(context, path, first);
    first = false;
    const data = await stream.readAll();
    await out(context)?.write(lastOf(data, Math.abs(count), bytes, from));
    if (!follow || path === '-') return;
    for (;;) {
      await pause(FOLLOW_MS, shell);
      // A file that was cut is shown from its beginning.
      const size = (await shell.sys.call('fstat', { fd: stream.fd as number })).stat.size;
      const { position } = await shell.sys.call('seek', {
        fd: stream.fd as number,
        offset: 0,
        whence: 1,
      });
      if (size < position)
        await shell.sys.call('seek', { fd: stream.fd as number, offset: 0, whence: 0 });
      await copy(stream, out(context));
    }
  });
  return status;
};

function lastOf(data: Uint8Array, count: number, bytes: boolean, from: boolean): Uint8Array {
  if (bytes)
    return from
      ? data.subarray(Math.max(0, count - 1))
      : data.subarray(Math.max(0, data.length - count));
  if (from) {
    let at = 0;
    for (let line = 1; line < count; line++) {
      const newline = data.indexOf(10, at);
      if (newline < 0) return new Uint8Array(0);
      at = newline + 1;
    }
    return data.subarray(at);
  }
  if (count === 0) return new Uint8Array(0);
  let at = data.length - (data.at(-1) === 10 ? 1 : 0);
  for (let line = 0; line < count; line++) {
    at = at === 0 ? -1 : data.lastIndexOf(10, at - 1);
    if (at < 0) return data;
  }
  return data.subarray(at + 1);
}

async function pause(ms: number, shell: Interpreter): Promise<void> {
  const { signal } = shell.sys;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
  await shell.sys.checkpoint();
}

const tee: Builtin = async (args, context, shell) => {
  const append = args.includes('-a');
  const paths = args.filter((word) => !/^-./.test(word));
  const flags = OPEN.write | OPEN.create | (append ? OPEN.append : OPEN.truncate);
  const files: Stream[] = [];
  try {
    for (const path of paths)
      files.push(
        kernelStream(shell.sys, await shell.sys.open(absolute(context.state.cwd, path), flags), {
          read: false,
        }),
      );
    const input = context.io.get(0);
    for (
      let data = await input?.read(65_536);
      data && data.length > 0;
      data = await input?.read(65_536)
    ) {
      const part = data.slice();
      for (const file of files) await file.write(part);
      await out(context)?.write(part);
    }
    return 0;
  } finally {
    await Promise.all(files.map(async (file) => file.close()));
  }
};

const sleep: Builtin = async (args, _, shell) => {
  const units: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
  let seconds = 0;
  for (const word of args) {
    const [, digits, unit] = /^(\d*\.?\d+)([smhd]?)$/.exec(word) ?? [];
    if (digits === undefined) throw new ShellError(`invalid time interval '${word}'`);
    seconds += Number(digits) * (units[unit as string] as number);
  }
  if (args.length === 0) throw new ShellError('missing operand');
  await pause(seconds * 1000, shell);
  return 0;
};

const yes: Builtin = async (args, context, shell) => {
  const block = `${args.join(' ') || 'y'}\n`.repeat(1000);
  for (;;) {
    await out(context)?.write(block);
    await shell.sys.checkpoint();
  }
};

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
  cat,
  head,
  tail,
  tee,
  sleep,
  yes,
  env,
  printenv,
  xargs,
  timeout,
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
    for (const name of args) {
      const path = await shell.programs.which(name, context.state);
      if (path === undefined) status = 1;
      else await out(context)?.write(`${path}\n`);
    }
    return status;
  },
  whoami: async (_, context) => {
    await out(context)?.write(`${context.state.get('USER') ?? 'user'}\n`);
    return 0;
  },
  hostname: async (_, context) => {
    await out(context)?.write('oanix\n');
    return 0;
  },
};
