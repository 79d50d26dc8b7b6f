/**
 * A process that is made to be killed: it opens the store that it is given, writes one file after another, and prints a
 * file's number when `sync` has acknowledged it. Each file says its own number, over and over.
 */
import { openStoreFile } from './sqlitestore.ts';
import { put } from './tree.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const { fs: tree } = await openStoreFile(path, {
  damaged: ({ name, reason }) => process.stderr.write(`${name}: ${reason}\n`),
  checkpointAfter: 8,
});
for (let number = Number(first); ; number++) {
  await put(tree, [`f${number}`], `${number} `.repeat(1 + ((number * 7919) % 30_000)));
  // What replaces earlier content makes garbage, which is deleted in transactions of its own.
  await put(tree, [`again${number % 5}`], `${number} `.repeat(5_000));
  await tree.sync();
  process.stdout.write(`${number}\n`);
}
