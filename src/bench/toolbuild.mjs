// Builds the kernel and the shell of a machine under Node (toolmachine.mjs). It is a program of its own: otherwise each
// garbage collection of the measured program would also go through the memory of the builder.
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
