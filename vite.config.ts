import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import react from '@vitejs/plugin-react';
import { type Connect, defineConfig, type Plugin } from 'vite';
import { offline } from './src/offline/plugin.ts';
import { packages } from './src/programs/packages.ts';

/** Shared memory needs an isolated page (HTML, "cross-origin isolation"). */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The page's policy. Nothing comes from elsewhere, nothing goes elsewhere. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  'media-src blob:',
  "manifest-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A worker that runs programs needs its own script and nothing else. */
const programPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'";

/** The executors of the kernel's worker reach what the policies of mounts allow. */
const kernelPolicy = `${pagePolicy}; connect-src 'self' http: https: ws: wss:`;

const policies: readonly (readonly [RegExp, string])[] = [
  [/\/program\.worker-/, programPolicy],
  [/\/kernel\.worker-/, kernelPolicy],
];

const policyFor = (url: string): string =>
  policies.find(([pattern]) => pattern.test(url))?.[1] ?? pagePolicy;

/** Only the page to be embedded may be loaded by another origin that is isolated itself. */
function readersOf(url: string): 'cross-origin' | 'same-origin' {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const isPage = pathname === '/' || pathname === '/index.html';
  return isPage && searchParams.has('embed') ? 'cross-origin' : 'same-origin';
}

/** Sends the policy with everything that the built page is served, and leaves it in the page for hosts that cannot. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeader('Content-Security-Policy', policyFor(request.url ?? '/'));
        response.setHeader('X-Content-Type-Options', 'nosniff');
        response.setHeader('Cross-Origin-Resource-Policy', readersOf(request.url ?? '/'));
        next();
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

/** Serves the files of the catalogue straight from the installed packages, unbundled. */
function packageFiles(): Plugin {
  const known = new Set(packages.flatMap(({ files }) => files.map(({ from }) => from)));
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').replace(
      /^\/packages\//,
      '',
    );
    if (!known.has(path)) return next();
    const file = `node_modules/${path}`;
    if (!existsSync(file)) {
      response.statusCode = 404;
      response.end('This package is not installed here: npm install');
      return;
    }
    response.setHeader(
      'Content-Type',
      path.endsWith('.wasm') ? 'application/wasm' : 'application/x-tar',
    );
    response.setHeader('Content-Length', statSync(file).size);
    createReadStream(file).pipe(response);
  };
  return {
    name: 'package-files',
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
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
  plugins: [react(), contentSecurityPolicy(), packageFiles(), taskIndex(), offline()],
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
