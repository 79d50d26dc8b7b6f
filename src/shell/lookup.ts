/**
 * Where a command is found: on PATH (bash(1) "COMMAND EXECUTION"). In `/usr/bin` and `/bin` the shell's tools stand as if
 * they were files there, before the files that are; a directory that is named earlier hides them.
 */
import { OPEN } from '../kernel/operations.ts';
import type { Interpreter } from './interpreter.ts';
import type { State } from './state.ts';
import { absolute, Interrupted, type Sys } from './sys.ts';

export interface CommandPlace {
  /** As PATH names it: relative where that is. */
  readonly path: string;
  /** It is a tool of the shell, and there is no such file. */
  readonly isTool: boolean;
}

/** Where a tool stands as if it were a file. */
const TOOL_DIRECTORY = /^\/(?:usr\/)?bin\/?$/;
/** Builtins that are files of Debian as well. */
export const alsoFiles: ReadonlySet<string> = new Set(
  '[ echo false kill printf pwd test true'.split(' '),
);

/** Tools that only stand in for a program of that name until it is installed. */
const standIns: ReadonlySet<string> = new Set(['rg']);

/** Whether a name is a tool, or a builtin that is a file of Debian as well. */
export const isTool = (name: string, { commands }: Interpreter): boolean =>
  alsoFiles.has(name) || (!commands.builtins.has(name) && commands.tool(name) !== undefined);

/** Every place of a name, in the order of the directories of PATH, or of those given. */
export async function* placesOf(
  name: string,
  state: State,
  shell: Interpreter,
  directories = state.get('PATH') ?? '',
): AsyncGenerator<CommandPlace> {
  if (name.includes('/')) {
    if (await isFile(absolute(state.cwd, name), shell)) yield { path: name, isTool: false };
    return;
  }
  const standingIn: CommandPlace[] = [];
  for (const directory of directories.split(':')) {
    const path = `${directory || '.'}${directory.endsWith('/') ? '' : '/'}${name}`;
    const hasTool = TOOL_DIRECTORY.test(directory) && isTool(name, shell);
    if (hasTool && !standIns.has(name)) yield { path, isTool: true };
    else {
      if (hasTool) standingIn.push({ path, isTool: true });
      const file = await fileAt(path, state, shell);
      if (file !== undefined) yield { path: file, isTool: false };
    }
  }
  yield* standingIn;
}

/** The file of a command: of its name, or of its name with `.wasm`. */
async function fileAt(path: string, state: State, shell: Interpreter): Promise<string | undefined> {
  for (const each of [path, `${path}.wasm`])
    if (await isFile(absolute(state.cwd, each), shell)) return each;
  return undefined;
}

const isFile = async (path: string, { sys }: Interpreter): Promise<boolean> =>
  (await sys.stat(path))?.kind === 'file';

/** The first place of a name whose file can be executed, or the first at all. */
export async function placeOf(
  name: string,
  state: State,
  shell: Interpreter,
  directories?: string,
): Promise<CommandPlace | undefined> {
  let first: CommandPlace | undefined;
  for await (const place of placesOf(name, state, shell, directories)) {
    if (await canRun(place, state, shell)) return place;
    first ??= place;
  }
  return first;
}

/** Whether it is a tool, or a file that the shell executes: a program, a script, or a text with the bit for it. */
export async function canRun(
  { path, isTool: runs }: CommandPlace,
  state: State,
  shell: Interpreter,
): Promise<boolean> {
  if (runs) return true;
  const at = absolute(state.cwd, path);
  const { mode = 0 } = (await shell.sys.stat(at)) ?? {};
  return (mode & 0o111) !== 0 || isExecutable(at, shell.sys);
}

/** What runs for a name, which is remembered until PATH changes. */
export async function remembered(
  name: string,
  state: State,
  shell: Interpreter,
): Promise<CommandPlace | undefined> {
  const { paths } = state;
  const path = state.get('PATH');
  paths.forgetUnless(path);
  const known = paths.get(name);
  const isHere = known?.isTool
    ? !standIns.has(name)
    : known && (await isFile(absolute(state.cwd, known.path), shell));
  if (known && isHere) {
    known.hits++;
    return known;
  }
  const place = await placeOf(name, state, shell);
  if (place && state.options.has('hashall')) paths.set(name, place, 1);
  return place;
}

/** Whether a file is a script with a `#!` line, or a WebAssembly module. */
export async function isExecutable(path: string, sys: Sys): Promise<boolean> {
  try {
    const fd = await sys.open(path, OPEN.read);
    try {
      const [a, b, c, d] = await sys.read(fd, 4);
      return (a === 0x23 && b === 0x21) || (a === 0 && b === 0x61 && c === 0x73 && d === 0x6d);
    } finally {
      await sys.close(fd);
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return false;
  }
}
