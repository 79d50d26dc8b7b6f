// Builds the kernel and the shell of a machine under Node (toolmachine.mjs). It is a program of its own, since all that
// the builder leaves in memory would be looked through with each collection of what is measured.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const configFile = join(root, 'src/node/vite.config.ts');
for (const mode of ['cli', 'thread', 'shell']) {
  const input = mode === 'cli' ? { input: { host: 'src/node/host.ts' } } : {};
  await build({
    root,
    mode,
    configFile,
    build: { outDir: process.argv[2], rollupOptions: input },
  });
}
