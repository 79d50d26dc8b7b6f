/**
 * A command: one name, one implementation. The palette, menus, keys, `window.oanix.commands`, the tour and
 * WebMCP tools all take it from one table.
 */

type ArgType = 'string' | 'boolean' | 'strings';
interface Values {
  string: string;
  boolean: boolean;
  strings: readonly string[];
}

export interface Arg {
  readonly type: ArgType;
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
export function schemaOf({ args }: Command): object {
  const entries = Object.entries(args);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, arg]) => [name, typeOf(arg)])),
    required: entries.filter(([, arg]) => arg.isRequired).map(([name]) => name),
    additionalProperties: false,
  };
}

function typeOf({ type, about, oneOf }: Arg): object {
  if (type === 'strings') return { type: 'array', items: { type: 'string' }, description: about };
  return { type, description: about, ...(oneOf ? { enum: oneOf } : {}) };
}

/** Throws with what is wrong with arguments that came from a program. */
export function checkArgs({ id, args }: Command, given: Readonly<Record<string, unknown>>): void {
  const wrong = (why: string): never => {
    throw Object.assign(new Error(`${id}: ${why}`), { code: 'EINVAL' });
  };
  for (const name of Object.keys(given)) {
    const arg = Object.hasOwn(args, name) ? args[name] : undefined;
    if (!arg) wrong(`it has no argument ${name}; it has ${Object.keys(args).join(', ') || 'none'}`);
    else if (!hasType(given[name], arg.type)) wrong(`${name} is to be ${words[arg.type]}`);
    else if (arg.oneOf && !arg.oneOf.includes(String(given[name])))
      wrong(`${name} is one of ${arg.oneOf.join(', ')}`);
  }
  for (const [name, { isRequired, about }] of Object.entries(args))
    if (isRequired && given[name] === undefined) wrong(`${name} is missing: ${about}`);
}

const words: Readonly<Record<ArgType, string>> = {
  string: 'a string',
  boolean: 'true or false',
  strings: 'a list of strings',
};

function hasType(value: unknown, type: ArgType): boolean {
  if (type === 'strings')
    return Array.isArray(value) && value.every((each) => typeof each === 'string');
  return typeof value === type;
}
