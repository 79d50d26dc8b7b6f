/**
 * The text tools: just-bash's, run on what a stage of a pipeline reads; and those that must work while
 * their input still comes, which are ours or are given it in whole lines.
 */
import { gunzipSync, gzipSync } from 'fflate';
import { Bash, getCommandNames } from 'just-bash/browser';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import type { Context } from './context.ts';
import { quoteWord } from './expand.ts';
import { filesOf, latin1 } from './files.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { chunksOfLines, kernelStream, type Stream } from './io.ts';
import { ShellError } from './state.ts';
import { absolute, type Sys } from './sys.ts';

/** Ours, and those that only make sense in just-bash's own executor. */
const left: ReadonlySet<string> = new Set([
  'alias',
  'unalias',
  'history',
  'true',
  'false',
  'echo',
  'printf',
  'pwd',
  'clear',
  'bash',
  'sh',
  'time',
  'help',
  'which',
  'xargs',
  'timeout',
  'env',
  'printenv',
  'cat',
  'head',
  'tail',
  'tee',
  'sleep',
  'gzip',
  'gunzip',
  'zcat',
  'hostname',
  'whoami',
]);

/** Of these the output of a part of the lines is that part of the output: they are fed as lines come. */
function isLineByLine(name: string, args: readonly string[]): boolean {
  const flags = args.filter((word) => /^-./.test(word));
  const operands = args.filter((word) => !/^-./.test(word)).length;
  switch (name) {
    case 'grep':
    case 'egrep':
    case 'fgrep':
      return operands === 1 && flags.every((flag) => /^-[viEFwxo]+$|^--line-buffered$/.test(flag));
    case 'sed':
      return (
        flags.every((flag) => /^-[uE r]+$/.test(flag)) &&
        operands === 1 &&
        args.some((word) => /^s([^\w\s])(?:(?!\1).)*\1(?:(?!\1).)*\1[gi]*$/.test(word))
      );
    case 'tr':
      return flags.every((flag) => /^-[dc]+$/.test(flag));
    case 'cut':
      return !args.some(
        (word, i) =>
          !word.startsWith('-') && !/^-[dfbc]$|^--output-delimiter$/.test(args[i - 1] ?? ''),
      );
    case 'rev':
      return args.length === 0;
    default:
      return false;
  }
}

export class Tools {
  readonly #bash: Bash;
  readonly #names: ReadonlySet<string>;

  constructor(sys: Sys) {
    const big = Number.MAX_SAFE_INTEGER;
    this.#bash = new Bash({
      fs: filesOf(sys),
      cwd: '/',
      executionLimits: { maxCommandCount: big, maxLoopIterations: 1e9 },
    });
    this.#names = new Set(getCommandNames().filter((name) => !left.has(name)));
  }

  names(): string[] {
    return [...new Set([...this.#names, ...Object.keys(streaming)])];
  }

  find(name: string): Builtin | undefined {
    if (Object.hasOwn(streaming, name)) return streaming[name];
    if (!this.#names.has(name)) return undefined;
    return (args, context, shell) => this.#run(name, args, context, shell);
  }

  async #run(
    name: string,
    args: readonly string[],
    context: Context,
    shell: Interpreter,
  ): Promise<number> {
    const input = context.io.get(0);
    if (input && isLineByLine(name, args)) return this.#byLines(name, args, context, input);
    const needed = input && needsInput(name, args);
    return this.#once(
      name,
      args,
      context,
      needed ? await this.#all(input, shell) : new Uint8Array(0),
    );
  }

  async #all(input: Stream, shell: Interpreter): Promise<Uint8Array> {
    const data = await input.readAll();
    await shell.sys.checkpoint();
    return data;
  }

  async #byLines(
    name: string,
    args: readonly string[],
    context: Context,
    input: Stream,
  ): Promise<number> {
    let status: number | undefined;
    for await (const lines of chunksOfLines(input)) {
      const part = await this.#once(name, args, context, new TextEncoder().encode(lines));
      // grep has found something if any part has.
      status = status === undefined ? part : Math.min(status, part);
      if (part > 1) return part;
    }
    return status ?? this.#once(name, args, context, new Uint8Array(0));
  }

  async #once(
    name: string,
    args: readonly string[],
    context: Context,
    input: Uint8Array,
  ): Promise<number> {
    const { state } = context;
    const line = [name, ...args].map(quoteWord).join(' ');
    const { stdout, stderr, exitCode, ...rest } = await this.#bash.exec(line, {
      cwd: state.cwd,
      env: { ...state.environment, PWD: state.cwd },
      replaceEnv: true,
      rawScript: true,
      stdin: latin1(input),
      stdinKind: 'bytes',
    } as Parameters<Bash['exec']>[1]);
    await context.io.get(1)?.write(asBytes(stdout, rest));
    if (stderr !== '')
      await context.io.get(2)?.write(stderr.replace(/^bash: /gm, `${state.name}: `));
    return exitCode;
  }
}

