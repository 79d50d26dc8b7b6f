/** The parts that carry bytes and calls: queue, codec, message ports, open files. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, codeOf, memWith, namespaceOf, text } from '../testing/kernel.ts';
import { Changes } from './changes.ts';
import { Cursor, decode, encode } from './codec.ts';
import { FsError, fromWire, toFsError, toWire } from './errors.ts';
import type { OpenFile } from './openfile.ts';
import { operations } from './operations.ts';
import { Queue } from './queue.ts';
import { answerOn, Remote } from './rpc.ts';
import { never } from './service.ts';

describe('a queue', () => {
  it('gives what was put in, in order, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 30 }),
        async (parts, limit) => {
          const queue = new Queue(limit);
          const write = async (): Promise<void> => {
            for (const part of parts) {
              let rest: Uint8Array = part;
              while (rest.length > 0) rest = rest.subarray(await queue.write(rest, never));
            }
            queue.end();
          };
          const read: number[] = [];
          void write();
          for (;;) {
            const part = await queue.read(7, never);
            if (part.length === 0) break;
            read.push(...part);
          }
          expect(read).toEqual(parts.flatMap((part) => [...part]));
        },
      ),
    );
  });

  it('a writer waits while it is full, and gets EPIPE once the reader has left', async () => {
    const queue = new Queue(4);
    expect(await queue.write(bytes('abcdef'), never)).toBe(4);
    const waiting = codeOf(() => queue.write(bytes('x'), never));
    queue.abandon();
    expect(await waiting).toBe('EPIPE');
  });

  it('an aborted read loses no data', async () => {
    const queue = new Queue();
    const abort = new AbortController();
    const waiting = codeOf(() => queue.read(10, abort.signal));
    abort.abort();
    expect(await waiting).toBe('EINTR');
    await queue.write(bytes('kept'), never);
    expect(text(await queue.read(10, never))).toBe('kept');
  });
});

describe('the codec', () => {
  const value = {
    u32: fc.nat(),
    i32: fc.integer(),
    f64: fc.double({ noNaN: true }),
    i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    bool: fc.boolean(),
    str: fc.string({ unit: 'binary' }),
    bytes: fc.uint8Array(),
    json: fc.constantFrom(null, { a: [1, 'x'] }),
  } as const;

  it('gives back every request of the table, also from shared memory', () => {
    for (const { args } of Object.values(operations)) {
      const model = Object.fromEntries(
        Object.entries(args).map(([field, type]) => [field, value[type as keyof typeof value]]),
      );
      fc.assert(
        fc.property(fc.record(model), (request) => {
          const block = new Uint8Array(new SharedArrayBuffer(65_536));
          encode(args, request, new Cursor(block));
          expect(decode(args, new Cursor(block))).toEqual(request);
        }),
        { numRuns: 20 },
      );
    }
  });

  it('keeps a name that begins with U+FEFF', () => {
    const { args } = operations.readFile;
    const block = new Uint8Array(1000);
    const request = { dir: -1, path: '\ufeffnotes.txt' };
    encode(args, request, new Cursor(block));
    expect(decode(args, new Cursor(block))).toEqual(request);
  });

  it('says E2BIG for what does not fit, and never reads past its memory', () => {
    expect(() =>
      encode({ data: 'bytes' }, { data: new Uint8Array(100) }, new Cursor(new Uint8Array(50))),
    ).toThrow('E2BIG');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        for (const { result } of Object.values(operations)) {
          try {
            decode(result, new Cursor(noise));
          } catch (error) {
            expect(error instanceof FsError || error instanceof SyntaxError).toBe(true);
          }
        }
      }),
    );
  });
});

describe('errors', () => {
  it('keep their code, place and reason over a port', () => {
    const error = new FsError('ENOENT', { op: 'open', path: '/x', service: 'mem', reason: 'gone' });
    expect(fromWire(structuredClone(toWire(error))).message).toBe('ENOENT: open /x (mem): gone');
  });

  it('what is unknown becomes EIO with its cause, an abort EINTR', () => {
    expect(toFsError(new TypeError('oops'))).toMatchObject({ code: 'EIO', reason: 'oops' });
    expect(toFsError(AbortSignal.abort().reason)).toMatchObject({ code: 'EINTR' });
  });
});

describe('calls over a port', () => {
  const pair = (answer: Parameters<typeof answerOn>[1]) => {
    const { port1, port2 } = new MessageChannel();
    const server = answerOn(port1, answer);
    const remote = new Remote(port2);
    const close = (): void => {
      port1.close();
      port2.close();
    };
    return { server, remote, close };
  };

  it('are answered out of order, cancelled there, and fail with their codes', async () => {
    const { remote, close } = pair(async (op, _args, signal) => {
      if (op === 'fail') throw new FsError('EROFS', { path: '/x' });
      if (op === 'wait')
        return new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new FsError('EINTR'))),
        );
      return op;
    });
    const abort = new AbortController();
    const waiting = codeOf(() => remote.call('wait', {}, abort.signal));
    expect(await remote.call('echo', {})).toBe('echo');
    expect(await codeOf(() => remote.call('fail', {}))).toBe('EROFS');
    abort.abort();
    expect(await waiting).toBe('EINTR');
    close();
  });

  it('end with EIO when the other side dies, and never hang on what cannot be sent', async () => {
    const { remote, close } = pair(async (op) =>
      op === 'bad' ? () => undefined : new Promise(() => undefined),
    );
    expect(await codeOf(() => remote.call('bad', {}))).toBe('EIO');
    expect(await codeOf(() => remote.call('x', { f: () => undefined }))).toBe('EINVAL');
    const waiting = codeOf(() => remote.call('never', {}));
    remote.die('the worker stopped');
    expect(await waiting).toBe('EIO');
    expect(await codeOf(() => remote.call('later', {}))).toBe('EIO');
    close();
  });

  it('made at once go as few messages, and so do their replies; a slow one holds up no other', async () => {
    const { port1, port2 } = new MessageChannel();
    const sent = { there: 0, back: 0 };
    port1.addEventListener('message', () => sent.there++);
    port2.addEventListener('message', () => sent.back++);
    const server = answerOn(port1, async (op, args) =>
      op === 'slow' ? new Promise(() => undefined) : (args as { n: number }).n,
    );
    const remote = new Remote(port2);
    void remote.call('slow', {}).catch(() => undefined);
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    expect(await Promise.all(numbers.map((n) => remote.call('echo', { n })))).toEqual(numbers);
    expect(sent.there).toBeLessThanOrEqual(3);
    expect(sent.back).toBeLessThanOrEqual(6);
    server.stop();
    remote.die('over');
    port1.close();
    port2.close();
  });

  it('carry what their bytes were when they were made; what cannot be sent fails alone', async () => {
    const { remote, close } = pair(async (_, args) => {
      const { data, all } = args as { data?: Uint8Array; all?: Uint8Array[] };
      return (data ?? all?.[0])?.[0];
    });
    const [small, large] = [new Uint8Array(8).fill(1), new Uint8Array(100_000).fill(1)];
    const calls = [
      remote.call('x', { data: small }),
      codeOf(() => remote.call('x', { data: small, bad: () => undefined })),
      remote.call('x', { data: large }),
      remote.call('x', { all: [small] }),
    ];
    small.fill(9);
    large.fill(9);
    expect(await Promise.all(calls)).toEqual([1, 'EINVAL', 1, 1]);
    close();
  });

  it('a view is sent without the memory behind it', async () => {
    const { remote, close } = pair(async () => ({
      data: new Uint8Array(1_000_000).subarray(5, 10),
    }));
    const { data } = (await remote.call('x', {})) as { data: Uint8Array };
    expect([data.length, data.buffer.byteLength]).toEqual([5, 5]);
    close();
  });
});

describe('an open file', () => {
  const open = async (flags: object): Promise<OpenFile> => {
    const ns = await namespaceOf([['/', await memWith({ '/f': '0123456789' })]]);
    return (await ns.open('/f', flags, { cwd: [], signal: never })) as OpenFile;
  };

  it('owns the seek pointer, which dup shares; two reads at once follow each other', async () => {
    const file = await open({ read: true });
    const twin = file.dup();
    const [a, b] = await Promise.all([file.read(3, never), twin.read(3, never)]);
    expect([text(a), text(b)]).toEqual(['012', '345']);
    expect(await twin.seek(-1, 'end', never)).toBe(9);
    expect(text(await file.read(5, never))).toBe('9');
    await file.close();
    expect(text(await twin.pread(0, 1, never))).toBe('0');
    await twin.close();
    expect(await codeOf(() => twin.read(1, never))).toBe('EBADF');
    expect(await codeOf(() => twin.close())).toBe('EBADF');
  });

  it('refuses what its mode does not allow, and offsets that are none', async () => {
    const reader = await open({ read: true });
    expect(await codeOf(() => reader.write(bytes('x'), never))).toBe('EBADF');
    expect(await codeOf(() => reader.truncate(0, never))).toBe('EINVAL');
    expect(await codeOf(() => reader.seek(-1, 'set', never))).toBe('EINVAL');
    expect(await codeOf(() => reader.pread(2 ** 53, 1, never))).toBe('EINVAL');
    const writer = await open({ write: true });
    expect(await codeOf(() => writer.read(1, never))).toBe('EBADF');
    const appender = await open({ append: true });
    await appender.pwrite(0, bytes('!'), never);
    expect((await appender.stat(never)).size).toBe(11);
  });
});

describe('changes', () => {
  it('are coalesced, and past a bound an empty list means anything', async () => {
    const batches: number[] = [];
    let run: () => void = () => undefined;
    const changes = new Changes((later) => {
      run = later;
    });
    changes.listen((batch) => batches.push(batch.length));
    for (let i = 0; i < 3; i++) changes.announce({}, [String(i)]);
    run();
    for (let i = 0; i < 1000; i++) changes.announce({}, [String(i)]);
    run();
    expect(batches).toEqual([3, 0]);
  });
});
