// npm run torture -- --runs N: kills the browser N times under load over each of Chromium's backends.
import { parseArgs } from 'node:util';
import { tell } from './stories.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '50' } } });
tell('crash.spec.ts', { TORTURE_RUNS: values.runs });
