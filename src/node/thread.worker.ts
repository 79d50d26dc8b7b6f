/**
 * The first code of every program's thread. It takes Node's authority away from the thread, and only then runs the
 * script that it was given: what the script cannot name, it cannot use, and the permission model of its thread
 * refuses the rest (decision 31).
 */
import { compileFunction } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import type { Thread, ThreadData } from './threads.ts';

/** Globals that reach nothing outside the thread; those of the language itself stay as well. */
const harmless = [
  'AbortController',
  'AbortSignal',
  'DOMException',
  'Event',
  'EventTarget',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'WebAssembly',
  'atob',
  'btoa',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'performance',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'structuredClone',
];

/** Modules of Node that only compute. */
const builtins: { readonly [name: string]: unknown } = { 'node:zlib': zlib };

const { script, filename, language } = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error('this is no thread');
if (process.permission?.has('fs.read') !== false)
  throw new Error('this thread is not under the permission model');

const thread: Thread = {
  listen: (listener) => void port.on('message', listener),
  post: (message) => port.postMessage(message),
  breathe: (
    (later) => () =>
      new Promise((resolve) => later(resolve))
  )(setImmediate),
};
// Without a callback for it, `import()` is refused in the script.
const main = compileFunction(script, ['thread', 'require'], { filename }) as (
  thread: Thread,
  require: (name: string) => unknown,
) => void;
strip();
main(thread, (name) => {
  if (!Object.hasOwn(builtins, name)) throw new Error(`there is no module '${name}' here`);
  return builtins[name];
});

/** Deletes every global that is not on the lists. */
function strip(): void {
  const keep = new Set<PropertyKey>([...language, ...harmless]);
  for (const name of Reflect.ownKeys(globalThis))
    if (!keep.has(name) && !Reflect.deleteProperty(globalThis, name))
      throw new Error(`the global ${String(name)} cannot be taken away`);
}
