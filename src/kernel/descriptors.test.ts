/** A number that was closed never names another file of a client; programs get the lowest free number. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { bytes, codeOf, kernelHost, text } from '../testing/kernel.ts';
import { connect } from '../testing/page.ts';
import { Kernel } from './kernel.ts';
import { OPEN, OPEN_WHOLE, OPEN_WHOLE_MAX } from './operations.ts';
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

describe('opening with OPEN_WHOLE', () => {
  it('brings all bytes of a small plain file along that is only read, and reading starts at the first still', async () => {
    const { kernel, page } = await start();
    const put = (path: string, data: Uint8Array): Promise<unknown> =>
      kernel.call(
        page,
        'writeFile',
        { dir: -1, path, data, append: false, exclusive: false },
        never,
      );
    const open = (path: string, flags: number) =>
      kernel.call(page, 'open', { dir: -1, path, flags }, never);
    await put('/a', bytes('whole'));
    await put('/b', new Uint8Array(OPEN_WHOLE_MAX));
    await put('/c', new Uint8Array(OPEN_WHOLE_MAX + 1));
    const { fd, data } = await open('/a', OPEN.read | OPEN_WHOLE);
    expect(text(data)).toBe('whole');
    expect(text((await kernel.call(page, 'read', { fd, count: 9 }, never)).data)).toBe('whole');
    const sizes = [];
    for (const [path, flags] of [
      ['/b', OPEN.read | OPEN_WHOLE],
      ['/c', OPEN.read | OPEN_WHOLE],
      ['/a', OPEN.read],
      ['/a', OPEN.read | OPEN.write | OPEN_WHOLE],
      ['/', OPEN.read | OPEN_WHOLE],
    ] as const)
      sizes.push((await open(path, flags)).data.length);
    expect(sizes).toEqual([OPEN_WHOLE_MAX, 0, 0, 0, 0]);
  });
});
