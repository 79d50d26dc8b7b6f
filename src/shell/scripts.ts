/**
 * Runs a file by its name: a program, a script by the interpreter of its `#!` line, or a text without one by this
 * shell (execve(2), bash(1) "COMMAND EXECUTION"). The file's content says which it is.
 */
import { type NamespaceStat, noFile } from '../kernel/caller.ts';
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { SHELL_MARK } from '../kernel/shellmark.ts';
import { type Context, complain } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import { isTool } from './lookup.ts';
import { ansiQuoted } from './quote.ts';
import { absolute, type Sys } from './sys.ts';

/** The shell, for scripts that name it by any path. */
const SHELL = '/bin/sh';
/** As much of a file as is read to see what it is. */
const HEAD = 256;
/** How many interpreters Linux goes through, one by the next one's line. */
const INTERPRETERS_MAX = 5;
/** Where scripts written for Debian look for its commands, some of which are the shell's own here. */
const STANDARD = /^\/(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$/;
const IS_SHELL = /(?:^|\/)(?:sh|bash)$/;
const TOOL_FILE: NamespaceStat = { ...noFile, mode: 0o755 };

/** The name of the command that stands for a path of Debian where there is no such file; undefined for any other path. */
export function standardCommand(path: string, shell: Interpreter): string | undefined {
  const [, name] = STANDARD.exec(path) ?? [];
  return name !== undefined && isTool(name, shell) ? name : undefined;
}

/** The program of `/bin` that a path of Debian stands for where there is no such file. */
async function standardProgram(path: string, { sys }: Interpreter): Promise<string | undefined> {
  const [, name] = STANDARD.exec(path) ?? [];
  const program = `/bin/${name}.wasm`;
  return name !== undefined && (await sys.stat(program))?.kind === 'file' ? program : undefined;
}

/** What tests of files see where the path stands for a command: a file that can be executed. */
export const statTool = (path: string, shell: Interpreter): NamespaceStat | undefined =>
  standardCommand(path, shell) === undefined ? undefined : TOOL_FILE;

/** Runs a file that was found on PATH or is named by its path, or the command that its path stands for; says what is wrong where it cannot. */
export async function runFile(
  name: string,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
  found?: string,
): Promise<number> {
  const { programs, sys } = shell;
  const { cwd } = context.state;
  let path = found === undefined ? await programs.which(name, context.state) : absolute(cwd, found);
  if (path === undefined) {
    const standard = standardCommand(name, shell);
    if (standard !== undefined) return shell.tool(standard, args, context);
    path = await standardProgram(name, shell);
  }
  if (path === undefined) return refuse(name, context, sys);
  const head = await headOf(path, sys);
  const typed = name.includes('/') ? name : (found ?? path);
  const interpreter = interpreterOf(head);
  if (interpreter?.path === SHELL_MARK || isProgram(head))
    return programs.start(path, [context.calledAs ?? name, ...args], context);
  if (interpreter) return runByInterpreter(interpreter, typed, args, context, shell);
  if (isBinary(head)) {
    await complain(context, `${name}: cannot execute binary file: Exec format error`);
    return 126;
  }
  const { mode = 0 } = (await sys.stat(path)) ?? {};
  if ((mode & 0o111) === 0) {
    await complain(context, `${found ?? name}: Permission denied`);
    return 126;
  }
  return programs.start(SHELL, [context.state.name, typed, ...args], context);
}

async function refuse(name: string, context: Context, sys: Sys): Promise<number> {
  const at = name.includes('/') ? await sys.stat(absolute(context.state.cwd, name)) : undefined;
  const hasPath = (context.state.get('PATH') ?? '') !== '';
  const reason = at
    ? 'Is a directory'
    : name.includes('/') || !hasPath
      ? 'No such file or directory'
      : 'command not found';
  const shown = /\p{Cc}/u.test(name) ? ansiQuoted(name) : name;
  const instead = reason === 'command not found' ? await substitute(name) : undefined;
  await complain(context, [shown, reason, instead].filter((each) => each !== undefined).join(': '));
  return at ? 126 : 127;
}

const substitute = async (name: string): Promise<string | undefined> =>
  (await import('./substitutes.ts')).substituteFor(name);

async function headOf(path: string, sys: Sys): Promise<Uint8Array> {
  const fd = await sys.open(path, OPEN.read);
  try {
    return await sys.read(fd, HEAD);
  } finally {
    await sys.close(fd);
  }
}

const firstLine = (head: Uint8Array): Uint8Array => {
  const end = head.indexOf(10);
  return end < 0 ? head : head.subarray(0, end);
};

interface Interpretation {
  readonly path: string;
  readonly option: string;
}

/** The path after `#!`, and the rest of the line as one argument; undefined where there is none. */
function interpreterOf(head: Uint8Array): Interpretation | undefined {
  const [, path, option = ''] =
    /^#![ \t]*([^ \t]+)[ \t]*(.*?)[ \t]*$/.exec(textOf(firstLine(head))) ?? [];
  return path === undefined ? undefined : { path, option };
}

/** Whether it is a WebAssembly module. */
const isProgram = (head: Uint8Array): boolean =>
  head[0] === 0 && textOf(head.subarray(1, 4)) === 'asm';

/** As bash sees it: the first line has a NUL. */
const isBinary = (head: Uint8Array): boolean => firstLine(head).includes(0);

/** An interpreter may be a script of another one, and so on, a few times. */
async function runByInterpreter(
  first: Interpretation,
  script: string,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  let { path, option } = first;
  let words: readonly string[] = [script, ...args];
  for (let depth = 0; depth < INTERPRETERS_MAX; depth++) {
    if (option !== '') words = [option, ...words];
    if (IS_SHELL.test(path)) return shell.programs.start(SHELL, [path, ...words], context);
    const found = await shell.programs.which(absolute(state.cwd, path), state);
    if (found === undefined) {
      const [, name] = STANDARD.exec(path) ?? [];
      const known =
        standardCommand(path, shell) ?? (name && (await shell.programs.which(name, state)));
      if (known) return shell.tool(known, words, context);
      await complain(context, `${script}: cannot execute: required file not found`);
      return 127;
    }
    words = [path, ...words];
    const inner = interpreterOf(await headOf(found, shell.sys));
    if (!inner || inner.path === SHELL_MARK) return shell.programs.start(found, words, context);
    ({ path, option } = inner);
  }
  const sentence = `${script}: ${first.path}: bad interpreter: Too many levels of symbolic links`;
  // bash names no line here.
  await context.io.get(2)?.write(`${state.sourceName}: ${sentence}\n`);
  return 126;
}
