/** Rows of the table that are no workload of their own: calls, starts, durability, frames. */
import type { OanixFs } from '../boot/oanixfs.ts';
import callbench from './callbench.wasm?url';
import { live } from './live.ts';
import { keepers } from './peers/kept.ts';

type Measure = () => Promise<number>;

const bytesOf = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(url)).arrayBuffer());

/** Microseconds of one call, as the program itself has measured. */
async function calls(count: number): Promise<number> {
  const { oanix } = await live();
  const { stdout } = await oanix.run(await bytesOf(callbench), {
    args: ['callbench', '/dev/zero', String(count)],
  });
  return Number(/total=([\d.]+)/.exec(stdout)?.[1]);
}

/** A round trip of shared memory with no work: both sides wait as ours do. */
function roundTrip(count: number): Promise<number> {
  const echo = `onmessage = ({ data }) => {
    const a = new Int32Array(data);
    for (let i = 1; ; i++) {
      for (let look = 0; look < 4000 && Atomics.load(a, 0) !== i; look++);
      while (Atomics.load(a, 0) !== i) Atomics.wait(a, 0, i - 1);
      Atomics.store(a, 1, i);
      Atomics.notify(a, 1);
    }
  };`;
  const ask = `onmessage = ({ data: { memory, count } }) => {
    const a = new Int32Array(memory);
    let from = 0;
    for (let i = 1; i <= count + 1000; i++) {
      if (i === 1001) from = performance.now();
      Atomics.store(a, 0, i);
      Atomics.notify(a, 0);
      for (let look = 0; look < 4000 && Atomics.load(a, 1) !== i; look++);
      while (Atomics.load(a, 1) !== i) Atomics.wait(a, 1, i - 1);
    }
    postMessage((performance.now() - from) * 1000 / count);
  };`;
  const worker = (text: string): Worker =>
    new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  const [far, near] = [worker(echo), worker(ask)];
  const memory = new SharedArrayBuffer(64);
  return new Promise((resolve) => {
    near.onmessage = ({ data }: MessageEvent<number>) => {
      far.terminate();
      near.terminate();
      resolve(data);
    };
    far.postMessage(memory);
    near.postMessage({ memory, count });
  });
}

const CALLS = 20_000;
const FILES = 10_000;
const data = new Uint8Array(4096).fill(7);

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

async function compileAlone(): Promise<number> {
  const bytes = await bytesOf('bin/hello-wasi.wasm');
  return timed(async () => {
    const module = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {};
      imports[from][name] = () => 0;
    }
    await WebAssembly.instantiate(module, imports);
  });
}

const KEPT = 1_000;

/** Fewer files one after the other, as a program writes them, and then a sync. */
async function kept(): Promise<number> {
  const { oanix } = await live();
  await oanix.fs.remove('/home/kept', { recursive: true }).catch(() => undefined);
  await oanix.fs.mkdir('/home/kept');
  await oanix.fs.sync();
  return timed(async () => {
    for (let i = 0; i < KEPT; i++) await oanix.fs.writeFile(`/home/kept/${i}`, data);
    await oanix.fs.sync();
  });
}

/** A snapshot of all the files: nothing of them is copied. */
async function snapshot(): Promise<number> {
  const { oanix } = await live();
  await oanix.fs.stat('/home/bench/7/777').catch(durable);
  await oanix.fs.sync();
  const name = `bench ${performance.now()}`;
  const ms = await timed(() => oanix.snapshots.create(name));
  await oanix.snapshots.remove(name);
  return ms;
}

async function bareCopy(): Promise<number> {
  const db = await bareDatabase();
  const count = await request(db.transaction('files').objectStore('files').count());
  if (count < FILES) await barePuts();
  return timed(async () => {
    const files = await request(db.transaction('files').objectStore('files').getAll());
    const transaction = db.transaction('files', 'readwrite', { durability: 'relaxed' });
    for (const [i, file] of files.entries()) transaction.objectStore('files').put(file, `c${i}`);
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    const clean = db.transaction('files', 'readwrite').objectStore('files');
    await request(clean.delete(IDBKeyRange.bound('c', 'd')));
  });
}

/** A directory with all the files, written and synced. */
async function durable(): Promise<number> {
  const { oanix } = await live();
  await oanix.fs.remove('/home/bench', { recursive: true }).catch(() => undefined);
  for (let d = 0; d < FILES / 100; d++)
    await oanix.fs.mkdir(`/home/bench/${d}`, { recursive: true });
  await oanix.fs.sync();
  return timed(async () => {
    const writes: Promise<void>[] = [];
    for (let i = 0; i < FILES; i++)
      writes.push(oanix.fs.writeFile(`/home/bench/${Math.floor(i / 100)}/${i}`, data));
    await Promise.all(writes);
    await oanix.fs.sync();
  });
}

async function restored(): Promise<number> {
  const current = await live();
  await current.oanix.fs.stat('/home/bench/7/777').catch(durable);
  await current.oanix.fs.sync();
  return timed(async () => {
    await current.restart();
    await current.oanix.fs.readFile('/home/bench/7/777');
  });
}

const request = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

