/** A number that was closed never names another file of a client; programs get the lowest free number. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { bytes, codeOf, kernelHost, text } from '../testing/kernel.ts';
import { connect } from '../testing/page.ts';
import { FsError } from './errors.ts';
import { Kernel } from './kernel.ts';
import { OPEN, OPEN_WHOLE_MAX, type Opened } from './operations.ts';
import { Process } from './process.ts';
import { never } from './service.ts';

const FILES = ['/a', '/b', '/c'];
const CLIENTS = 3;

async function start() {
  const kernel = new Kernel(kernelHost());
  const page = kernel.processes.attach('page');
  const source = kernel.sources.of(new MemFs());
  await page.namespace.mount(source, '/', { create: true }, page.caller(-1, never));
  return { kernel, page };
}

/** `which` chooses among all handles that were ever opened. */
const step = fc.record({
  client: fc.nat(CLIENTS - 1),
  op: fc.constantFrom(
    'open',
    'open',
    'write',
    'write',
    'close',
    'close',
    'dup',
    'pipe',
    'terminal',
  ),
  file: fc.nat(FILES.length - 1),
  which: fc.nat(1000),
});
/** The steps of one round are under way at once. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 25 });

interface Handle {
  readonly fd: number;
  /** What it writes to; undefined for a pipe or a terminal. */
  readonly file: string | undefined;
  isClosed: boolean;
}

describe('descriptors of a page with several clients', () => {
  it('a write reaches the file that was opened, or fails with EBADF, whoever closes what, and how often', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        const { kernel, page } = await start();
        const ports = Array.from({ length: CLIENTS }, () => connect(kernel, page));
        const handles: Handle[] = [];
        const written = new Map(FILES.map((file) => [file, [] as string[]]));
        let tokens = 0;
        const flags = OPEN.write | OPEN.create | OPEN.append;
        for (const round of all) {
          const before = handles.filter(({ isClosed }) => isClosed);
          const known = [...handles];
          await Promise.all(
            round.map(async ({ client, op, file, which }) => {
              const { call } = (ports[client] as (typeof ports)[number]).session;
              const path = FILES[file] as string;
              const add = (fd: number, name: string | undefined = undefined): void => {
                expect(handles.some((each) => each.fd === fd)).toBe(false);
                handles.push({ fd, file: name, isClosed: false });
              };
              if (op === 'open') add((await call('open', { dir: -1, path, flags })).fd, path);
              if (op === 'pipe') {
                const { reader, writer } = await call('pipe', {});
                add(reader);
                add(writer);
              }
              if (op === 'terminal') add((await call('openTerminal', { cols: 80, rows: 24 })).fd);
              const handle = known[which % (known.length || 1)];
              if (!handle) return;
              const { fd } = handle;
              const wasClosed = before.includes(handle);
              if (op === 'dup') {
                const copy = await call('dup', { fd }).catch(() => undefined);
                if (copy) add(copy.fd, handle.file);
                if (wasClosed) expect(copy).toBeUndefined();
              }
              if (op === 'close') {
                const code = await codeOf(() => call('close', { fd }));
                expect(wasClosed ? ['EBADF'] : ['ok', 'EBADF']).toContain(code);
                handle.isClosed = true;
              }
              if (op === 'write' && handle.file !== undefined) {
                const token = `${++tokens};`.padStart(8);
                const code = await codeOf(() => call('write', { fd, data: bytes(token) }));
                expect(wasClosed ? ['EBADF'] : ['ok', 'EBADF']).toContain(code);
                if (code === 'ok') written.get(handle.file)?.push(token);
              }
            }),
          );
        }
        for (const [path, expected] of written) {
          const { data } = await kernel
            .call(page, 'readFile', { dir: -1, path }, never)
            .catch(() => ({ data: bytes('') }));
          expect(text(data).match(/.{8}/g)?.sort() ?? []).toEqual(expected.sort());
        }
        for (const port of ports) port.close();
      }),
      { numRuns: 150 },
    );
  });

  it('many more files than there are descriptors at once are opened one after the other', async () => {
    const { kernel, page } = await start();
    const path = '/a';
    const flags = OPEN.write | OPEN.create;
    const seen = new Set<number>();
    for (let count = 0; count < 3000; count++) {
      const { fd } = await kernel.call(page, 'open', { dir: -1, path, flags }, never);
      seen.add(fd);
      await kernel.call(page, 'close', { fd }, never);
    }
    expect(seen.size).toBe(3000);
    for (let count = 0; count < 1024; count++)
      await kernel.call(page, 'open', { dir: -1, path, flags }, never);
    expect(await codeOf(() => kernel.call(page, 'open', { dir: -1, path, flags }, never))).toBe(
      'EMFILE',
    );
  });
});

