/** The orders of asort(), asorti() and PROCINFO["sorted_in"]. */
import { AwkError } from './errors.ts';
import type { Machine } from './machine.ts';
import {
  type AwkArray,
  compareText,
  type Key,
  keyText,
  toNumber,
  toText,
  type Value,
} from './values.ts';

type Entry = readonly [Key, Value | AwkArray];
type Order = (a: Entry, b: Entry) => number;

/** The functions of a program, for an order that is one of them. */
export type FunctionNamed = (
  name: string,
) => { readonly entry: number; readonly size: number } | undefined;

const asText = (value: Value | AwkArray): string =>
  value instanceof Map ? '' : toText(value, '%.6g');
const asNumber = (value: Value | AwkArray): number => (value instanceof Map ? 0 : toNumber(value));

const byIndexText: Order = ([a], [b]) => compareText(keyText(a), keyText(b));
const byIndexNumber: Order = (a, b) =>
  toNumber(keyText(a[0])) - toNumber(keyText(b[0])) || byIndexText(a, b);
const byText: Order = (a, b) => compareText(asText(a[1]), asText(b[1])) || byIndexText(a, b);
const byNumber: Order = (a, b) => asNumber(a[1]) - asNumber(b[1]) || byText(a, b);

/** Numbers come before text, and arrays last. */
const rankOf = (value: Value | AwkArray): number => {
  if (value instanceof Map) return 2;
  if (typeof value === 'string') return 1;
  return typeof value === 'object' && value.number === undefined ? 1 : 0;
};
const byType: Order = (a, b) => {
  const rank = rankOf(a[1]);
  return rank - rankOf(b[1]) || (rank === 0 ? byNumber(a, b) : byText(a, b));
};

const orders: { readonly [name: string]: Order } = {
  ind_str: byIndexText,
  ind_num: byIndexNumber,
  val_str: byText,
  val_num: byNumber,
  val_type: byType,
};

export function sorted(
  machine: Machine,
  array: AwkArray,
  how: string,
  functionNamed: FunctionNamed,
): Entry[] {
  const entries: Entry[] = [...array];
  if (how === '@unsorted') return entries;
  const [, name = '', direction] = /^@(\w+?)_(asc|desc)$/.exec(how) ?? [];
  const order = Object.hasOwn(orders, name) ? orders[name] : undefined;
  if (order) return entries.sort(direction === 'desc' ? (a, b) => order(b, a) : order);
  const found = functionNamed(how);
  if (!found) throw new AwkError(`sort comparison function \`${how}' is not defined`);
  const { entry, size } = found;
  return entries.sort(([i, v], [j, w]) =>
    toNumber(machine.callNow(entry, [keyText(i), v, keyText(j), w], size)),
  );
}
