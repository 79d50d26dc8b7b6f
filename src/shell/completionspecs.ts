/** How the arguments of commands are completed: what `complete` keeps for a name (bash(1) "Programmable Completion"). */
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import { inHashOrder } from './hashorder.ts';
import type { Builtin } from './interpreter.ts';
import { quoteWord } from './quote.ts';

export interface CompletionSpec {
  readonly options: ReadonlySet<string>;
  /** What it generates by itself: `file`, `variable` and their like. */
  readonly actions: ReadonlySet<string>;
  /** The values of -G, -W, -P, -S, -X, -C and -F, by these letters. */
  readonly values: ReadonlyMap<string, string>;
}

/** The name of what completes every other command. */
export const DEFAULT = '_DefaultCmD_';
/** Of an empty line, and of the first word. */
const EMPTY = '_EmptycmD_';
const INITIAL = '_InitialWorD_';
const special: readonly (readonly [letter: string, name: string])[] = [
  ['D', DEFAULT],
  ['E', EMPTY],
  ['I', INITIAL],
];
/** Buckets of bash's table. */
const BUCKETS = 512;

const optionNames: readonly string[] = [
  'bashdefault',
  'default',
  'dirnames',
  'filenames',
  'noquote',
  'nosort',
  'nospace',
  'plusdirs',
];

/** Actions that have a letter, in the order in which they are printed. */
const lettered: ReadonlyMap<string, string> = new Map([
  ['a', 'alias'],
  ['b', 'builtin'],
  ['c', 'command'],
  ['d', 'directory'],
  ['e', 'export'],
  ['f', 'file'],
  ['g', 'group'],
  ['j', 'job'],
  ['k', 'keyword'],
  ['s', 'service'],
  ['u', 'user'],
  ['v', 'variable'],
]);
const unlettered: readonly string[] = [
  'arrayvar',
  'binding',
  'disabled',
  'enabled',
  'function',
  'helptopic',
  'hostname',
  'running',
  'setopt',
  'shopt',
  'signal',
  'stopped',
];
const isAction = (name: string): boolean =>
  unlettered.includes(name) || [...lettered.values()].includes(name);

const ACTIONS =
  '[-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix]';
const COMPLETE_USAGE = `complete [-abcdefgjksuv] [-pr] [-DEI] ${ACTIONS} [name ...]`;
const COMPGEN_USAGE = `compgen [-abcdefgjksuv] ${ACTIONS} [word]`;
const COMPOPT_USAGE = 'compopt [-o|+o option] [-DEI] [name ...]';

interface Given {
  readonly spec: CompletionSpec;
  readonly flags: ReadonlySet<string>;
  readonly rest: readonly string[];
}

/** Reads the options of `complete` or `compgen`; undefined after a sentence on standard error. */
export async function completionOptions(
  name: 'complete' | 'compgen',
  args: readonly string[],
  context: Context,
): Promise<Given | undefined> {
  const given = await optionsOf(
    args,
    {
      name,
      letters: `${[...lettered.keys()].join('')}${name === 'complete' ? 'prDEI' : ''}`,
      values: 'oAGWPSXFC',
      usage: name === 'complete' ? COMPLETE_USAGE : COMPGEN_USAGE,
    },
    context,
  );
  if (!given) return undefined;
  const options = new Set<string>();
  const actions = new Set<string>();
  const values = new Map<string, string>();
  for (const [letter, value] of given.inOrder) {
    const action = letter === 'A' ? value : lettered.get(letter);
    const wrong =
      letter === 'o' && !optionNames.includes(value)
        ? `${value}: invalid option name`
        : letter === 'A' && !isAction(value)
          ? `${value}: invalid action name`
          : letter === 'F' && (value === '' || /[()<>;&| \t\n]/.test(value))
            ? `\`${value}': not a valid identifier`
            : undefined;
    if (wrong !== undefined) {
      await complain(context, `${name}: ${wrong}`);
      return undefined;
    }
    if (action !== undefined) actions.add(action);
    else if (letter === 'o') options.add(value);
    else values.set(letter, value);
  }
  return { spec: { options, actions, values }, flags: new Set(given.on.keys()), rest: given.rest };
}

