/**
 * A command: one name, one implementation. The palette, menus, keys, `window.oanix.commands`, the tour and
 * WebMCP tools all take it from one table. Its table of arguments is what a program is told and what is checked.
 */
import { type Check, fields, flag, listOf, must, oneOf, optional } from '../../boot/arguments.ts';
import { NAME } from '../files/names.ts';

/** A kind of argument: its JSON Schema, and the check that refuses what the schema does not allow. */
interface ArgKind {
  readonly schema: object;
  readonly check: Check;
}

/** Strings that match a pattern, in words. */
const stringKind = (words: string, pattern: RegExp): ArgKind => ({
  schema: { type: 'string', pattern: pattern.source },
  check: must(words, (value) => typeof value === 'string' && pattern.test(value)),
});

const listKind = ({ schema, check }: ArgKind): ArgKind => ({
  schema: { type: 'array', items: schema },
  check: listOf(check),
});

// The patterns follow the rules of JSON Schema: they are not anchored, and their flag is `u`.
const stringArg = stringKind('a string without a NUL character', /^[^\0]*$/u);
const pathArg = stringKind('an absolute path without a NUL character', /^\/[^\0]*$/u);

const argKinds = {
  string: stringArg,
  strings: listKind(stringArg),
  path: pathArg,
  paths: listKind(pathArg),
  name: stringKind(
    'a name: not empty, not only one or two dots, without a slash or a NUL character',
    NAME,
  ),
  boolean: { schema: { type: 'boolean' }, check: flag },
} as const satisfies Readonly<Record<string, ArgKind>>;

interface Values {
  string: string;
  strings: readonly string[];
  path: string;
  paths: readonly string[];
  name: string;
  boolean: boolean;
}

export interface Arg {
  readonly type: keyof typeof argKinds;
  readonly about: string;
  readonly oneOf?: readonly string[];
  /** A program must give it; a person is asked, or the selection is taken. */
  readonly isRequired?: true;
}
export type ArgTable = { readonly [name: string]: Arg };

/** What of its arguments a command got. */
export type Given<A extends ArgTable> = { readonly [K in keyof A]?: Values[A[K]['type']] };

/** The parts of the page in which keys can mean something of their own. */
export type Region = 'files' | 'page';

export interface Command {
  /** `group.verb`. */
  readonly id: string;
  readonly title: string;
  /** As in keys.ts: `Mod+K`, several with a blank between. */
  readonly keys?: string;
  /** Where its keys are heard; everywhere without it. */
  readonly where?: Region;
  readonly args: ArgTable;
  /** The browser has these keys too: they are left to it, and what it makes of them is heard (pasting.ts). */
  readonly isLeft?: true;
  /** It asks a person before it does anything. */
  readonly isDestructive?: true;
  /** It changes what is there, though it can be undone, or runs what does: agents are told so. */
  readonly changes?: true;
  /** It is for people, at a place in the page: programs do not get it. */
  readonly isForPeople?: true;
  /** What it would do now, where that is more than its title. */
  describe?(): string;
  /** Whether there is something that it could do now. */
  isAvailable?(): boolean;
  run(args: Given<ArgTable>): unknown;
}

interface Definition<A extends ArgTable> extends Omit<Command, 'args' | 'run'> {
  readonly args?: A;
  run(args: Given<A>): unknown;
}

/** Typed where it is written, one type in the table. */
export const command = <A extends ArgTable>({ args, ...rest }: Definition<A>): Command =>
  ({ ...rest, args: args ?? {} }) as Command;

/** The arguments of a command as a JSON Schema (2020-12). */
export function schemaOf(args: ArgTable): object {
  const entries = Object.entries(args);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, arg]) => [name, argSchema(arg)])),
    required: entries.filter(([, arg]) => arg.isRequired).map(([name]) => name),
    additionalProperties: false,
  };
}

const argSchema = ({ type, about, oneOf: values }: Arg): object => ({
  ...argKinds[type].schema,
  description: about,
  ...(values ? { enum: values } : {}),
});

/** Throws a TypeError that names the argument where what a program gave does not fit the table; `caller` is what it called. */
export function checkArgs(caller: string, args: ArgTable, given: unknown): void {
  const checks = Object.entries(args).map(([name, arg]) => [name, argCheck(arg)] as const);
  refuse(caller, fields(Object.fromEntries(checks))(given, 'args'));
}

/** Throws where a check said that something is wrong. */
export function refuse(caller: string, wrong: string | undefined): void {
  if (wrong !== undefined)
    throw Object.assign(new TypeError(`${caller}: ${wrong}`), { code: 'EINVAL' });
}

function argCheck({ type, oneOf: values, isRequired }: Arg): Check {
  const check = values ? oneOf(...values) : argKinds[type].check;
  return isRequired ? check : optional(check);
}
