/** The builtin `getopts`: one option of the arguments at each call (bash(1), getopts(1p)). */
import { optionsOf } from './builtinoptions.ts';
import { complain } from './context.ts';
import { ReadonlyError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import type { State } from './state.ts';

const USAGE = 'getopts optstring name [arg ...]';

/** What a call finds, and where the next one goes on. */
interface Found {
  /** The letter, `?` for an error or the end, `:` for an argument that is missing where errors are silent. */
  readonly letter: string;
  readonly argument?: string | undefined;
  readonly problem?: string;
  readonly isEnd?: boolean;
  readonly index: number;
  /** Within its word; undefined where a word begins. */
  readonly at?: number | undefined;
}

function next(
  spec: string,
  words: readonly string[],
  { index, at = 1 }: { index: number; at?: number | undefined },
): Found {
  const word = words[index - 1];
  if (word === '--') return { letter: '?', isEnd: true, index: index + 1 };
  if (word === undefined || !/^-./s.test(word))
    return { letter: '?', isEnd: true, index: Math.min(index, words.length + 1) };
  const isSilent = spec.startsWith(':');
  const known = isSilent ? spec.slice(1) : spec;
  const letter = word[at] as string;
  const rest = word.slice(at + 1);
  const after = rest === '' ? { index: index + 1 } : { index, at: at + 1 };
  const wrong = (sign: string, problem: string, where: { index: number }): Found => ({
    ...where,
    letter: isSilent ? sign : '?',
    ...(isSilent ? { argument: letter } : { problem: `${problem} -- ${letter}` }),
  });
  const place = letter === ':' ? -1 : known.indexOf(letter);
  if (place < 0) return wrong('?', 'illegal option', after);
  if (known[place + 1] !== ':') return { letter, ...after };
  if (rest !== '') return { letter, argument: rest, index: index + 1 };
  const argument = words[index];
  return argument === undefined
    ? wrong(':', 'option requires an argument', { index: index + 1 })
    : { letter, argument, index: index + 2 };
}

/** Where the next call looks: a variable that a script has set begins at a word. */
function placeOf(state: State): { index: number; at: number | undefined } {
  const index = Number.parseInt(state.get('OPTIND') ?? '', 10);
  return { index: index > 0 ? index : 1, at: state.variables.get('OPTIND')?.letterAt };
}

function store({ index, at, argument }: Found, state: State): void {
  state.set('OPTIND', String(index));
  if (at !== undefined) state.declare('OPTIND').letterAt = at;
  if (argument === undefined) state.unset('OPTARG');
  else state.set('OPTARG', argument);
}

export const getopts: Builtin = async (args, context) => {
  const given = await optionsOf(args, { name: 'getopts', letters: '', usage: USAGE }, context);
  if (!given) return 2;
  const [spec, name, ...words] = given.rest;
  const errors = context.io.get(2);
  if (spec === undefined || name === undefined) {
    await errors?.write(`getopts: usage: ${USAGE}\n`);
    return 2;
  }
  const { state } = context;
  const place = placeOf(state);
  const list = words.length > 0 ? words : state.args;
  // The arguments may have changed since.
  const isWithin = (place.at ?? 0) < (list[place.index - 1]?.length ?? 0);
  const found = next(spec, list, isWithin ? place : { index: place.index });
  store(found, state);
  if (found.problem !== undefined && state.get('OPTERR') !== '0')
    await errors?.write(`${state.name}: ${found.problem}\n`);
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    await complain(context, `getopts: \`${name}': not a valid identifier`);
    return 1;
  }
  try {
    state.set(name, found.letter);
  } catch (error) {
    if (!(error instanceof ReadonlyError)) throw error;
    await complain(context, error.message);
    return 2;
  }
  return found.isEnd ? 1 : 0;
};