/** The command that makes a specification again. */
function shown(name: string, { options, actions, values }: CompletionSpec): string {
  const words = ['complete'];
  for (const option of optionNames) if (options.has(option)) words.push('-o', option);
  for (const [letter, action] of lettered) if (actions.has(action)) words.push(`-${letter}`);
  for (const action of unlettered) if (actions.has(action)) words.push('-A', action);
  for (const letter of 'GWPSXC') {
    const value = values.get(letter);
    if (value !== undefined) words.push(`-${letter}`, quoteWord(value));
  }
  const called = values.get('F');
  if (called !== undefined) words.push('-F', quotedName(called));
  words.push(nameShown(name));
  return `${words.join(' ')}\n`;
}

const quotedName = (name: string): string =>
  name === '' || /[\s'"\\|&;()<>!{}*[\]?^$`]/.test(name) ? quoteWord(name) : name;

function nameShown(name: string): string {
  const [letter] = special.find(([, each]) => each === name) ?? [];
  return letter === undefined ? quotedName(name) : `-${letter}`;
}

/** The first of -D, -E and -I stands before all names. */
const namesOf = (flags: ReadonlySet<string>, rest: readonly string[]): readonly string[] => {
  const [, name] = special.find(([letter]) => flags.has(letter)) ?? [];
  return name === undefined ? rest : [name];
};

export const complete: Builtin = async (args, context) => {
  const given = await completionOptions('complete', args, context);
  if (!given) return 2;
  const { completions } = context.state;
  const { spec, flags } = given;
  const names = namesOf(flags, given.rest);
  if (args.length === 0 || (flags.has('p') && names.length === 0)) {
    for (const [name, each] of inHashOrder(completions, BUCKETS))
      await out(context, shown(name, each));
    return 0;
  }
  if (flags.has('r') && !flags.has('p') && names.length === 0) {
    completions.clear();
    return 0;
  }
  if (names.length === 0) {
    await context.io.get(2)?.write(`complete: usage: ${COMPLETE_USAGE}\n`);
    return 2;
  }
  let status = 0;
  for (const name of names) {
    const known = completions.get(name);
    if (!flags.has('p') && !flags.has('r')) completions.set(name, spec);
    else if (!known) {
      await complain(context, `complete: ${nameShown(name)}: no completion specification`);
      status = 1;
    } else if (flags.has('p')) await out(context, shown(name, known));
    else completions.delete(name);
  }
  return status;
};

export const compopt: Builtin = async (args, context) => {
  const { state } = context;
  const on: string[] = [];
  const off: string[] = [];
  const words = [...args];
  const plain: string[] = [];
  while (words[0] !== undefined && /^[-+]./.test(words[0]) && words[0] !== '--') {
    const word = words.shift() as string;
    if (word.startsWith('+o') || word.startsWith('-o')) {
      const option = word.slice(2) || words.shift();
      if (option === undefined)
        return misused(`${word.slice(0, 2)}: option requires an argument`, context);
      if (!optionNames.includes(option)) {
        await complain(context, `compopt: ${option}: invalid option name`);
        return 2;
      }
      (word.startsWith('-') ? on : off).push(option);
    } else if (/^-[DEI]+$/.test(word)) plain.push(...word.slice(1));
    else return misused(`${word.slice(0, 2)}: invalid option`, context);
  }
  if (words[0] === '--') words.shift();
  const changed = (spec: CompletionSpec): CompletionSpec => ({
    ...spec,
    options: new Set([...spec.options, ...on].filter((each) => !off.includes(each))),
  });
  const shows = on.length + off.length === 0;
  const names = namesOf(new Set(plain), words);
  if (names.length === 0) {
    const { completing } = state;
    if (!completing) {
      await complain(context, 'compopt: not currently executing completion function');
      return 1;
    }
    if (shows) await out(context, optionsShown(completing.name, completing.spec));
    else completing.spec = changed(completing.spec);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const spec = state.completions.get(name);
    if (!spec) {
      await complain(context, `compopt: ${nameShown(name)}: no completion specification`);
      status = 1;
    } else if (shows) await out(context, optionsShown(name, spec));
    else state.completions.set(name, changed(spec));
  }
  return status;
};

async function misused(message: string, context: Context): Promise<number> {
  await complain(context, `compopt: ${message}`);
  await context.io.get(2)?.write(`compopt: usage: ${COMPOPT_USAGE}\n`);
  return 2;
}

const optionsShown = (name: string, { options }: CompletionSpec): string =>
  `compopt ${optionNames.map((each) => `${options.has(each) ? '-' : '+'}o ${each} `).join('')}${nameShown(name)}\n`;
