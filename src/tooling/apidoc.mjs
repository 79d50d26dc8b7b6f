// Writes src/docs/api.md from the types of window.oanix: what the compiler says of them is the reference.
// With --check it only fails where the page is another.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Parts of the reference: a title, and the file whose exported types it has. */
const parts = [
  ['window.oanix', 'boot/oanix'],
  ['Files: oanix.fs', 'boot/oanixfs'],
  ['Commands: oanix.commands', 'ui/commands/api'],
  ['Reviews and snapshots', 'boot/history'],
  ['Environments and jobs', 'boot/workapi'],
  ['Programs to install: oanix.catalogue', 'boot/catalogue'],
  ['The network: oanix.capabilities', 'boot/protocol'],
];

const out = mkdtempSync(join(tmpdir(), 'oanix-api-'));
const flags = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', out];
spawnSync('node_modules/.bin/tsc', ['-p', 'tsconfig.json', ...flags], { cwd: root });
const sections = parts.map(([title, file]) => {
  const text = readFileSync(join(out, 'src', `${file}.d.ts`), 'utf8');
  return `## ${title}\n\n\`\`\`ts\n${readable(text)}\n\`\`\`\n`;
});
rmSync(out, { recursive: true });
const head =
  '# The API of the page\n\nThis page is made from the types. `await oanix.ready` first. A wrong argument is a TypeError that names it, and then\nnothing was done; every other failure is an Error with a POSIX `code`.\n\n';
const file = `${root}src/docs/api.md`;
const text = head + sections.join('\n');
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('src/docs/api.md is not that of the types: node src/tooling/apidoc.mjs writes it.');
  process.exit(1);
}

/** Without what only the compiler needs. */
function readable(text) {
  return text
    .replace(/^\/\*\*[\s\S]*?\*\/\s*(?=import|\n)/, '')
    .replace(/^import [^;]*;\n/gm, '')
    .replace(/^export \{\};?\n/gm, '')
    .replace(/^\s+#private;\n/gm, '')
    .replace(/^\s+private .*;\n/gm, '')
    .replace(/\bexport declare /g, '')
    .replace(/\bexport /g, '')
    .trim();
}
