/**
 * What hostile JavaScript in a program's thread can do: nothing. Once it takes the place of the code that runs the
 * program, and once of the code that takes Node's authority away, so that each fence stands alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traps } from '../testing/wasm.ts';

let built: string;
let scratch: string;
let program: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'oanix-fence-'));
  program = join(scratch, 'program.wasm');
  writeFileSync(program, traps());
  writeFileSync(join(scratch, 'secret'), 'secret');
  // Modules are found from there.
  mkdirSync('node_modules/.oanix', { recursive: true });
  built = mkdtempSync(resolve('node_modules/.oanix/fence-'));
  const { build } = await import('vite');
  const configFile = resolve('src/node/vite.config.ts');
  for (const mode of ['cli', 'thread'])
    await build({ mode, configFile, build: { outDir: built, emptyOutDir: false } });
}, 60_000);
afterAll(() => {
  for (const dir of [built, scratch]) rmSync(dir, { recursive: true, force: true });
});

/** Attempts by name: each is the body of an async function; what it returns is what it has won. */
type Attempts = { readonly [name: string]: string };

/** What runs them and tells the kernel: as the reason why the program failed. */
const scriptOf = (attempts: Attempts, listen: string, post: string): string => `
  const outside = ${JSON.stringify(join(scratch, 'secret'))};
  const written = ${JSON.stringify(join(scratch, 'written'))};
  const attempts = { ${Object.entries(attempts)
    .map(([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`)
    .join(',\n')} };
  ${listen}(async () => {
    const told = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      try { told[name] = 'won: ' + String(await attempt()); }
      catch (error) { told[name] = 'refused: ' + (error.code ?? error.name); }
    }
    ${post}({ trap: { kind: 'told', message: JSON.stringify(told), stack: '' }, memory: 0 });
  });`;

function run(file: string, script: string): Record<string, string> {
  writeFileSync(join(built, file), script);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    // The walk over all objects reads properties that Node deprecates; it warns of them at a time of its own.
    ['--no-deprecation', join(built, 'cli.js'), 'run', '--json', program],
    { encoding: 'utf8', timeout: 60_000 },
  );
  const { trap } = JSON.parse(stdout || '{}') as { trap?: { kind: string; message: string } };
  expect([trap?.kind, stderr], trap?.message).toEqual(['told', '']);
  return JSON.parse(trap?.message ?? '{}') as Record<string, string>;
}

const modules = ['fs', 'child_process', 'net', 'worker_threads', 'module', 'vm', 'process'];

describe('the code that runs a program', () => {
  it('has no way to a module, a process, the network or new code', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const told = run(
      'program.cjs',
      scriptOf(
        {
          ...Object.fromEntries(
            modules.flatMap((name) => [
              [`import ${name}`, `return Object.keys(await import('node:${name}'))`],
              [`require ${name}`, `return Object.keys(require('node:${name}'))`],
            ]),
          ),
          'import a file': `return await import('file://' + outside)`,
          'import data': `return await import('data:text/javascript,export default 1')`,
          eval: `return eval('import("node:fs")')`,
          'indirect eval': `return (0, eval)('import("node:fs")')`,
          Function: `return await new Function('return import("node:fs")')()`,
          'Function of a function': `return await thread.post.constructor('return import("node:fs")')()`,
          AsyncFunction: `return await (async () => 0).constructor('return import("node:fs")')()`,
          GeneratorFunction: `return (function* () {}).constructor('yield import("node:fs")')().next()`,
          'timer of a text': `return await new Promise((r, no) => { globalThis.won = r; setTimeout('won(1)', 0); setTimeout(no, 50, Error('none')); })`,
        },
        'thread.listen',
        'thread.post',
      ),
    );
    server.close();
    expect(Object.values(told).filter((text) => !text.startsWith('refused'))).toEqual([]);
    expect(Object.keys(told).length).toBe(2 * modules.length + 9);
  }, 60_000);

  it('sees nothing of Node, by name or by any way from object to object', () => {
    const names = [
      ...['process', 'Buffer', 'fetch', 'WebSocket', 'EventSource', 'BroadcastChannel', 'Worker'],
      ...['module', 'exports', 'global', '__filename', 'navigator', 'localStorage', 'console'],
      ...['node_vm', 'node_worker_threads', 'port', 'workerData', 'setImmediate', 'MessageChannel'],
    ];
    const told = run(
      'program.cjs',
      scriptOf(
        {
          ...Object.fromEntries(
            names.map((name) => [
              name,
              `if (typeof ${name} === 'undefined') throw Error(); return typeof ${name}`,
            ]),
          ),
          'a frame of the stack': `
            let frames = [];
            Error.prepareStackTrace = (_, sites) => { frames = sites; return ''; };
            void new Error().stack;
            const others = frames.filter((frame) => frame.getFileName() !== 'program.cjs');
            const found = others.map((f) => f.getFunction() ?? f.getThis()).filter((v) => v !== undefined);
            if (found.length === 0) throw Error(); return found.map(String)`,
          'a walk of all objects': `
            const seen = new Set(); const found = [];
            const queue = [[globalThis, 'globalThis'], [thread, 'thread'], [require('node:zlib'), 'zlib'],
              [setTimeout(() => 0, 0), 'timer'], [new AbortController(), 'abort']];
            const isNode = (v) => ['binding', 'dlopen', 'readFileSync', 'execSync', 'connect', 'createRequire',
              'runInThisContext', 'compileFunction'].some((name) => typeof v[name] === 'function');
            while (queue.length > 0) {
              const [value, path] = queue.pop();
              if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
              seen.add(value);
              try { if (isNode(value)) found.push(path); } catch {}
              queue.push([Object.getPrototypeOf(value), path + '.__proto__']);
              for (const name of Reflect.ownKeys(value)) {
                try { queue.push([value[name], path + '.' + String(name)]); } catch {}
                const { get, set } = Object.getOwnPropertyDescriptor(value, name) ?? {};
                queue.push([get, path + '.get ' + String(name)], [set, path + '.set ' + String(name)]);
              }
            }
            if (seen.size < 1000) return 'it walked ' + seen.size;
            if (found.length === 0) throw Error(); return found`,
        },
        'thread.listen',
        'thread.post',
      ),
    );
    expect(Object.entries(told).filter(([, text]) => !text.startsWith('refused'))).toEqual([]);
  }, 60_000);
});

describe('the code that takes the authority away', () => {
  it('has no files, processes, threads, add-ons or bindings itself', () => {
    const told = run(
      'thread.cjs',
      scriptOf(
        {
          read: `return require('fs').readFileSync(outside, 'utf8')`,
          open: `return require('fs').openSync(outside)`,
          'read later': `return await require('fs/promises').readFile(outside, 'utf8')`,
          list: `return require('fs').readdirSync('/')`,
          stat: `return require('fs').statSync(outside).size`,
          'read its own code': `return require('fs').readFileSync(${JSON.stringify(join(built, 'cli.js'))})`,
          write: `return require('fs').writeFileSync(written, 'x')`,
          symlink: `return require('fs').symlinkSync('a', written)`,
          'run a process': `return require('child_process').execSync('id')`,
          'start a thread': `return new (require('worker_threads').Worker)('0', { eval: true })`,
          'start a thread with other options': `return new (require('worker_threads').Worker)('0', { eval: true, execArgv: [] })`,
          dlopen: `return process.dlopen({ exports: {} }, process.execPath)`,
          binding: `return process.binding('fs')`,
          inspector: `return require('inspector').open(0)`,
          wasi: `return new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } })`,
          'import a file': `return await import('file://' + outside)`,
          report: `return process.report.writeReport(written)`,
          'a heap snapshot': `return require('v8').writeHeapSnapshot(written)`,
          ...(process.allowedNodeEnvironmentFlags.has('--allow-net')
            ? { net: `return await fetch('http://127.0.0.1:9/')` }
            : {}),
        },
        `require('worker_threads').parentPort.on.bind(require('worker_threads').parentPort, 'message')`,
        `require('worker_threads').parentPort.postMessage.bind(require('worker_threads').parentPort)`,
      ),
    );
    expect(Object.entries(told).filter(([, text]) => !text.startsWith('refused'))).toEqual([]);
    expect(existsSync(join(scratch, 'written'))).toBe(false);
  }, 60_000);
});
