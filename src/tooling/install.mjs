// Installs what is missing: the packages of the lock file, once, and again when it has changed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const lock = `${root}package-lock.json`;
const seen = `${root}node_modules/.oanix-lock.json`;

/** Runs a command in the project, its output shown. Returns whether it succeeded. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) console.error(error.message);
  return status === 0;
}

export function installPackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`OANIX needs Node 20.19 or later; this is ${process.versions.node}.`);
    process.exit(1);
  }
  if (existsSync(seen) && readFileSync(seen, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.log('Installing packages…');
  const env = { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', PUPPETEER_SKIP_DOWNLOAD: '1' };
  if (!run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], env)) {
    console.error(
      'The packages could not be installed. Check the network, then try again; `node src/tooling/check-lock.mjs` checks the lock file.',
    );
    process.exit(1);
  }
  copyFileSync(lock, seen);
}

installPackages();
