/** A shell's thread under Node. */
import { parentPort } from 'node:worker_threads';
import { serveShell } from '../shell/serve.ts';

parentPort?.once('message', (port: MessagePort) => {
  serveShell(port, () => new Promise((resolve) => setImmediate(resolve)));
});
