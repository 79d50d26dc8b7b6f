// npm start: installs what is missing, builds, and serves the page on 127.0.0.1 (port from PORT, default 4173).
import './install.mjs';
import { run } from './install.mjs';

const vite = 'node_modules/vite/bin/vite.js';
if (!run(process.execPath, [vite, 'build', '--logLevel', 'warn'])) process.exit(1);
const port = process.env.PORT ?? '4173';
console.log(`OANIX is ready at http://127.0.0.1:${port}/`);
process.exit(run(process.execPath, [vite, 'preview', '--logLevel', 'warn']) ? 0 : 1);
