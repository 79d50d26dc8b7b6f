// npm run torture -- --runs N: kills N processes that write to a store, then the browser N times under load over each
// of Chromium's backends.
import { parseArgs } from 'node:util';
import './install.mjs';
import { run } from './install.mjs';
import { tell } from './stories.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '50' } } });
const env = { TORTURE_RUNS: values.runs };
const vitest = ['run', '--project', 'unit', 'src/storage/sqlitekill.test.ts'];
if (!run('node_modules/.bin/vitest', vitest, env)) process.exit(1);
tell('crash.spec.ts', env);
