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

/** The shell of Chromium opens pages in half the time; without it the whole of Chromium is used. */
const shell = '/usr/bin/chromium-headless-shell';

const isRoot = process.getuid?.() === 0;

/** Installs Debian's packages; false where that is not possible. */
function install(names) {
  if (!isRoot || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`Installing ${names.join(' and ')}…`);
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return (
    run('apt-get', [...options, 'update'], env) &&
    run('apt-get', [...options, 'install', '-y', '--no-install-recommends', ...names], env)
  );
}

export function installBrowsers() {
  const missing = wanted.filter(({ path }) => !existsSync(path)).map(({ name }) => name);
  const isThere = missing.length === 0 || install(missing) || installOthers(missing);
  // Both at once: they must be of the same version.
  if (
    isThere &&
    !process.env.CHROMIUM_PATH &&
    existsSync('/usr/bin/chromium') &&
    !existsSync(shell)
  )
    if (!install(['chromium', 'chromium-headless-shell']))
      console.log('There is no shell of Chromium here: the stories take longer.');
  return isThere;
}

/** Does without what the system lacks, but for Chromium, which Playwright has too. */
function installOthers(missing) {
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
