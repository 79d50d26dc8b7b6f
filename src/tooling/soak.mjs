// npm run soak -- --minutes N: an hour of scripted use, after which the memory must be where it was.
import './install.mjs';
import { parseArgs } from 'node:util';
import { installBrowsers } from './browsers.mjs';
import { run } from './install.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
installBrowsers();
if (!run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']))
  process.exit(1);
const ok = run(
  'node_modules/.bin/playwright',
  ['test', '--project=chromium', 'soak.spec.ts', '--reporter=list'],
  { SOAK_MINUTES: values.minutes },
);
process.exit(ok ? 0 : 1);
