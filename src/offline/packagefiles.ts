import { createReadStream, existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import type { Connect, Plugin } from 'vite';
import { packages } from '../programs/packages.ts';
import { pathOf } from './pageheaders.ts';

const known = new Set(packages.flatMap(({ files }) => files.map(({ from }) => from)));

const types: Readonly<Record<string, string>> = {
  wasm: 'application/wasm',
  tar: 'application/x-tar',
};

/** The content of a program that its package has as a module of JavaScript, compressed: ripgrep's. */
async function fromModule(file: string): Promise<Uint8Array> {
  const { getCompressedBytes } = (await import(pathToFileURL(resolve(file)).href)) as {
    getCompressedBytes(): Uint8Array;
  };
  return brotliDecompressSync(getCompressedBytes());
}

/** Serves the files of the catalogue from the installed packages, unbundled: 404 where a package is not installed. */
export function packageFiles(): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const path = pathOf(request.url ?? '')?.replace(/^\/packages\//, '');
    if (path === undefined || !known.has(path)) return next();
    const file = `node_modules/${path}`;
    const type = types[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8';
    response.setHeader('Content-Type', type);
    if (existsSync(file)) {
      response.setHeader('Content-Length', statSync(file).size);
      createReadStream(file).pipe(response);
    } else if (existsSync(`${file}.mjs`)) {
      fromModule(`${file}.mjs`).then((content) => response.end(content), next);
    } else {
      response.statusCode = 404;
      response.end('This package is not installed here: npm install');
    }
  };
  return {
    name: 'package-files',
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
  };
}
