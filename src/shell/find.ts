/** The builtins `type` and `command`: what a name means to the shell (bash(1)). */
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { canRun, placeOf, placesOf } from './lookup.ts';
import { isSpecial } from './posixmode.ts';
import { quoteWord } from './quote.ts';
import { runFile } from './scripts.ts';
import { printFunction } from './syntax/print.ts';

/** In the order of bash's table. */
export const keywords: ReadonlySet<string> = new Set(
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc'.split(
    ' ',
  ),
);
/** Where `command -p` looks. */
const STANDARD_PATH = '/bin:/usr/bin';

interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  /** Where it is found as a program; there is no such file where that is a tool of the shell. */
  readonly path?: string;
}

interface Search {
  readonly functions?: boolean;
  /** Only what runs as a program is wanted. */
  readonly onlyPrograms?: boolean;
  /** Files that cannot be executed are left out; `type` shows one where there is no other. */
  readonly isStrict?: boolean;
  readonly path?: string | undefined;
}

/** All that a name means, what runs first before the rest. */
async function meaningsOf(
  name: string,
  { functions = true, onlyPrograms = false, isStrict = false, path }: Search,
  { state }: Context,
  shell: Interpreter,
): Promise<Meaning[]> {
  const found: Meaning[] = [];
  if (state.aliasOf(name) !== undefined) found.push({ kind: 'alias' });
  if (keywords.has(name)) found.push({ kind: 'keyword' });
  if (functions && state.functions.has(name)) found.push({ kind: 'function' });
  if (shell.commands.builtins.has(name)) found.push({ kind: 'builtin' });
  const files: Meaning[] = [];
  const others: Meaning[] = [];
  for await (const place of placesOf(name, state, shell, path)) {
    const list = (await canRun(place, state, shell)) ? files : others;
    list.push({ kind: 'file', path: place.path });
  }
  found.push(...(files.length > 0 ? files : name.includes('/') || isStrict ? [] : others));
  return onlyPrograms ? found.filter(({ path: runs }) => runs !== undefined) : found;
}

/** In a sentence; of a function also its text. */
function described(name: string, { kind, path }: Meaning, { state }: Context): string {
  if (kind === 'alias') return `${name} is aliased to \`${state.aliasOf(name)}'\n`;
  if (kind === 'file') return `${name} is ${path}\n`;
  if (kind !== 'function')
    return `${name} is a ${isSpecial(name, state) ? 'special ' : ''}shell ${kind}\n`;
  const known = state.functions.get(name);
  return `${name} is a function\n${known ? printFunction(known.definition) : ''}`;
}

export const type: Builtin = async (args, context, shell) => {
  const usage = 'type [-afptP] name [name ...]';
  const given = await optionsOf(args, { name: 'type', letters: 'afptP', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const wantsPaths = on.has('p') || on.has('P');
  const search: Search = {
    functions: !on.has('f'),
    onlyPrograms: on.has('P'),
    isStrict: on.has('a'),
  };
  let status = 0;
  for (const name of rest) {
    const all = await meaningsOf(name, search, context, shell);
    if (all.length === 0) {
      status = 1;
      if (!on.has('t') && !wantsPaths) await complain(context, `type: ${name}: not found`);
    }
    for (const meaning of on.has('a') ? all : all.slice(0, 1))
      if (wantsPaths) await out(context, meaning.path === undefined ? '' : `${meaning.path}\n`);
      else
        await out(context, on.has('t') ? `${meaning.kind}\n` : described(name, meaning, context));
  }
  return status;
};

/** As `command -v` shows it: what can be typed to run it. */
const typed = (name: string, { kind, path }: Meaning, { state }: Context): string =>
  kind === 'alias'
    ? `alias ${name}=${quoteWord(state.aliasOf(name) as string)}\n`
    : `${path ?? name}\n`;

export const command: Builtin = async (args, context, shell) => {
  const usage = 'command [-pVv] command [arg ...]';
  const given = await optionsOf(args, { name: 'command', letters: 'pVv', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const [name, ...words] = rest;
  if (name === undefined) return 0;
  if (!on.has('v') && !on.has('V')) {
    if (!on.has('p') || shell.commands.builtins.has(name) || name.includes('/'))
      return shell.call(name, words, context, 'commands');
    const place = await placeOf(name, context.state, shell, STANDARD_PATH);
    if (place?.isTool) return shell.tool(name, words, context);
    return runFile(place?.path ?? name, words, context, shell);
  }
  const search: Search = on.has('p') ? { path: STANDARD_PATH } : {};
  let found = 0;
  for (const each of rest) {
    const [first] = await meaningsOf(each, search, context, shell);
    if (first) {
      found++;
      await out(context, (on.has('V') ? described : typed)(each, first, context));
    } else if (on.has('V')) await complain(context, `command: ${each}: not found`);
  }
  return found > 0 ? 0 : 1;
};
