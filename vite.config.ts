import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { licences } from './src/offline/licences.ts';
import { packageFiles } from './src/offline/packagefiles.ts';
import { headersFor, isolation, pagePolicy, pathOf } from './src/offline/pageheaders.ts';
import { offline } from './src/offline/plugin.ts';

/**
 * Sends the page's headers with every answer of the preview server, and writes the content policy into the page for
 * hosts that send none. A request whose path is no valid URL is answered 400 before anything else reads it.
 */
function pageHeaders(): Plugin {
  return {
    name: 'page-headers',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const target = request.url ?? '/';
        for (const [name, value] of Object.entries(headersFor(target)))
          response.setHeader(name, value);
        if (pathOf(target) !== undefined) return next();
        response.statusCode = 400;
        response.end('The path of this request is not a valid URL.');
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { server }) =>
        server
          ? []
          : [
              {
                tag: 'meta',
                attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy },
                injectTo: 'head-prepend' as const,
              },
            ],
    },
  };
}

/** Lists the graded tasks for the page: paths below `tasks/`, with their sizes. */
function taskIndex(): Plugin {
  const folder = 'public/tasks';
  const index = (): string => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), statSync(path).size] as const);
    return JSON.stringify(Object.fromEntries(files));
  };
  return {
    name: 'task-index',
    configureServer: ({ middlewares }) =>
      void middlewares.use('/tasks/index.json', (_request, response) => {
        response.setHeader('Content-Type', 'application/json');
        response.end(index());
      }),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'tasks/index.json', source: index() });
    },
  };
}

const port = Number(process.env['PORT'] ?? 4173);

export default defineConfig({
  base: './',
  // A file that is not there is 404, not the page.
  appType: 'mpa',
  plugins: [react(), pageHeaders(), packageFiles(), taskIndex(), licences(), offline()],
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    sourcemap: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', port: 5173, strictPort: true, headers: isolation },
  preview: {
    host: '127.0.0.1',
    port,
    strictPort: true,
    // As on a host that sends no headers, for the tests of what is then done.
    headers: process.env['BARE'] === undefined ? isolation : {},
  },
});
