/** Wrong arguments of the page's API: each is a TypeError that names it, and nothing is done. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PageBench, pageBench } from '../testing/page.ts';
import { functions, tryWrongCalls } from '../testing/wrongcalls.ts';

let page: PageBench;
beforeEach(async () => {
  page = await pageBench();
  await page.oanix.mount({ kind: 'mem' }, '/tmp', { create: true });
});
afterEach(() => page.close());

it('every function of the API refuses every kind of wrong argument before the kernel hears of it', async () => {
  Object.assign(globalThis, { oanix: page.oanix });
  const { wrong, calls } = await tryWrongCalls(functions);
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(1500);
  // The file, the terminal and what runs in it are all that was asked for.
  expect([...new Set(page.calls)].sort()).toEqual(
    ['close', 'mount', 'open', 'openTerminal', 'read', 'spawn', 'wait'].sort(),
  );
});

describe('options', () => {
  const loud = (): void => undefined;
  it.each<[what: string, run: (oanix: PageBench['oanix']) => unknown, sentence: RegExp]>([
    [
      'an unknown field',
      (o) => o.run('/bin/sh', { arg: [] } as never),
      /options must have no field 'arg': known are args, /,
    ],
    [
      'args that are a string',
      (o) => o.run('/bin/sh', { args: 'x' as never }),
      /options\.args must be a list, not this string/,
    ],
    [
      'an argument with a NUL',
      (o) => o.run('/bin/sh', { args: ['sh', 'a\0'] }),
      /options\.args\[1\] must be/,
    ],
    [
      'a variable that is a number',
      (o) => o.run('/bin/sh', { env: { A: 1 as never } }),
      /options\.env\.A must be/,
    ],
    [
      'a limit below 0',
      (o) => o.run('/bin/sh', { limits: { memory: -1 } }),
      /options\.limits\.memory must be a number above 0/,
    ],
    [
      'a limit of another name',
      (o) => o.run('/bin/sh', { limits: { disk: 1 } as never }),
      /limits must have no field 'disk'/,
    ],
    [
      'streams that are not captured',
      (o) => o.run('/bin/sh', { stdio: ['tty'] as never }),
      /options\.stdio\[0\] must be one of/,
    ],
    [
      'input for a terminal',
      (o) => o.spawn('/bin/sh', { stdin: 'x', tty: 1 }),
      /options\.stdin must be absent/,
    ],
    [
      'input that is a number',
      (o) => o.run('/bin/sh', { stdin: 5 as never }),
      /options\.stdin must be a string, an ArrayBuffer/,
    ],
    [
      'an access that there is not',
      (o) => o.run('/bin/sh', { access: { '*': 'none' as never } }),
      /options\.access\.\* must be one of 'rw', 'ro', 'cow'/,
    ],
    [
      'half a column',
      (o) => o.terminal('/bin/sh', { cols: 1.5 }),
      /options\.cols must be a whole number of at least 1/,
    ],
    [
      'a terminal of another',
      (o) => o.terminal('/bin/sh', { tty: 1 } as never),
      /options must have no field 'tty'/,
    ],
    [
      'a word for true',
      (o) => o.fs.mkdir('/tmp/x', { recursive: 'yes' as never }),
      /options\.recursive must be true or false/,
    ],
    ['an unknown open mode', (o) => o.fs.open('/tmp/x', 'zz' as never), /how must be one of 'r', /],
    [
      'a time that is a number',
      (o) => o.fs.setTimes('/tmp', { mtime: Number.NaN as never }),
      /times\.mtime must be a time/,
    ],
    [
      'a time that is too late',
      (o) => o.fs.setTimes('/tmp', { mtime: 2n ** 70n }),
      /times\.mtime must be a time/,
    ],
    ['a mount without a kind', (o) => o.mount({} as never, '/tmp/x'), /spec\.kind must be/],
    [
      'an option that is a function',
      (o) => o.mount({ kind: 'mem', options: { loud } as never }, '/tmp/x'),
      /spec\.options must be a plain object that JSON can hold/,
    ],
    [
      'an order that there is not',
      (o) => o.bind('/tmp', '/home', { order: 'first' as never }),
      /flags\.order must be one of/,
    ],
    ['an id that leads elsewhere', (o) => o.envs.status('../../home'), /id must be an id/],
    [
      'a list where one job is meant',
      (o) => o.sched.submit([] as never),
      /job must be a plain object/,
    ],
  ])('%s', async (_, run, sentence) => {
    const before = page.calls.length;
    const error = await Promise.resolve(run(page.oanix)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toMatch(sentence);
    expect(page.calls.length).toBe(before);
  });
});

describe('content', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  shared.set([1, 2, 3]);
  it.each<[what: string, content: () => never, bytes: number[]]>([
    ['an ArrayBuffer', () => new Uint8Array([1, 2, 3]).buffer as never, [1, 2, 3]],
    ['a SharedArrayBuffer', () => shared.buffer as never, [1, 2, 3]],
    ['a view of shared memory', () => shared.subarray(1) as never, [2, 3]],
    ['a Uint16Array, by its bytes', () => new Uint16Array([0x0201, 0x0403]) as never, [1, 2, 3, 4]],
    ['a Float32Array, by its bytes', () => new Float32Array([1]) as never, [0, 0, 128, 63]],
    ['a part of a buffer', () => new Uint8Array([9, 1, 2, 9]).subarray(1, 3) as never, [1, 2]],
    ['a DataView', () => new DataView(new Uint8Array([9, 1, 2]).buffer, 1) as never, [1, 2]],
    ['a Blob', () => new Blob(['a', new Uint8Array([0, 255])]) as never, [97, 0, 255]],
    ['a File', () => new File(['é'], 'x') as never, [0xc3, 0xa9]],
    ['a stream of strings and bytes', () => streamOf('a', new Uint8Array([1])) as never, [97, 1]],
    ['a string', () => 'é' as never, [0xc3, 0xa9]],
    ['nothing', () => new ArrayBuffer(0) as never, []],
  ])('%s', async (_, content, bytes) => {
    const { fs } = page.oanix;
    await fs.writeFile('/tmp/a', content());
    await fs.writeFile('/tmp/b', '>');
    await fs.appendFile('/tmp/b', content());
    const file = await fs.open('/tmp/c', 'w');
    await file.write(content());
    await file.close();
    expect([...(await fs.readFile('/tmp/a'))]).toEqual(bytes);
    expect([...(await fs.readFile('/tmp/b'))]).toEqual([0x3e, ...bytes]);
    expect([...(await fs.readFile('/tmp/c'))]).toEqual(bytes);
    const { stdout } = await page.oanix.run('/bin/sh', {
      args: ['sh', '-c', 'cat > /tmp/d; echo done'],
      namespace: 'share',
      stdin: content(),
    });
    expect(stdout).toBe('done\n');
    expect([...(await fs.readFile('/tmp/d'))]).toEqual(bytes);
  });

  it.each<[what: string, content: () => unknown]>([
    ['a number', () => 5],
    ['an object', () => ({ length: 3 })],
    ['an array of numbers', () => [1, 2]],
    ['null', () => null],
    ['a buffer that was transferred away', () => transferred().buffer],
    ['a view of a buffer that was transferred away', () => transferred()],
    ['a stream of numbers', () => streamOf('a', 5)],
    ['a stream that somebody reads', () => locked()],
  ])('%s is refused, and the file stays as it was', async (_, content) => {
    const { fs } = page.oanix;
    await fs.writeFile('/tmp/kept', 'as it was');
    await expect(fs.writeFile('/tmp/kept', content() as never)).rejects.toThrow(TypeError);
    await expect(fs.appendFile('/tmp/kept', content() as never)).rejects.toThrow(TypeError);
    expect(await fs.readFile('/tmp/kept', 'utf8')).toBe('as it was');
  });

  it('a stream that fails is EIO, and the file stays as it was', async () => {
    const { fs } = page.oanix;
    await fs.writeFile('/tmp/kept', 'as it was');
    const broken = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error('the disk is gone')),
    });
    await expect(fs.writeFile('/tmp/kept', broken)).rejects.toMatchObject({
      code: 'EIO',
      reason: 'the disk is gone',
    });
    expect(await fs.readFile('/tmp/kept', 'utf8')).toBe('as it was');
  });
});

const streamOf = (...parts: unknown[]): ReadableStream<unknown> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });

function transferred(): Uint8Array {
  const view = new Uint8Array([1, 2, 3]);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

function locked(): ReadableStream<unknown> {
  const stream = streamOf('a');
  stream.getReader();
  return stream;
}
