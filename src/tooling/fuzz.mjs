/**
 * npm run fuzz [-- RUNS [SEED]]: changes the inputs of src/testing/corpus at random and feeds them to every parser. An input
 * that fails stays in the corpus.
 */
import { spawnSync } from 'node:child_process';

const [runs = '20000', seed] = process.argv.slice(2);
if ([runs, seed ?? '0'].some((each) => !/^\d+$/.test(each))) {
  console.error('usage: npm run fuzz [-- RUNS [SEED]], both whole numbers');
  process.exit(2);
}
const env = {
  ...process.env,
  FUZZ_RUNS: runs,
  FUZZ_KEEP: '1',
  ...(seed ? { OANIX_SEED: seed } : {}),
};
const command = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'unit',
  'src/testing/corpus.test.ts',
];
process.exit(spawnSync(process.execPath, command, { env, stdio: 'inherit' }).status ?? 1);
