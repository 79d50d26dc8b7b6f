/** Functions of the page that jobs call by their names. */
import { fail } from '../kernel/errors.ts';
import { jsonFrom } from '../kernel/json.ts';
import type { Json } from '../kernel/service.ts';

/** What it returns is the job's `value`, what it throws is why the job failed. */
export type PageFunction = (
  input: Json,
  context: { readonly signal: AbortSignal },
) => Json | undefined | Promise<Json | undefined>;

const functions = new Map<string, { readonly run: PageFunction }>();

/** EEXIST. Returns the undo, which removes this registration and never a later one of the same name. */
export function registerFunction(name: string, run: PageFunction): () => void {
  if (functions.has(name)) fail('EEXIST', `there is a function ${name}`);
  const registration = { run };
  functions.set(name, registration);
  return () => {
    if (functions.get(name) === registration) functions.delete(name);
  };
}

/** The most characters of JSON that a function may return. */
const VALUE_MAX = 1 << 20;

/** ENOENT where there is no such function; EINVAL or EFBIG where what it returns is no JSON, or too much. */
export async function callFunction(
  name: string,
  input: Json,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const known = [...functions.keys()].join(', ') || 'none';
  const { run } =
    functions.get(name) ?? fail('ENOENT', `there is no function '${name}'; registered: ${known}`);
  const value: unknown = await run(input, { signal });
  return value === undefined ? undefined : jsonFrom(value, 'what the function returned', VALUE_MAX);
}
