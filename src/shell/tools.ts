import type { Bash } from 'just-bash/browser';
import { bytesOf } from '../kernel/rawtext.ts';
import { toolNames as ourTools, toolNamed } from '../tools/index.ts';
import type { Context } from './context.ts';
import { withStandIns } from './devfd.ts';
import { filesOf, latin1 } from './files.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import type { Stream } from './io.ts';
import { quoteWord } from './quote.ts';
import { streaming } from './streaming.ts';
import { resolvePath, type Sys } from './sys.ts';
import { builtinOf } from './toolhost.ts';

/**
 * Those of just-bash that are used. The package is loaded with the first of them, since it is larger than the rest of
 * the shell. Its build for browsers has no `yq` and no `xan`.
 */
const bashTools: ReadonlySet<string> = new Set('column file html-to-markdown rg tree'.split(' '));

export class Tools {
  readonly #sys: Sys;
  #made: Promise<Bash> | undefined;

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  #bash(): Promise<Bash> {
    this.#made ??= this.#load();
    // A failed load is tried again.
    this.#made.catch(() => {
      this.#made = undefined;
    });
    return this.#made;
  }

  async #load(): Promise<Bash> {
    const { Bash: Made } = await import('just-bash/browser');
    const files = filesOf(this.#sys);
    return new Made({
      // Where there is a directory /usr/bin, just-bash takes a command from there and from PATH alone.
      fs: { ...files, exists: async (path) => path !== '/usr/bin' && files.exists(path) },
      cwd: '/',
      executionLimits: { maxCommandCount: Number.MAX_SAFE_INTEGER, maxLoopIterations: 1e9 },
    });
  }

  names(): string[] {
    return [...new Set([...ourTools, ...bashTools, ...Object.keys(streaming)])];
  }

  find(name: string): Builtin | undefined {
    const tool = toolNamed(name);
    if (tool) return builtinOf(name, tool);
    if (Object.hasOwn(streaming, name)) return streaming[name];
    if (!bashTools.has(name)) return undefined;
    return (args, context, shell) => this.#run(name, args, context, shell);
  }

  async #run(
    name: string,
    args: readonly string[],
    context: Context,
    shell: Interpreter,
  ): Promise<number> {
    const input = context.io.get(0);
    const needed = input && (await needsInput(name, args, context, shell));
    const standIns = await withStandIns(args, context, this.#sys);
    try {
      const data = needed ? await this.#all(input, shell) : new Uint8Array(0);
      return await this.#once(name, standIns.args, context, data);
    } finally {
      await standIns.end();
    }
  }

  async #all(input: Stream, shell: Interpreter): Promise<Uint8Array> {
    const data = await input.readAll();
    await shell.sys.checkpoint();
    return data;
  }

  async #once(
    name: string,
    args: readonly string[],
    context: Context,
    input: Uint8Array,
  ): Promise<number> {
    const { state } = context;
    const line = [name, ...args].map(quoteWord).join(' ');
    const { stdout, stderr, exitCode, ...rest } = await (await this.#bash()).exec(line, {
      cwd: state.cwd,
      env: { ...state.environment, PWD: state.cwd, PATH: '' },
      replaceEnv: true,
      rawScript: true,
      stdin: latin1(input),
      stdinKind: 'bytes',
    } as Parameters<Bash['exec']>[1]);
    await context.io.get(1)?.write(asBytes(stdout, rest));
    if (stderr !== '')
      await context.io.get(2)?.write(stderr.replace(/^bash: /gm, state.errorPrefix));
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
  return bytesOf(text);
}

/** Tools that never read standard input: a terminal must not be waited for. */
const neverReads: ReadonlySet<string> = new Set(['tree', 'file']);

/** A tool that was given a file reads that, and nobody waits for what is typed. */
async function needsInput(
  name: string,
  args: readonly string[],
  { state }: Context,
  { sys }: Interpreter,
): Promise<boolean> {
  if (neverReads.has(name)) return false;
  if (args.includes('-')) return true;
  for (const word of args) {
    if (word.startsWith('-') || word === '') continue;
    if ((await sys.stat(resolvePath(state.cwd, word)))?.kind === 'file') return false;
  }
  return true;
}
