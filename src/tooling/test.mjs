// npm test: installs what is missing, a browser too, and runs every check and test. It prints the seed of the random
// tests. The last line is "N passed, N failed, N skipped"; each check counts as one.
import './install.mjs';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { installBrowsers } from './browsers.mjs';
import { root, run } from './install.mjs';
import { seedOfRun } from './seed.mjs';
import { checks, runSteps } from './steps.mjs';

seedOfRun();

const out = `${root}.ci/out`;
const total = { passed: 0, failed: 0, skipped: 0 };

/** Adds the counts of a JSON report of vitest or Playwright; a report that is missing is a failure. */
function add(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { stats } = report;
    total.passed += stats ? stats.expected : report.numPassedTests;
    total.failed += stats ? stats.unexpected + stats.flaky : report.numFailedTests;
    total.skipped += stats ? stats.skipped : report.numPendingTests + report.numTodoTests;
  } catch {
    total.failed++;
  }
}

function vitest(project) {
  console.log(`== ${project} tests`);
  const file = `${out}/${project}.json`;
  const ok = run('node_modules/.bin/vitest', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const before = total.failed;
  add(file);
  if (!ok && total.failed === before) total.failed++;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
if (!installBrowsers()) console.error('No browser could be installed: set CHROMIUM_PATH to one.');

const steps = [
  ...checks,
  ['build', process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']],
  ['sizes', 'node_modules/.bin/size-limit', []],
  // The same scripts each time: a difference can be found again.
  [
    'scripts beside bash',
    process.execPath,
    ['src/tooling/shellfuzz.mjs', '5000', '1', '--seconds', '60'],
  ],
];
const failed = runSteps(steps);
total.passed += steps.length - failed.length;
total.failed += failed.length;

const hasFirefox = existsSync(process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr');
for (const project of ['unit', 'chromium', ...(hasFirefox ? ['firefox'] : [])]) vitest(project);

console.log('== stories in the browsers');
const report = `${out}/e2e.json`;
const before = total.failed;
const ok = run('node_modules/.bin/playwright', ['test', '--reporter=list,json'], {
  PLAYWRIGHT_JSON_OUTPUT_NAME: report,
});
add(report);
if (!ok && total.failed === before) total.failed++;

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
