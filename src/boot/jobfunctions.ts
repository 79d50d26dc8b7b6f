/** Functions of the page that jobs call by their names. */
import { fail } from '../kernel/errors.ts';
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

/** ENOENT. */
export async function callFunction(
  name: string,
  input: Json,
  signal: AbortSignal,
): Promise<Json | undefined> {
  const known = [...functions.keys()].join(', ') || 'none';
  const { run } =
    functions.get(name) ?? fail('ENOENT', `there is no function '${name}'; registered: ${known}`);
  return run(input, { signal });
}
