/** The runtimes that the WASI workload is measured on: each gives what the program printed. */
import { live } from '../live.ts';

type Run = (bytes: Uint8Array) => Promise<string>;

const inWorker =
  (make: () => Worker): Run =>
  (bytes) =>
    new Promise((resolve, reject) => {
      const worker = make();
      const settle = (done: () => void): void => {
        worker.terminate();
        done();
      };
      worker.onmessage = ({ data }: MessageEvent<string>) => settle(() => resolve(data));
      worker.onerror = (event) => settle(() => reject(new Error(event.message)));
      worker.postMessage(bytes.slice().buffer);
    });

/** The live namespace of a page, as a person uses it: a memory mount, the kernel in its worker. */
async function oanix(bytes: Uint8Array): Promise<string> {
  const { oanix: here } = await live();
  await here.fs.mkdir('/tmp/bench', { recursive: true });
  const { stdout, stderr } = await here.run(bytes, { args: ['fsbench', '/tmp/bench'] });
  return stdout + stderr;
}

interface Wasmer {
  ready(): Promise<void>;
  readonly packages: { load(bytes: Uint8Array): Promise<unknown> };
  readonly sandboxes: {
    create(options: object): Promise<{
      command(pkg: unknown, args: string[]): { run(): Promise<{ stdout: { text(): string } }> };
      close(): Promise<void>;
    }>;
  };
}

let client: Wasmer | undefined;

async function wasmer(bytes: Uint8Array): Promise<string> {
  if (!client) {
    const sdk = new URL('vendor/wasmer-sdk/dist/index.js', document.baseURI).href;
    const { Wasmer } = (await import(/* @vite-ignore */ sdk)) as {
      Wasmer: new (options: object) => Wasmer;
    };
    client = new Wasmer({ cache: false });
    await client.ready();
  }
  const pkg = await client.packages.load(bytes);
  const sandbox = await client.sandboxes.create({ packages: [pkg], network: { mode: 'disabled' } });
  const { stdout } = await sandbox.command(pkg, ['/workspace']).run();
  await sandbox.close();
  return stdout.text();
}

export const runtimes: Record<string, Run> = {
  oanix,
  'shim, mended': inWorker(
    () => new Worker(new URL('./shim.worker.ts', import.meta.url), { type: 'module' }),
  ),
  '@wasmer/sdk': wasmer,
  '@runno/wasi': inWorker(
    () => new Worker(new URL('./runno.worker.ts', import.meta.url), { type: 'module' }),
  ),
};
