/** The builtins `type`, `command` and `hash`: what a name means to the shell (bash(1)). */
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { quoteWord } from './quote.ts';
import { printFunction } from './syntax/print.ts';

/** In the order of bash's table. */
export const keywords: ReadonlySet<string> = new Set(
  'if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc'.split(
    ' ',
  ),
);
/** Where `command -p` looks. */
const STANDARD_PATH = '/usr/bin:/bin';

interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  /** What runs it as a program: of a text tool its name. */
  readonly path?: string;
}

interface Search {
  readonly functions?: boolean;
  /** Only what runs as a program is wanted. */
  readonly onlyPrograms?: boolean;
  readonly path?: string | undefined;
}

/** All that a name means, what runs first before the rest. */
async function meaningsOf(
  name: string,
  { functions = true, onlyPrograms = false, path }: Search,
  { state }: Context,
  { commands, programs }: Interpreter,
): Promise<Meaning[]> {
  const found: Meaning[] = [];
  if (state.aliasOf(name) !== undefined) found.push({ kind: 'alias' });
  if (keywords.has(name)) found.push({ kind: 'keyword' });
  if (functions && state.functions.has(name)) found.push({ kind: 'function' });
  if (commands.builtins.has(name)) found.push({ kind: 'builtin' });
  else if (commands.tool(name)) found.push({ kind: 'builtin', path: name });
  for (const each of await programs.all(name, state, path))
    found.push({ kind: 'file', path: name.includes('/') ? name : each });
  return onlyPrograms ? found.filter(({ path: runs }) => runs !== undefined) : found;
}

/** In a sentence; of a function also its text. */
function described(name: string, { kind, path }: Meaning, { state }: Context): string {
  if (kind === 'alias') return `${name} is aliased to \`${state.aliasOf(name)}'\n`;
  if (kind === 'file') return `${name} is ${path}\n`;
  if (kind !== 'function') return `${name} is a shell ${kind}\n`;
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
    onlyPrograms: on.has('P') || (on.has('p') && on.has('a')),
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
  if (!on.has('v') && !on.has('V')) return shell.call(name, words, context, 'commands');
  const search = on.has('p') ? { path: STANDARD_PATH } : {};
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

/** The shell looks a program up each time, so the table of paths is always empty; names are checked, and `-t` looks them up. */
export const hash: Builtin = async (args, context, shell) => {
  const usage = 'hash [-lr] [-p pathname] [-dt] [name ...]';
  const spec = { name: 'hash', letters: 'lrdt', values: 'p', usage };
  const given = await optionsOf(args, spec, context);
  if (!given) return 2;
  const { on, rest } = given;
  for (const letter of ['t', 'd'])
    if (on.has(letter) && rest.length === 0) {
      await complain(context, `hash: -${letter}: option requires an argument`);
      return 1;
    }
  if (rest.length === 0 && !on.has('r')) await out(context, 'hash: hash table empty\n');
  let status = 0;
  for (const name of rest) {
    if (on.has('p') || name.includes('/')) continue;
    const { commands, programs } = shell;
    const isOwn = commands.builtins.has(name) || context.state.functions.has(name);
    const path = commands.tool(name) ? name : await programs.which(name, context.state);
    if (on.has('t') && path !== undefined)
      await out(context, rest.length > 1 ? `${name}\t${path}\n` : `${path}\n`);
    else if (path === undefined && (on.has('t') || !isOwn)) {
      await complain(context, `hash: ${name}: not found`);
      status = 1;
    }
  }
  return status;
};
