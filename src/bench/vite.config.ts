import { cpSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The Wasmer SDK finds its worker beside itself, so it is served as it is, not bundled. */
function wasmerAsItIs(): Plugin {
  return {
    name: 'wasmer-as-it-is',
    closeBundle() {
      for (const part of ['dist', 'pkg']) {
        cpSync(`node_modules/@wasmer/sdk/${part}`, `dist/bench/vendor/wasmer-sdk/${part}`, {
          recursive: true,
        });
      }
    },
  };
}

export default defineConfig({
  root: 'src/bench',
  publicDir: '../../public',
  plugins: [wasmerAsItIs()],
  worker: { format: 'es' },
  resolve: {
    // memfs needs these four of Node's modules; streams only to be subclassed.
    alias: [
      { find: /^(node:)?buffer$/, replacement: 'buffer/' },
      { find: /^(node:)?events$/, replacement: 'events/' },
      { find: /^(node:)?path$/, replacement: 'path-browserify' },
      {
        find: /^(node:)?stream$/,
        replacement: new URL('./peers/nostream.ts', import.meta.url).pathname,
      },
    ],
  },
  build: { target: 'esnext', outDir: '../../dist/bench', emptyOutDir: true },
  preview: {
    host: '127.0.0.1',
    port: Number(process.env['PORT'] ?? 4190),
    strictPort: true,
    headers,
  },
});
