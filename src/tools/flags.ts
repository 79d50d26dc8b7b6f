/** The options of a call, asked for by their names. */
import { type Host, ToolError } from './host.ts';
import { type Given, parseOptions, type Rules } from './options.ts';
import { quoteText } from './quoting.ts';

export interface Flags {
  readonly options: readonly Given[];
  readonly operands: readonly string[];
  has(name: string): boolean;
  /** Of the last that was given; undefined where none was, or none of them has a value. */
  value(name: string): string | undefined;
  /** Which of these was given last. */
  last(...names: readonly string[]): string | undefined;
}

export function flagsOf(host: Host, rules: Rules, args: readonly string[] = host.args): Flags {
  const { options, operands } = parseOptions(host.name, args, rules);
  return {
    options,
    operands,
    has: (name) => options.some((each) => each.name === name),
    value: (name) => options.findLast((each) => each.name === name)?.value,
    last: (...names) => options.findLast((each) => names.includes(each.name))?.name,
  };
}

/** Ends a tool that was called wrongly, with the hint that GNU's tools give. */
export function misuse(host: Host, message: string, status = 1): never {
  throw new ToolError(`${message}\nTry '${host.name} --help' for more information.`, status);
}

/** For an option that we leave out: it is never ignored. */
export function refuse(flags: Flags, ...names: readonly string[]): void {
  const found = flags.options.find((each) => names.includes(each.name));
  if (!found) return;
  const shown = found.name.length === 1 ? `-${found.name}` : `--${found.name}`;
  throw new ToolError(`the option ${shown} is not supported here`, 2);
}

export function needOperands(host: Host, { operands }: Flags, what = 'missing operand'): void {
  if (operands.length === 0) misuse(host, what);
}

export function atMost(host: Host, { operands }: Flags, count: number): void {
  const extra = operands[count];
  if (extra !== undefined) misuse(host, `extra operand ${quoteText(extra)}`);
}
