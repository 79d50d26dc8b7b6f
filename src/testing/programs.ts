/** Runs WASI programs in threads of the tests' process, for the machine of machine.ts. */
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import type { GuestEnd } from '../wasi/guest.ts';
import type { ProgramWorker } from '../wasi/runner.ts';

/** What a thread of a program has in place of the confinement of src/node/thread.worker.ts. */
const prologue = `
const { parentPort } = require('node:worker_threads');
const thread = {
  listen: (listener) => void parentPort.on('message', listener),
  post: (message) => parentPort.postMessage(message),
};
`;

/** Bundles the script of a program's thread. Returns what starts a thread with it. */
export async function programWorkers(): Promise<() => ProgramWorker> {
  const configFile = resolve('src/node/vite.config.ts');
  const made = await build({ mode: 'program', configFile, build: { write: false } });
  const [bundle] = Array.isArray(made) ? made : [made];
  if (!bundle || !('output' in bundle)) throw new Error('the script of programs was not built');
  const script = prologue + bundle.output[0].code;
  return () => workerOf(script);
}

function workerOf(script: string): ProgramWorker {
  const worker = new Worker(script, { eval: true });
  worker.unref();
  return {
    start: (message, transfer) =>
      worker.postMessage(message, transfer as Parameters<Worker['postMessage']>[1]),
    onEnd: (listener) => {
      worker.removeAllListeners('message');
      worker.on('message', (end: GuestEnd) => listener(end));
    },
    onError: (listener) => {
      worker.removeAllListeners('error');
      worker.on('error', ({ message }) => listener(message));
    },
    terminate: () => void worker.terminate(),
  };
}
