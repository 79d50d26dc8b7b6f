import { defineConfig } from 'vite';

/**
 * Builds `oanix` for Node: the command as modules, or in the mode of a thread (`thread`, `program`, `shell`) its
 * script, whole in one file.
 */
export default defineConfig(({ mode }) => ({
  logLevel: 'silent',
  publicDir: false,
  ssr: {
    noExternal: true,
    // SQLite finds its own file beside it; undici is taken as it is, where a program has the network.
    external: ['@sqlite.org/sqlite-wasm', 'undici'],
    // Packages give a thread what they have for browsers: it has no modules of Node.
    target: mode === 'program' || mode === 'shell' ? 'webworker' : 'node',
  },
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: false,
    rollupOptions:
      mode === 'cli'
        ? {
            input: { cli: 'src/node/cli.ts' },
            output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
          }
        : {
            input: { [mode]: `src/node/${mode}.worker.ts` },
            output: {
              format: 'cjs',
              entryFileNames: '[name].cjs',
              codeSplitting: false,
              // A name at the top of a script is seen by every other script of its thread.
              banner: '(() => {',
              footer: '})();',
            },
          },
  },
}));