describe('descriptors of a program', () => {
  it('opening takes the lowest free number, as POSIX says', async () => {
    const { kernel, page } = await start();
    const { namespace, pid } = page;
    const program = new Process({
      pid: pid + 1,
      parent: page,
      namespace: namespace.fork(),
      name: 'program',
      confined: true,
      limits: { files: 6 },
      now: () => 0,
    });
    const open = async (): Promise<number> => {
      const opened = await program.namespace.open('/', { directory: true }, page.caller(-1, never));
      return program.add(opened);
    };
    for (const expected of [0, 1, 2, 3, 4]) expect(await open()).toBe(expected);
    const call = (operation: 'close' | 'renumber', args: object): Promise<unknown> =>
      kernel.call(program, operation, args as never, never);
    await call('close', { fd: 3 });
    await call('close', { fd: 1 });
    expect([await open(), await open(), await open()]).toEqual([1, 3, 5]);
    expect(await codeOf(open)).toBe('EMFILE');
    await call('renumber', { fd: 4, to: 2 });
    expect(await open()).toBe(4);
    expect(program.descriptors.map(([fd]) => fd)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('opening many files', () => {
  it('opens each as open does; small plain ones come whole and are closed, and each fails by itself', async () => {
    const { kernel, page } = await start();
    const put = (path: string, data: Uint8Array): Promise<unknown> =>
      kernel.call(
        page,
        'writeFile',
        { dir: -1, path, data, append: false, exclusive: false },
        never,
      );
    await put('/a', bytes('whole'));
    await put('/b', new Uint8Array(OPEN_WHOLE_MAX).fill(1));
    await put('/c', new Uint8Array(OPEN_WHOLE_MAX + 1));
    await put('/d', bytes(''));
    const paths = ['/a', '/none', '/c', '/', '/d', '/b', '/a'];
    const openMany = (buffer: Uint8Array) =>
      kernel.call(page, 'openMany', { paths, buffer }, never);
    const before = page.descriptors.length;
    const { opened, data } = await openMany(new Uint8Array(0));
    const seen = (opened as Opened[]).map((each) =>
      'error' in each
        ? each.error.code
        : each.whole
          ? [each.fd, each.whole.to - each.whole.from]
          : [each.fd >= 0, each.stat.size],
    );
    const [, , big, dir, empty] = opened as Extract<Opened, { fd: number }>[];
    expect(seen).toEqual([
      [-1, 5],
      'ENOENT',
      [true, OPEN_WHOLE_MAX + 1],
      [true, 0],
      [true, 0],
      [-1, OPEN_WHOLE_MAX],
      [-1, 5],
    ]);
    expect(data.length).toBe(OPEN_WHOLE_MAX + 10);
    const part = (i: number): Uint8Array => {
      const each = (opened as Opened[])[i] as Extract<Opened, { fd: number }>;
      return data.subarray(each.whole?.from, each.whole?.to);
    };
    expect([text(part(0)), text(part(6)), new Set(part(5))]).toEqual([
      'whole',
      'whole',
      new Set([1]),
    ]);
    expect(page.descriptors.length).toBe(before + 3);
    for (const each of [big, dir, empty])
      await kernel.call(page, 'close', { fd: each?.fd ?? -1 }, never);
    // The memory of the first reply is large enough for the second.
    expect((await openMany(data)).data).toBe(data);
    const small = new Uint8Array(8);
    expect((await openMany(small)).data).not.toBe(small);
  });

  it('reads into the memory that it is given, from where the last read has ended', async () => {
    const { kernel, page } = await start();
    const flags = OPEN.read | OPEN.write | OPEN.create;
    const { fd } = await kernel.call(page, 'open', { dir: -1, path: '/a', flags }, never);
    const readInto = async (buffer: Uint8Array) =>
      (await kernel.call(page, 'readInto', { fd, buffer }, never)).data;
    // A hole, and more than one chunk.
    await kernel.call(page, 'pwrite', { fd, at: 70_000, data: bytes('the end') }, never);
    const buffer = new Uint8Array(70_004).fill(7);
    const first = await readInto(buffer);
    expect([first.buffer === buffer.buffer, first.length]).toEqual([true, 70_004]);
    expect([text(first.subarray(70_000)), first.indexOf(7)]).toEqual(['the ', -1]);
    expect(text(await readInto(buffer))).toBe('end');
    expect((await readInto(buffer)).length).toBe(0);
    // What is read is the reader's: the file does not change with it.
    buffer.fill(9);
    const { data } = await kernel.call(page, 'pread', { fd, at: 70_000, count: 100 }, never);
    expect(text(data)).toBe('the end');
    const shared = new Uint8Array(new SharedArrayBuffer(70_000)) as Uint8Array;
    for (const wrong of ['text' as unknown as Uint8Array, shared])
      expect(await codeOf(() => readInto(wrong))).toBe('EINVAL');
  });

  it('reads into memory also from services that give bytes of their own', async () => {
    const { kernel, page } = await start();
    const { reader, writer } = await kernel.call(page, 'pipe', {}, never);
    const sent = new Uint8Array(80_000).map((_, i) => i);
    await kernel.call(page, 'write', { fd: writer, data: sent }, never);
    const buffer = new Uint8Array(79_000);
    const { data } = await kernel.call(page, 'readInto', { fd: reader, buffer }, never);
    const rest = await kernel.call(page, 'readInto', { fd: reader, buffer }, never);
    expect(data.buffer).toBe(buffer.buffer);
    expect(Buffer.concat([data, rest.data]).equals(Buffer.from(sent))).toBe(true);
  });

  it('refuses what is no list of paths, and more than one reply should hold', async () => {
    const { kernel, page } = await start();
    const buffer = new Uint8Array(0);
    const wrong = { paths: ['/a'], buffer: undefined as unknown as Uint8Array };
    expect(await codeOf(() => kernel.call(page, 'openMany', wrong, never))).toBe('EINVAL');
    for (const paths of ['/a', [1], null, Array.from({ length: 65 }, () => '/a')])
      expect(await codeOf(() => kernel.call(page, 'openMany', { paths, buffer }, never))).toBe(
        'EINVAL',
      );
  });

  it('a close that fails changes nothing, and an interrupt leaves nothing open', async () => {
    const { kernel, page } = await start();
    const memory = new MemFs();
    await page.namespace.mount(
      kernel.sources.of(memory),
      '/m',
      { create: true },
      page.caller(-1, never),
    );
    const put = { dir: -1, data: bytes('text'), append: false, exclusive: false };
    for (const path of ['/m/1', '/m/2', '/m/3'])
      await kernel.call(page, 'writeFile', { ...put, path }, never);
    const open = memory.open.bind(memory);
    const abort = new AbortController();
    let isAborting = false;
    memory.open = async (...args) => {
      const handle = await open(...args);
      if (isAborting) abort.abort();
      handle.close = async () => {
        throw new FsError('EIO');
      };
      return handle;
    };
    const before = page.descriptors.length;
    const paths = ['/m/1', '/m/none', '/m/2', '/m/3'];
    const call = () =>
      kernel.call(page, 'openMany', { paths, buffer: new Uint8Array(0) }, abort.signal);
    const { opened, data } = await call();
    const seen = (opened as Opened[]).map((each) =>
      'error' in each ? each.error.code : text(data.subarray(each.whole?.from, each.whole?.to)),
    );
    expect(seen).toEqual(['text', 'ENOENT', 'text', 'text']);
    expect(page.descriptors.length).toBe(before);
    isAborting = true;
    expect(await codeOf(call)).toBe('EINTR');
    expect(page.descriptors.length).toBe(before);
  });
});
