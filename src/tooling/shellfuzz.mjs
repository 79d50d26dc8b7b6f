/**
 * npm run shellfuzz [-- RUNS [SEED]]: runs random scripts and random calls of tools on random bytes by this project's shell and
 * by the computer's bash and tools, and compares what they print, their status, and whether they complain. It prints the
 * smallest script of each difference that it finds. The exit status is 1 where it finds one.
 */
import fc from 'fast-check';
import { seedOfRun } from './seed.mjs';
import { scripts } from './shellfuzz/language.mjs';
import { bytes, pipelines } from './shellfuzz/tools.mjs';
import { endShells, here, reference } from './suites/shells.mjs';

const [runs = '20000', seed] = process.argv.slice(2);
if ([runs, seed ?? '0'].some((each) => !/^\d+$/.test(each))) {
  console.error('usage: npm run shellfuzz [-- RUNS [SEED]], both whole numbers');
  process.exit(2);
}
if (seed !== undefined) process.env.OANIX_SEED = seed;
let next = seedOfRun();
/** So many ms a script may take: a busy machine is no difference. */
const WALL = 20_000;

const job = fc.record({
  script: fc.oneof(scripts, pipelines),
  f: bytes,
  g: bytes,
});

let done = 0;
const different = async ({ script, f, g }) => {
  done++;
  const what = { args: ['-c', script], files: { 'work/f': f, 'work/g': g }, wall: WALL };
  const theirs = reference(what);
  // bash does not end, or is killed: there is nothing to compare with.
  if (theirs.status === 124 || theirs.status < 0) return undefined;
  const ours = await here(what);
  const parts = ({ stdout, stderr, status }) => [stdout, status, stderr === ''];
  return String(parts(ours)) === String(parts(theirs)) ? undefined : { ours, theirs };
};

const found = new Map();
while (done < Number(runs)) {
  const { counterexample } = await fc.check(
    fc.asyncProperty(job, async (each) => (await different(each)) === undefined),
    { seed: next, numRuns: Number(runs) - done },
  );
  next = (next + 1) | 0;
  if (!counterexample) break;
  const [smallest] = counterexample;
  if (found.has(smallest.script)) continue;
  const { ours, theirs } = (await different(smallest)) ?? {};
  if (!ours) continue;
  found.set(smallest.script, smallest);
  console.log(`\n${smallest.script}${JSON.stringify({ f: smallest.f, g: smallest.g })}`);
  for (const [who, { stdout, stderr, status }] of Object.entries({ theirs, ours }))
    console.log(`  ${who}: ${JSON.stringify(stdout)}, status ${status}, ${JSON.stringify(stderr)}`);
}
endShells();
console.log(`\n${done} runs, ${found.size} differences`);
process.exit(found.size > 0 ? 1 : 0);
