/** One seed for all random tests of a run, which is printed once and repeats the run. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, inject, it } from 'vitest';

/** What a process prints that takes the seed, and starts another one that takes it too. */
function takeSeed(given: Readonly<Record<string, string>>): { stdout: string; stderr: string } {
  const take = `import { seedOfRun } from './src/tooling/seed.mjs'; console.log(seedOfRun());`;
  const start = `import { spawnSync } from 'node:child_process';
    spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(take)}], { stdio: 'inherit' });`;
  const { OANIX_SEED: _, OANIX_SEED_PRINTED: __, ...env } = process.env;
  const args = ['--input-type=module', '-e', `${take} ${start}`];
  return spawnSync(process.execPath, args, { env: { ...env, ...given }, encoding: 'utf8' });
}

it('a seed that is given is printed once, and the processes that are started have it too', () => {
  expect(takeSeed({ OANIX_SEED: '-7' }).stdout).toBe(
    'The seed of the random tests is -7: OANIX_SEED=-7 repeats them.\n-7\n-7\n',
  );
});

it('without a given seed each run has another one', () => {
  const pattern = /^The seed of the random tests is (\d+): OANIX_SEED=\1 repeats them\.\n\1\n\1\n$/;
  const [one, other] = [takeSeed({}).stdout, takeSeed({}).stdout];
  expect(one).toMatch(pattern);
  expect(other).toMatch(pattern);
  expect(other).not.toBe(one);
});

it.each(['', 'x', '1.5', '4294967296'])('the seed "%s" is refused', (seed) => {
  expect(takeSeed({ OANIX_SEED: seed }).stderr).toContain('must be a whole number of 32 bits');
});

it('property tests have the seed of the run', () => {
  expect(fc.readConfigureGlobal().seed).toBe(inject('seed'));
  expect(fc.sample(fc.nat(), 5)).toEqual(fc.sample(fc.nat(), { numRuns: 5, seed: inject('seed') }));
});
