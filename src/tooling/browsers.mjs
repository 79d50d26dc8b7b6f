// Browsers for the tests: the system's Chromium and Firefox; where they are missing, Debian's packages
// as root, else Playwright's own Chromium.
import { existsSync } from 'node:fs';
import { run } from './install.mjs';

const wanted = [
  { name: 'chromium', path: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium' },
  { name: 'firefox-esr', path: process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr' },
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
  if (!missing.includes('chromium')) {
    console.log('There is no Firefox here: its tests are left out.');
    return true;
  }
  return run(
    'node_modules/.bin/playwright',
    ['install', isRoot ? '--with-deps' : '', 'chromium'].filter(Boolean),
  );
}
