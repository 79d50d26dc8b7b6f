// Browsers for the tests: the system's Chromium and Firefox; where they are missing, Debian's packages
// as root, else Playwright's own Chromium. With them an HTTP server that others wrote, which tests do without
// where it cannot be had.
import { existsSync } from 'node:fs';
import { run } from './install.mjs';

const wanted = [
  { name: 'chromium', path: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium' },
  { name: 'firefox-esr', path: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr' },
  { name: 'gunicorn', path: '/usr/bin/gunicorn' },
  { name: 'python3-httpbin', path: '/usr/lib/python3/dist-packages/httpbin' },
];

export function installBrowsers() {
  const missing = wanted.filter(({ path }) => !existsSync(path)).map(({ name }) => name);
  if (missing.length === 0) return true;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    console.log(`Installing ${missing.join(' and ')}…`);
    const options = ['-q', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    if (
      run('apt-get', [...options, 'update'], env) &&
      run('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...missing], env)
    )
      return true;
  }
  if (missing.includes('python3-httpbin') || missing.includes('gunicorn'))
    console.log('There is no httpbin here: its tests are left out.');
  if (!missing.includes('chromium')) {
    if (missing.includes('firefox-esr'))
      console.log('There is no Firefox here: its tests are left out.');
    return true;
  }
  return run(
    'node_modules/.bin/playwright',
    ['install', isRoot ? '--with-deps' : '', 'chromium'].filter(Boolean),
  );
}