let bare: Promise<IDBDatabase> | undefined;
function bareDatabase(): Promise<IDBDatabase> {
  bare ??= (() => {
    const opening = indexedDB.open('bench-bare', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files');
    return request(opening);
  })();
  return bare;
}

async function barePuts(): Promise<number> {
  const db = await bareDatabase();
  return timed(
    () =>
      new Promise((resolve, reject) => {
        const transaction = db.transaction('files', 'readwrite', { durability: 'strict' });
        const store = transaction.objectStore('files');
        for (let i = 0; i < FILES; i++) store.put(data, i);
        transaction.oncomplete = resolve;
        transaction.onerror = reject;
      }),
  );
}

async function bareGetAll(): Promise<number> {
  const db = await bareDatabase();
  const count = await request(db.transaction('files').objectStore('files').count());
  if (count < FILES) await barePuts();
  return timed(() => request(db.transaction('files').objectStore('files').getAll()));
}

/** The 99th percentile of the time between frames over two seconds. */
async function frames(): Promise<number> {
  const gaps: number[] = [];
  let last = await new Promise<number>(requestAnimationFrame);
  const until = last + 2000;
  while (last < until) {
    const now = await new Promise<number>(requestAnimationFrame);
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.99)] as number;
}

async function framesUnderCalls(): Promise<number> {
  const { oanix } = await live();
  const program = await oanix.spawn(await bytesOf(callbench), {
    args: ['callbench', '/dev/zero', '100000000'],
  });
  try {
    return await frames();
  } finally {
    await program.kill();
  }
}

const QUEUED = 1000;

/** While jobs wait in the queue and as many as may run do. */
async function framesUnderJobs(): Promise<number> {
  const { oanix } = await live();
  const env_id = await oanix.envs.create({ template: 'sandbox' });
  const job = { env_id, kind: { Script: { text: 'sleep 0.2' } } };
  await oanix.sched.submitAll(Array.from({ length: QUEUED }, () => job));
  try {
    return await frames();
  } finally {
    await oanix.envs.remove(env_id);
  }
}

const SERVER = 'http://127.0.0.1:4191';
const REQUESTS = 100;
const BODY = 64 << 20;

/** Mounted once. */
let granted: Promise<void> | undefined;
async function http(): Promise<OanixFs> {
  const { oanix } = await live();
  const policy = { origins: [SERVER], per_minute: 1e9, bytes: { total: 2 ** 50 } };
  granted ??= oanix.mount({ kind: 'http', options: { policy } }, '/cap/http');
  await granted;
  return oanix.fs;
}

/** Written to one handle, its replies read there, each response by its own name. */
async function requestsByFiles(): Promise<number> {
  const fs = await http();
  return timed(async () => {
    const file = await fs.open('/cap/http/request', 'r+');
    const request = JSON.stringify({ url: `${SERVER}/small` });
    await file.write(`${request}\n`.repeat(REQUESTS));
    let replies = '';
    while (replies.split('\n').length <= REQUESTS)
      replies += new TextDecoder().decode(await file.read());
    const ids = replies
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    await Promise.all(ids.map((id) => fs.readFile(`/cap/http/wait/${id}`)));
    await file.close();
  });
}

const requestsByFetch = (): Promise<number> =>
  timed(() =>
    Promise.all(
      Array.from({ length: REQUESTS }, async () => (await fetch(`${SERVER}/small`)).text()),
    ),
  );

async function drained(stream: ReadableStream<Uint8Array> | null | undefined): Promise<void> {
  const reader = stream?.getReader();
  let size = 0;
  for (let got = await reader?.read(); got?.value; got = await reader?.read())
    size += got.value.length;
  if (size !== BODY) throw new Error('the body was cut');
}

async function bodyByFiles(): Promise<number> {
  const fs = await http();
  return timed(async () => {
    const control = await fs.open('/cap/http/clone', 'r+');
    const number = new TextDecoder().decode(await control.read(100)).trim();
    await control.write(`url ${SERVER}/body\n`);
    const body = await fs.open(`/cap/http/${number}/body`, 'r');
    await drained(body.stream());
    await control.close();
  });
}

const bodyByFetch = (): Promise<number> =>
  timed(async () => drained((await fetch(`${SERVER}/body`)).body));

export const rows: { readonly [row: string]: { readonly [subject: string]: Measure } } = {
  call: { oanix: () => calls(CALLS), 'round trip': () => roundTrip(CALLS) },
  start: {
    oanix: async () => {
      const { oanix } = await live();
      // An idle worker is kept warm: it is there a moment after the last program.
      await new Promise((resolve) => setTimeout(resolve, 400));
      return timed(() => oanix.run('/bin/hello-wasi.wasm'));
    },
    'compile and instantiate': compileAlone,
  },
  durable: { oanix: durable, 'bare transaction': barePuts },
  kept: {
    oanix: kept,
    ...Object.fromEntries(
      Object.entries(keepers).map(([peer, run]) => [peer, () => timed(() => run(KEPT, data))]),
    ),
  },
  snapshot: { oanix: snapshot, 'copy of the records': bareCopy },
  restore: { oanix: restored, 'bare getAll': bareGetAll },
  frames: { oanix: framesUnderCalls, 'idle page': frames },
  jobs: { oanix: framesUnderJobs, 'idle page': frames },
  requests: { oanix: requestsByFiles, fetch: requestsByFetch },
  body: { oanix: bodyByFiles, fetch: bodyByFetch },
};
