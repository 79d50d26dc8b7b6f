// npm run bench: measures beside the peers in one Chromium, interleaved; prints a table of medians and
// ratios, and writes bench-results.json. `npm run bench -- tools` measures only the shell and its tools.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright';
import { run } from '../tooling/install.mjs';
import { print, rowOf, save } from './report.mjs';
import { measureTools } from './tools.mjs';

/** Only the rows whose name has this in it. */
const only = process.env.ROWS ?? '';

if (process.argv[2] === 'tools') {
  save(await measureTools(only));
  process.exit(0);
}

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const port = 4190;
const vite = 'node_modules/vite/bin/vite.js';
const config = ['--config', 'src/bench/vite.config.ts', '--logLevel', 'error'];

if (!run(process.execPath, [vite, 'build', ...config])) process.exit(1);
const server = spawn(process.execPath, [vite, 'preview', ...config], {
  stdio: 'inherit',
  env: { ...process.env, PORT: String(port) },
});
/** What the rows of HTTP ask for. */
const body = Buffer.alloc(64 << 20, 120);
const web = createServer((request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  response.end(request.url === '/body' ? body : 'small');
});
web.listen(4191, '127.0.0.1');
const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  ...(existsSync(path) ? { executablePath: path } : {}),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

/** One page for each peer, kept, so that every round after the first finds it warm. */
const pages = new Map();
async function pageFor(peer) {
  if (pages.has(peer)) return pages.get(peer);
  const page = await browser.newPage();
  for (let attempt = 0; ; attempt++) {
    try {
      await page.goto(`http://127.0.0.1:${port}/`);
      break;
    } catch (error) {
      if (attempt > 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  await page.waitForFunction(() => 'bench' in window);
  pages.set(peer, page);
  return page;
}

const workloads = [
  {
    name: 'WASI: 1,000 files of 4 KiB, then 64 MiB',
    list: 'runtimes',
    rounds: ROUNDS,
    measure: (page, peer) => page.evaluate((each) => window.bench.wasi(each), peer),
  },
  ...[
    ['Names: 1,000 files', 1000, false],
    ['Names: 1,000 files, 16 deep', 1000, true],
    ['Names: 10,000 files', 10_000, false],
  ].map(([name, count, deep]) => ({
    name,
    list: 'systems',
    // The slowest peer takes half a minute for 10,000.
    rounds: count > 1000 ? Math.min(3, ROUNDS) : ROUNDS,
    measure: (page, peer) =>
      page.evaluate(([each, n, d]) => window.bench.names(each, n, d), [peer, count, deep]),
  })),
];

/** Rows of the page, with the unit of their numbers. */
const pageRows = [
  ['One call: fd_read of 512 B, µs', 'call'],
  ['Start of hello-wasi, warm, call to exit, ms', 'start'],
  ['10,000 files of 4 KiB made durable, ms', 'durable'],
  ['1,000 files of 4 KiB one by one, then durable, ms', 'kept'],
  ['A snapshot of 10,000 files, ms', 'snapshot'],
  ['The same restored and usable, ms', 'restore'],
  ['Frame time p99 while a program makes calls, ms', 'frames'],
  ['Frame time p99 while 1,000 jobs are queued and 4 run, ms', 'jobs'],
  ['100 small HTTP requests by files, ms', 'requests'],
  ['64 MiB over HTTP by files, ms', 'body'],
];

/** Node's rows run programs of their own: `oanix run` beside node:wasi on a memory disk. */
function nodeRow() {
  const program = 'src/bench/fsbench.wasm';
  const disk = '/dev/shm/oanix-bench';
  const subjects = {
    oanix: ['src/node/oanix.mjs', 'run', '--mem', '/tmp', program, '/tmp'],
    'node:wasi': ['--no-warnings', 'src/bench/peers/nodewasi.mjs', program, disk],
  };
  return {
    name: 'Under Node: the WASI workload',
    subjects: Object.keys(subjects),
    measure: (_, peer) => {
      const { stdout, stderr } = spawnSync(process.execPath, subjects[peer], { encoding: 'utf8' });
      const phases = [...stdout.matchAll(/(\w+)=([\d.]+)/g)].map(([, name, ms]) => [
        name,
        Number(ms),
      ]);
      if (phases.length === 0) throw new Error(`${peer}: ${stderr}`);
      return Object.fromEntries(phases);
    },
  };
}

const results = [];
try {
  const rows = [
    ...workloads,
    { ...nodeRow(), rounds: ROUNDS },
    ...pageRows.map(([name, row]) => ({
      name,
      row,
      rounds: ROUNDS,
      measure: (page, peer) => page.evaluate(([r, p]) => window.bench.one(r, p), [row, peer]),
    })),
  ];
  for (const { name, list, row, subjects, rounds, measure } of rows) {
    if (!name.includes(only)) continue;
    const peers =
      subjects ??
      (await (
        await pageFor('oanix')
      ).evaluate(([key, r]) => (r ? window.bench.rows[r] : window.bench[key]), [list, row]));
    const samples = new Map(peers.map((peer) => [peer, []]));
    // The first round warms up and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const peer of peers) {
        const phases = await measure(await pageFor(peer), peer);
        if (round > 0) samples.get(peer).push(phases);
      }
    }
    const result = rowOf(name, rounds, samples);
    results.push(result);
    print(result);
  }
  results.push(...(await measureTools(only)));
  save(results, { browser: browser.version() });
} finally {
  await browser.close();
  web.closeAllConnections();
  web.close();
  server.kill();
}
process.exit();
