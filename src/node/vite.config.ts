import { defineConfig } from 'vite';

/** Builds `oanix run` for Node: the command and the thread of a program. */
export default defineConfig({
  logLevel: 'silent',
  publicDir: false,
  // SQLite finds its own file beside it; undici is taken as it is, where a program has the network.
  ssr: { noExternal: true, external: ['node-sqlite3-wasm', 'undici'] },
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: false,
    rollupOptions: {
      input: {
        cli: 'src/node/cli.ts',
        program: 'src/node/program.worker.ts',
        shell: 'src/node/shell.worker.ts',
      },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});
