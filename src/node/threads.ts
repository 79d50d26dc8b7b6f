/** Threads for programs: each starts without any authority of Node (thread.worker.ts). */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';

/** What the script of a thread is given. */
export interface Thread {
  /** Hears the messages that are posted to the thread. */
  listen(listener: (message: unknown) => void): void;
  post(message: unknown): void;
  /** Gives the event loop a turn. */
  breathe(): Promise<void>;
}

export interface ThreadData {
  /** A function body in JavaScript, with `thread` and `require` in scope. */
  readonly script: string;
  readonly filename: string;
  /** Names of the globals that the language has. */
  readonly language: readonly string[];
}

/** Node 20 has the permission model under its first name. */
const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

// For the threads that start from now on: eval and Function throw in them.
setFlagsFromString('--disallow-code-generation-from-strings');

/** A new context has the language and V8's own console. */
const language = (
  runInNewContext('Object.getOwnPropertyNames(globalThis)') as readonly string[]
).filter((name) => name !== 'console');

const texts = new Map<string, string>();

/** The text of a file of this command. */
function textOf(name: string): string {
  let text = texts.get(name);
  if (text === undefined) {
    text = readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
    texts.set(name, text);
  }
  return text;
}

/** Starts a thread that runs a script of this command. */
export const startThread = (name: string): Worker => startConfined(textOf(name), name);

/** Starts a thread that runs `script`. */
export function startConfined(script: string, filename: string): Worker {
  const workerData: ThreadData = { script, filename, language };
  return new Worker(textOf('thread.cjs'), {
    eval: true,
    env: {},
    stdin: false,
    // No file, no process, no thread, no add-on is allowed.
    execArgv: [
      permission,
      '--disable-warning=ExperimentalWarning',
      // A warning would come on the standard error of the command, at a time of its own.
      '--disable-warning=DeprecationWarning',
    ],
    workerData,
  });
}
