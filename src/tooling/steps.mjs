// The checks that need no browser: what `npm run check` runs before a commit, and `npm test` first.
import { run } from './install.mjs';

const bin = 'node_modules/.bin';

export const checks = [
  ['lock file', process.execPath, ['src/tooling/check-lock.mjs']],
  ['types of the page', `${bin}/tsc`, ['-p', 'tsconfig.json']],
  ['types of the workers', `${bin}/tsc`, ['-p', 'tsconfig.worker.json']],
  ['reference of the API', process.execPath, ['src/tooling/apidoc.mjs', '--check']],
  ['format and lint', `${bin}/biome`, ['check', '--error-on-warnings', '.']],
  ['lint with types', `${bin}/oxlint`, ['--type-aware', '--deny-warnings']],
  ['layers', `${bin}/depcruise`, ['src', '--config', '.dependency-cruiser.cjs']],
  ['dead code', `${bin}/knip`, []],
];

/** Runs named steps in order; returns the names of those that failed. */
export function runSteps(steps) {
  const failed = [];
  for (const [name, command, args] of steps) {
    const from = Date.now();
    console.log(`== ${name}`);
    if (!run(command, args)) failed.push(name);
    console.log(
      `== ${name}: ${((Date.now() - from) / 1000).toFixed(1)} s${failed.includes(name) ? ' FAILED' : ''}`,
    );
  }
  return failed;
}
