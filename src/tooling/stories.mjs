// One file of stories in Chromium, over a fresh build: longer than `npm test` tells it.
import './install.mjs';
import { installBrowsers } from './browsers.mjs';
import { run } from './install.mjs';

/** Exits with its outcome. `env` says how long, or how often. */
export function tell(spec, env) {
  installBrowsers();
  const isBuilt = run(process.execPath, [
    'node_modules/vite/bin/vite.js',
    'build',
    '--logLevel',
    'warn',
  ]);
  const args = ['test', '--project=chromium', spec, '--reporter=list'];
  process.exit(isBuilt && run('node_modules/.bin/playwright', args, env) ? 0 : 1);
}
