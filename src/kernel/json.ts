/**
 * Values from outside as JSON. What someone else's code returns is checked before it goes anywhere, so that no
 * writer of records ever meets a value that it cannot write.
 */
import { fail } from './errors.ts';
import type { Json } from './service.ts';

const DEPTH_MAX = 256;

/**
 * A copy of `value` that JSON holds without loss; fields that are undefined are left out. EINVAL says where it is not
 * JSON: a cycle, a bigint, a function, a number that is not finite, an object of a class. EFBIG if its text is longer than `max` characters.
 */
export function jsonFrom(value: unknown, what: string, max: number): Json {
  let room = max;
  const take = (count: number): void => {
    room -= count;
    if (room < 0) fail('EFBIG', `${what} is longer than ${max} characters of JSON`);
  };
  const refuse = (path: string, is: string): never =>
    fail('EINVAL', `${what} is no JSON: ${path === '' ? 'it' : path} is ${is}`);
  const inside = new Set<object>();

  const copy = (each: unknown, path: string): Json => {
    if (typeof each === 'string') take(each.length + 2);
    else take(1);
    if (each === null || typeof each === 'string' || typeof each === 'boolean') return each;
    if (typeof each === 'number')
      return Number.isFinite(each) ? each : refuse(path, `the number ${each}`);
    if (typeof each !== 'object') return refuse(path, `of the type ${typeof each}`);
    if (inside.has(each)) return refuse(path, 'inside itself');
    if (inside.size >= DEPTH_MAX) return refuse(path, `nested more than ${DEPTH_MAX} deep`);
    inside.add(each);
    const copied = Array.isArray(each) ? list(each, path) : record(each, path);
    inside.delete(each);
    return copied;
  };

  const list = (values: readonly unknown[], path: string): Json[] => {
    // A list with holes may be longer than anything that can be copied.
    take(values.length);
    return Array.from(values, (each, i) => copy(each, `${path}[${i}]`));
  };

  const record = (values: object, path: string): Json => {
    const prototype: unknown = Object.getPrototypeOf(values);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      return refuse(path, `a ${String(values.constructor?.name)}`);
    const entries = Object.entries(values).filter(([, each]) => each !== undefined);
    return Object.fromEntries(
      entries.map(([name, each]) => {
        take(name.length + 4);
        return [name, copy(each, path === '' ? name : `${path}.${name}`)];
      }),
    );
  };

  return copy(value, '');
}
