/**
 * Runs scripts on the machine of src/testing/machine.ts, in a process that can be ended where a script hangs. A message
 * is a script; the answer is what it printed, in base64, and its status.
 */
import { load } from './typescript.mjs';

const { runOnMachine } = await load('/src/testing/machine.ts');
process.on('disconnect', () => process.exit());
// A promise that nobody waits for is a fault of one script, and must not end the next ones.
process.on('unhandledRejection', () => undefined);

const text = (bytes) => Buffer.from(bytes).toString('latin1');
const bytesOf = (latin1) => new Uint8Array(Buffer.from(latin1, 'latin1'));

process.on('message', ({ files, stdin, ...script }) => {
  const bytes = Object.entries(files).map(([path, content]) => [path, bytesOf(content)]);
  void runOnMachine({ ...script, stdin: bytesOf(stdin), files: Object.fromEntries(bytes) })
    .then(({ stdout, stderr, status }) => ({ stdout: text(stdout), stderr: text(stderr), status }))
    .catch((error) => ({ stdout: '', stderr: String(error.stack ?? error), status: -1 }))
    .then((answer) => process.send(answer));
});
process.send('ready');
