/**
 * Checks of arguments: each method of the API has a table of what its arguments must be, by their names. A call with
 * another one fails with a TypeError that names it, before anything is done.
 */

/** Says what a value must be where it is something else. */
export type Check = (value: unknown, name: string) => string | undefined;
/** The arguments of a method, in their order. */
export type Checks = Readonly<Record<string, Check>>;

// biome-ignore lint/suspicious/noExplicitAny: any method has parameters of its own.
type Method = (...args: any[]) => unknown;
type MethodsOf<T> = { [K in keyof T]-?: T[K] extends Method ? K : never }[keyof T];
type PromisedBy<T> = {
  [K in MethodsOf<T>]: T[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[MethodsOf<T>];

/** A line for each method: those that promise, and those that answer at once. The compiler misses none. */
export interface ArgumentTable<T> {
  readonly promised: { readonly [K in PromisedBy<T>]: Checks };
  readonly direct: { readonly [K in Exclude<MethodsOf<T>, PromisedBy<T>>]: Checks };
}

/** Makes the methods of an object, or of a class by its prototype, check their arguments. `name` is that of the object. */
export function checkArguments<T extends object>(
  name: string,
  target: T,
  { promised, direct }: ArgumentTable<T>,
): T {
  const replace = (method: string, checks: Checks, refuse: (error: TypeError) => unknown): void => {
    const run = Reflect.get(target, method) as Method;
    function checked(this: unknown, ...args: unknown[]): unknown {
      const wrong = wrongArgument(checks, args);
      if (wrong !== undefined) return refuse(new TypeError(`${name}.${method}: ${wrong}`));
      return run.apply(this, args);
    }
    Reflect.defineProperty(target, method, { value: checked, configurable: true, writable: true });
  };
  for (const [method, checks] of Object.entries<Checks>(promised))
    replace(method, checks, (error) => Promise.reject(error));
  for (const [method, checks] of Object.entries<Checks>(direct))
    replace(method, checks, (error) => {
      throw error;
    });
  return target;
}

function wrongArgument(checks: Checks, args: readonly unknown[]): string | undefined {
  let at = 0;
  for (const [name, check] of Object.entries(checks)) {
    const wrong = check(args[at++], name);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A check by a predicate and the words for what holds. */
export const must =
  (be: string, fits: (value: unknown) => boolean): Check =>
  (value, name) =>
    fits(value) ? undefined : `${name} must be ${be}, not ${shown(value)}`;

/** What a value is, without what it says: it may be a secret. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'this string';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'this object';
  return `a ${typeof value}`;
}

const isObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

export const optional =
  (check: Check): Check =>
  (value, name) =>
    value === undefined ? undefined : check(value, name);

export const text = must('a string', (value) => typeof value === 'string');
/** A name from which a path or a line of a control file is made. */
export const word = must(
  'a string that is not empty',
  (value) => typeof value === 'string' && value !== '',
);
export const path = must(
  'a path: a string without a NUL character',
  (value) => typeof value === 'string' && !value.includes('\0'),
);
export const flag = must('true or false', (value) => typeof value === 'boolean');
export const callback = must('a function', (value) => typeof value === 'function');
export const whole = must('a whole number', Number.isSafeInteger);
export const signal = must('an AbortSignal', (value) => value instanceof AbortSignal);

export const wholeFrom = (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  must(
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${least}`
      : `a whole number from ${least} to ${most}`,
    (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  );

export const above0 = must('a number above 0', (value) => typeof value === 'number' && value > 0);

export const oneOf = (...values: readonly unknown[]): Check =>
  must(`one of ${values.map((each) => `'${String(each)}'`).join(', ')}`, (value) =>
    values.includes(value),
  );

export const either = (be: string, ...checks: readonly Check[]): Check =>
  must(be, (value) => checks.some((check) => check(value, '') === undefined));

export const listOf =
  (check: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) return `${name} must be a list, not ${shown(value)}`;
    for (const [index, each] of value.entries()) {
      const wrong = check(each, `${name}[${index}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

/** An object of any names whose values are alike. */
export const mapOf =
  (check: Check): Check =>
  (value, name) => {
    if (!isObject(value)) return `${name} must be a plain object, not ${shown(value)}`;
    for (const [key, each] of Object.entries(value)) {
      const wrong = check(each, `${name}.${key}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

/** An object with these fields and no others. */
export const fields =
  (checks: Checks): Check =>
  (value, name) => {
    if (!isObject(value)) return `${name} must be a plain object, not ${shown(value)}`;
    const unknown = Object.keys(value).find((field) => !Object.hasOwn(checks, field));
    if (unknown !== undefined)
      return `${name} must have no field '${unknown}': known are ${Object.keys(checks).join(', ') || 'none'}`;
    for (const [field, check] of Object.entries(checks)) {
      const wrong = check(value[field], `${name}.${field}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

/** An object that JSON gives back as it was. A field that is undefined is absent. */
export const jsonObject = must(
  'a plain object that JSON can hold',
  (value) => isObject(value) && isJson(value, []),
);

function isJson(value: unknown, within: readonly unknown[]): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (!(Array.isArray(value) || isObject(value)) || within.includes(value)) return false;
  const inside = [...within, value];
  return Array.isArray(value)
    ? [...value].every((each) => isJson(each, inside))
    : Object.values(value).every((each) => each === undefined || isJson(each, inside));
}
