// npm run torture -- --runs N: kills the browser N times under load over each of Chromium's backends.
import './install.mjs';
import { parseArgs } from 'node:util';
import { installBrowsers } from './browsers.mjs';
import { run } from './install.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '50' } } });
installBrowsers();
if (!run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']))
  process.exit(1);
const ok = run(
  'node_modules/.bin/playwright',
  ['test', '--project=chromium', 'crash.spec.ts', '--reporter=list'],
  { TORTURE_RUNS: values.runs },
);
process.exit(ok ? 0 : 1);
