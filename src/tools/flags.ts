/** The options of a call, by their names. */
import { type Host, ToolError } from './host.ts';
import { type Given, misuse, parseOptions, type Rules } from './options.ts';
import { inQuotes } from './quote.ts';

export interface Flags {
  readonly options: readonly Given[];
  readonly operands: readonly string[];
  has(name: string): boolean;
  /** The value that was given last; undefined where none was. */
  value(name: string): string | undefined;
  /** The one of these options that was given last. */
  last(...names: readonly string[]): string | undefined;
}

export function flagsOf(host: Host, rules: Rules): Flags {
  const { options, operands } = parseOptions(host.name, host.args, rules);
  return {
    options,
    operands,
    has: (name) => options.some((each) => each.name === name),
    value: (name) => options.findLast((each) => each.name === name)?.value,
    last: (...names) => options.findLast((each) => names.includes(each.name))?.name,
  };
}

/** Refuses options that the tool does not have here. They are never ignored. */
export function refuse(flags: Flags, ...names: readonly string[]): void {
  const found = flags.options.find((each) => names.includes(each.name));
  if (!found) return;
  const shown = found.name.length === 1 ? `-${found.name}` : `--${found.name}`;
  throw new ToolError(`the option ${shown} is not supported here`, 2);
}

export function needOperands(host: Host, { operands }: Flags, what = 'missing operand'): void {
  if (operands.length === 0) misuse(host.name, what);
}

export function atMost(host: Host, { operands }: Flags, count: number, status = 1): void {
  const extra = operands[count];
  if (extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`, status);
}
