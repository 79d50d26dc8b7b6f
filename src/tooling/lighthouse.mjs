// npm run lighthouse: what Lighthouse says of the built page, beside the bars. It is installed when this is first run.
import './install.mjs';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { installBrowsers } from './browsers.mjs';
import { root, run } from './install.mjs';

const VERSION = '13.5.0';
const PORT = '4196';
const bars = { performance: 0.95, accessibility: 1, 'best-practices': 1, 'agentic-browsing': 1 };

const folder = `${root}node_modules/.lighthouse`;
const cli = `${folder}/node_modules/lighthouse/cli/index.js`;
const out = `${root}.ci/out`;

installBrowsers();
mkdirSync(folder, { recursive: true });
mkdirSync(out, { recursive: true });
if (
  !existsSync(cli) &&
  !run('npm', ['install', '--no-save', '--prefix', folder, `lighthouse@${VERSION}`])
)
  process.exit(1);
if (!run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']))
  process.exit(1);

const server = spawn(process.execPath, ['node_modules/vite/bin/vite.js', 'preview'], {
  cwd: root,
  env: { ...process.env, PORT },
  stdio: 'ignore',
});
const address = `http://127.0.0.1:${PORT}/`;
for (let tries = 0; tries < 50; tries++) {
  if (await fetch(address).catch(() => undefined)) break;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-features=WebMCP',
];
const report = `${out}/lighthouse`;
const done = run(
  process.execPath,
  [
    cli,
    address,
    '--quiet',
    '--preset=desktop',
    '--output=json',
    '--output=html',
    `--output-path=${report}`,
    `--chrome-flags=${flags.join(' ')}`,
  ],
  existsSync(chromium) ? { CHROME_PATH: chromium } : {},
);
server.kill();
if (!done) process.exit(1);

const { categories, audits } = JSON.parse(readFileSync(`${report}.report.json`, 'utf8'));
let failed = false;
for (const [id, bar] of Object.entries(bars)) {
  const found = categories[id];
  const isMet = found !== undefined && found.score >= bar;
  failed ||= !isMet;
  console.log(`${id}: ${found?.score ?? 'not told'} (bar ${bar})${isMet ? '' : ' NOT MET'}`);
  for (const { id: audit } of found?.auditRefs ?? []) {
    const { score, title } = audits[audit];
    if (score !== null && score < 1) console.log(`  ${score} ${audit}: ${title}`);
  }
}
console.log(`The whole of it: ${report}.report.html`);
process.exit(failed ? 1 : 0);
