/** Where the browsers of the tests are, and how they are started: nothing contacts the outside. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const firstExisting = (...paths: (string | undefined)[]): string | undefined =>
  paths.find((path): path is string => path !== undefined && existsSync(path));

/** The system's browsers where there are some; undefined means Playwright's own. */
export const chromiumPath = firstExisting(process.env['CHROMIUM_PATH'], '/usr/bin/chromium');
/** Chromium without windows: the same engine, which opens a page in half the processor time. */
const shellPath = firstExisting(
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
);
export const firefoxPath = firstExisting(process.env['FIREFOX_PATH'], '/usr/bin/firefox-esr');

export const chromiumArgs: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const launch = (path: string | undefined) => ({
  ...(path ? { executablePath: path } : {}),
  args: chromiumArgs,
  // It shows no page what lies in the user's cache, which must not be where tests have their files.
  env: { ...process.env, XDG_CACHE_HOME: join(tmpdir(), 'oanix-chromium-cache') },
});

export const chromiumLaunch = launch(shellPath);
/** The whole of Chromium: its viewer of PDF, its permissions and its measure of memory are not in the other. */
export const wholeChromium = {
  ...launch(chromiumPath),
  ...(chromiumPath ? {} : { channel: 'chromium' }),
};
