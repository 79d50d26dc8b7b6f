// npm run check: types, format, lint, layers, dead code and unit tests, in under a minute.
import './install.mjs';
import { seedOfRun } from './seed.mjs';
import { checks, runSteps } from './steps.mjs';

seedOfRun();

const failed = runSteps([
  ...checks,
  ['unit tests', 'node_modules/.bin/vitest', ['run', '--project', 'unit']],
]);
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
