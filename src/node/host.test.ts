/** What the kernel under Node gives a mount in memory: a limit, which its option changes. */
import { expect, test } from 'vitest';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { never } from '../kernel/service.ts';
import { makeKernel } from './host.ts';

test.each([
  [{}, 2 ** 30],
  [{ bytes: 4096 }, 4096],
])(
  'a mount in memory with the options %j holds %i bytes and not one more',
  async (options, most) => {
    const kernel = makeKernel();
    const process = kernel.processes.attach('test');
    const flags = { create: true };
    await kernel.call(process, 'mount', { spec: { kind: 'mem', options }, at: '/m', flags }, never);
    const write = async (name: string, at: number): Promise<void> => {
      const flags = OPEN.write | OPEN.create;
      const { fd } = await kernel.call(
        process,
        'open',
        { dir: -1, path: `/m/${name}`, flags },
        never,
      );
      await kernel.call(process, 'pwrite', { fd, at, data: new Uint8Array(1) }, never);
    };
    await write('full', most - 1);
    const over = await write('over', 0).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(hasCode(over, 'ENOSPC')).toBe(true);
    expect(String(over)).toContain(`at most ${most} bytes`);
  },
);

test('all mounts in memory of a kernel hold no more together than it was given', async () => {
  const kernel = makeKernel(2_000_000);
  const process = kernel.processes.attach('test');
  const write = (path: string): Promise<unknown> =>
    kernel
      .call(
        process,
        'writeFile',
        { dir: -1, path, data: new Uint8Array(900_000), append: false, exclusive: false },
        never,
      )
      .then(
        () => undefined,
        (error: unknown) => error,
      );
  for (const at of ['/a', '/b', '/c'])
    await kernel.call(
      process,
      'mount',
      { spec: { kind: 'mem' }, at, flags: { create: true } },
      never,
    );
  expect(await write('/a/f')).toBeUndefined();
  expect(await write('/b/f')).toBeUndefined();
  const over = await write('/c/f');
  expect(hasCode(over, 'ENOSPC')).toBe(true);
  expect(String(over)).toContain('all mounts in memory hold at most 2 MiB together');
  await kernel.call(process, 'unlink', { dir: -1, path: '/a/f' }, never);
  expect(await write('/c/f')).toBeUndefined();
});
