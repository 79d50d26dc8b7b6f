/**
 * npm run shellfuzz [-- RUNS [SEED]] [--seconds N]: runs random scripts and random calls of tools on random bytes by this
 * project's shell and by the computer's bash and tools, and compares what they print, their status, and whether they
 * complain. It prints the smallest script of each difference that it finds, and ends after N seconds where that is sooner.
 * A script that one of them does not end in time is no difference. The exit status is 1 where it finds one.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { seedOfRun } from './seed.mjs';
import { endBoth, runBoth } from './shellfuzz/both.mjs';
import { scripts } from './shellfuzz/language.mjs';
import { bytes, pipelines } from './shellfuzz/tools.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '86400' } },
});
const [runs = '20000', seed] = positionals;
if ([runs, seed ?? '0', values.seconds].some((each) => !/^\d+$/.test(each))) {
  console.error('usage: npm run shellfuzz [-- RUNS [SEED]] [--seconds N], all whole numbers');
  process.exit(2);
}
if (seed !== undefined) process.env.OANIX_SEED = seed;
const first = seedOfRun();
const end = Date.now() + Number(values.seconds) * 1000;
/** So many scripts are given to both shells at once. */
const BATCH = 50;
/** So many ms a script is made smaller. */
const SHRINKING = 15_000;

const job = fc.record({ script: fc.oneof(scripts, pipelines), f: bytes, g: bytes });

const seen = ({ stdout, stderr, status }) => String([stdout, status, stderr === '']);
const differs = ({ ours, theirs, slow }) =>
  !slow.ours && !slow.theirs && seen(ours) !== seen(theirs);
const runAll = (jobs) => runBoth(jobs.map(({ script, f, g }) => ({ script, files: { f, g } })));

/** Prints the smallest script like the one that this seed makes at this place. */
async function report(from, place) {
  const { counterexample } = await fc.check(
    fc.asyncProperty(job, async (each) => !differs((await runAll([each]))[0])),
    { seed: from, path: String(place), numRuns: 1, interruptAfterTimeLimit: SHRINKING },
  );
  const [smallest] = counterexample ?? fc.sample(job, { seed: from, numRuns: place + 1 }).slice(-1);
  const [{ ours, theirs }] = await runAll([smallest]);
  const { script, f, g } = smallest;
  console.log(`\n${script}${JSON.stringify({ f, g })}`);
  for (const [who, { stdout, stderr, status }] of Object.entries({ theirs, ours }))
    console.log(`  ${who}: ${JSON.stringify(stdout)}, status ${status}, ${JSON.stringify(stderr)}`);
}

let done = 0;
let found = 0;
let slow = 0;
for (let from = first; done < Number(runs) && Date.now() < end; from = (from + 1) | 0) {
  const jobs = fc.sample(job, { seed: from, numRuns: Math.min(BATCH, Number(runs) - done) });
  const results = await runAll(jobs);
  done += jobs.length;
  for (const [place, result] of results.entries()) {
    if (result.slow.ours && !result.slow.theirs) console.log(`\nslow here:\n${jobs[place].script}`);
    if (result.slow.ours || result.slow.theirs) slow++;
    if (!differs(result)) continue;
    found++;
    await report(from, place);
  }
}
endBoth();
console.log(`\n${done} runs, ${found} differences${slow > 0 ? `, ${slow} not ended in time` : ''}`);
process.exit(found > 0 ? 1 : 0);