/** Tools give text, or bytes with one byte a character. */
function asBytes(
  text: string,
  { stdoutKind, stdoutEncoding }: { stdoutKind?: string; stdoutEncoding?: string },
): Uint8Array {
  if (stdoutKind === 'bytes' || stdoutEncoding === 'binary')
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  return new TextEncoder().encode(text);
}

/** Tools that never read standard input: a terminal must not be waited for. */
const neverReads: ReadonlySet<string> = new Set(
  'ls mkdir rmdir touch rm cp mv ln chmod readlink stat basename dirname tree du find date seq expr file which diff'.split(
    ' ',
  ),
);

function needsInput(name: string, args: readonly string[]): boolean {
  if (neverReads.has(name)) return args.includes('-') && name === 'diff';
  return true;
}

// What works while its input comes

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
      const lines =
        new TextDecoder().decode(await stream.readAll()).match(/[^\n]*\n|[^\n]+$/g) ?? [];
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
    for (const file of files) await file.close();
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

const env: Builtin = async (args, context, shell) => {
  let at = 0;
  const { state } = context;
  const inner = state.clone();
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '-i' || word === '-')
      for (const each of inner.variables.values()) delete each.exported;
    else if (word === '-u') inner.variables.delete(args[++at] ?? '');
    else if (word.includes('=')) {
      inner.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
      inner.declare(word.slice(0, word.indexOf('='))).exported = true;
    } else break;
  }
  const [name, ...rest] = args.slice(at);
  if (name !== undefined)
    return shell.call(name, rest, shell.context(inner, context.io, context.job), 'commands');
  await out(context)?.write(
    Object.entries(inner.environment)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return 0;
};

const printenv: Builtin = async (args, context) => {
  const { environment } = context.state;
  if (args.length === 0)
    await out(context)?.write(
      Object.entries(environment)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
  let status = 0;
  for (const name of args) {
    if (Object.hasOwn(environment, name)) await out(context)?.write(`${environment[name]}\n`);
    else status = 1;
  }
  return status;
};

const xargs: Builtin = async (args, context, shell) => {
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
  const text = new TextDecoder().decode(await context.io.get(0)?.readAll());
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

function itemsOf(text: string, delimiter: string | undefined): string[] {
  if (delimiter !== undefined) {
    const items = text.split(delimiter);
    if (items.at(-1) === '') items.pop();
    return delimiter === '\n'
      ? items.map((item) => item.trimStart()).filter((item) => item !== '')
      : items;
  }
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
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

const timeout: Builtin = async ([duration = '', ...words], context, shell) => {
  const [, digits, unit = ''] = /^(\d*\.?\d+)([smhd]?)$/.exec(duration) ?? [];
  if (digits === undefined || words.length === 0)
    throw new ShellError('usage: timeout SECONDS COMMAND [ARGUMENT]…', 125);
  const ms = Number(digits) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1) * 1000;
  const job = shell.jobs.make(words.join(' '), false);
  const inner = shell.context(context.state, new Map(context.io), job);
  const run = shell.call(words[0] as string, words.slice(1), inner, 'commands');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void shell.jobs.signal(job, 'killed');
  }, ms);
  try {
    const status = await run;
    return late ? 124 : status;
  } finally {
    clearTimeout(timer);
    shell.jobs.forget(job);
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

const streaming: { readonly [name: string]: Builtin } = {
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
