// npm start: installs what is missing, builds, and serves the page on 127.0.0.1 (port from PORT, default 4173).
import './install.mjs';
import { spawn } from 'node:child_process';
import { root, run } from './install.mjs';

const vite = 'node_modules/vite/bin/vite.js';
if (!run(process.execPath, [vite, 'build', '--logLevel', 'warn'])) process.exit(1);
const port = process.env.PORT ?? '4173';
const server = spawn(process.execPath, [vite, 'preview', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
});
server.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));

const url = `http://127.0.0.1:${port}/`;
while (
  !(await fetch(url).then(
    ({ ok }) => ok,
    () => false,
  ))
)
  await new Promise((resolve) => setTimeout(resolve, 100));
// A server that was there before would answer too, while ours has already said that the port is taken.
await new Promise((resolve) => setTimeout(resolve, 100));
if (server.exitCode === null) console.log(`OANIX is ready at ${url}`);
