/** Loads modules in TypeScript into this process. */
import { createServer } from 'vite';

/** The exports of a module by its path from the root of the project. */
export async function load(path) {
  // It only loads: nothing listens.
  const loader = await createServer({
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  return loader.ssrLoadModule(path);
}
