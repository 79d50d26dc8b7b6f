/**
 * npm run shellfuzz [-- RUNS [SEED]] [--seconds N]: runs random scripts and random calls of tools on random bytes by this
 * project's shell and by the computer's bash and tools, and compares what they print, their status, and whether they
 * complain. It prints the smallest script of each difference that it finds, and ends after N seconds where that is sooner.
 * A script that one of them does not end in time is no difference, nor one that gives another result when it is run again.
 * The exit status is 1 where it finds a difference. Without bash 5.2 it compares nothing; tools are compared on Debian 12.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { seedOfRun } from './seed.mjs';
import { endBoth, runBoth, warmUp } from './shellfuzz/both.mjs';
import { alone, onFiles } from './shellfuzz/filetools.mjs';
import { scripts } from './shellfuzz/scripts.mjs';
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
const bash = spawnSync('bash', ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' }).stdout ?? '';
if (!bash.startsWith('5.2')) {
  console.log(`Nothing is compared: bash here is ${bash.trim() || 'missing'}, not 5.2.`);
  process.exit(0);
}
const debian = '/etc/debian_version';
const hasTools = existsSync(debian) && readFileSync(debian, 'utf8').startsWith('12');
if (seed !== undefined) process.env.OANIX_SEED = seed;
const first = seedOfRun();
/** So many scripts are given to both shells at once. */
const BATCH = 50;
/** So many ms a script is made smaller. */
const SHRINKING = 15_000;

const toolCalls = fc.oneof(
  { weight: 3, arbitrary: pipelines },
  { weight: 1, arbitrary: fc.oneof(alone, onFiles) },
);
const calls = toolCalls.map((lines) => `${lines}\necho "= $?"\n`);
const jobs = fc.record({
  script: hasTools ? fc.oneof(scripts, calls) : scripts,
  f: bytes,
  g: bytes,
});

/** A tool that is not installed is nothing to compare with. */
const isMissing = ({ stderr }) =>
  /: (bc|bzip2|diff|gzip|hexdump|patch|strings|tar|xxd): command not found$/m.test(stderr);

const seen = ({ stdout, stderr, status }) => String([stdout, status, stderr === '']);
const differs = ({ ours, theirs, slow }) =>
  !slow.ours && !slow.theirs && seen(ours) !== seen(theirs) && !isMissing(theirs);
const runAll = (batch) => runBoth(batch.map(({ script, f, g }) => ({ script, files: { f, g } })));

function print({ script, f, g }, { ours, theirs }) {
  console.log(`\n${script}${JSON.stringify({ f, g })}`);
  for (const [who, { stdout, stderr, status }] of Object.entries({ theirs, ours }))
    console.log(`  ${who}: ${JSON.stringify(stdout)}, status ${status}, ${JSON.stringify(stderr)}`);
}

/**
 * Prints the smallest script like the one that this seed makes at this place. False where it no longer differs when it is
 * run again: then both are right in what depends on time.
 */
async function report(from, place, job, first) {
  const [again] = await runAll([job]);
  if (!differs(again)) {
    console.log('\ndiffers only once:');
    print(job, first);
    return false;
  }
  let smallest = [job, again];
  await fc.check(
    fc.asyncProperty(jobs, async (each) => {
      const [result] = await runAll([each]);
      if (differs(result)) smallest = [each, result];
      return !differs(result);
    }),
    { seed: from, path: String(place), numRuns: 1, interruptAfterTimeLimit: SHRINKING },
  );
  print(...smallest);
  return true;
}

await warmUp();
const end = Date.now() + Number(values.seconds) * 1000;
let done = 0;
let found = 0;
let slow = 0;
for (let from = first; done < Number(runs) && Date.now() < end; from = (from + 1) | 0) {
  const batch = fc.sample(jobs, { seed: from, numRuns: Math.min(BATCH, Number(runs) - done) });
  const results = await runAll(batch);
  done += batch.length;
  for (const [place, result] of results.entries()) {
    const { ours, theirs } = result.slow;
    if (ours && !theirs) console.log(`\nslow here:\n${batch[place].script}`);
    if (ours || theirs) slow++;
    if (differs(result) && (await report(from, place, batch[place], result))) found++;
  }
}
endBoth();
console.log(`\n${done} runs, ${found} differences${slow > 0 ? `, ${slow} not ended in time` : ''}`);
process.exit(found > 0 ? 1 : 0);
