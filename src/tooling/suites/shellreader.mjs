/**
 * Runs scripts on the machine of src/testing/machine.ts, in a process that can be ended where a script hangs. A message
 * is a script; the answer is what it printed, each byte a character, and its status. `bin` names the programs of /bin that
 * the script may run.
 */
import fs from 'node:fs';
import { load } from './typescript.mjs';

const { runOnMachine } = await load('/src/testing/machine.ts');
let makeWorker;
process.on('disconnect', () => process.exit());
// A promise that nobody waits for is a fault of one script, and must not end the next ones.
process.on('unhandledRejection', () => undefined);

const text = (bytes) => Buffer.from(bytes).toString('latin1');
const bytesOf = (latin1) => new Uint8Array(Buffer.from(latin1, 'latin1'));

async function programs(names) {
  if (names.length === 0) return {};
  const { programWorkers } = await load('/src/testing/programs.ts');
  makeWorker ??= await programWorkers();
  return Object.fromEntries(
    names.map((name) => [`/bin/${name}`, new Uint8Array(fs.readFileSync(`public/bin/${name}`))]),
  );
}

async function run({ files, stdin, bin = [], ...script }) {
  const bytes = Object.entries(files).map(([path, content]) => [path, bytesOf(content)]);
  const all = { ...Object.fromEntries(bytes), ...(await programs(bin)) };
  return runOnMachine({ ...script, stdin: bytesOf(stdin), files: all, makeWorker });
}

process.on('message', (message) => {
  void run(message)
    .then(({ stdout, stderr, status }) => ({ stdout: text(stdout), stderr: text(stderr), status }))
    .catch((error) => ({ stdout: '', stderr: String(error.stack ?? error), status: -1 }))
    .then((answer) => process.send(answer));
});
process.send('ready');
