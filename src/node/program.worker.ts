/** A program's thread under Node: nothing but the guest. */
import { parentPort } from 'node:worker_threads';
import { type GuestStart, runGuest } from '../wasi/guest.ts';

parentPort?.on('message', (start: GuestStart) => {
  void Promise.resolve(runGuest(start)).then((end) => parentPort?.postMessage(end));
});
