/** The permissions of what programs make (umask(2)). */
import { expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { caller, codeOf, kernelHost, memWith, sourceOf } from '../testing/kernel.ts';
import { Kernel } from './kernel.ts';
import { OPEN } from './operations.ts';
import { never } from './service.ts';
import type { SpawnConfig } from './spawn.ts';

const PROGRAM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

async function start() {
  const kernel = new Kernel(kernelHost());
  const page = kernel.processes.attach('page');
  const files = await memWith({ '/sh': '#!oanix:shell\n' });
  await page.namespace.mount(sourceOf(files), '/', { create: true }, caller);
  const spawn = async (config: SpawnConfig, parent = page) => {
    const { pid } = await kernel.call(parent, 'spawn', { program: PROGRAM, config }, never);
    return kernel.processes.get(pid);
  };
  const modeOf = async (path: string): Promise<string | undefined> =>
    (await page.namespace.stat(path, true, caller)).mode?.toString(8);
  return { kernel, page, spawn, modeOf };
}

it('what a program makes has the permissions that its umask leaves', async () => {
  const { kernel, spawn, modeOf } = await start();
  const program = await spawn({ umask: 0o027 });
  const flags = OPEN.write | OPEN.create;
  await kernel.call(program, 'open', { dir: 3, path: 'file', flags }, never);
  await kernel.call(program, 'mkdir', { dir: 3, path: 'dir' }, never);
  expect([await modeOf('/file'), await modeOf('/dir')]).toEqual(['640', '750']);
  // What is there keeps its mode.
  const other = await spawn({ umask: 0o777 });
  await kernel.call(other, 'open', { dir: 3, path: 'file', flags }, never);
  expect(await modeOf('/file')).toBe('640');
});

it('a program has the umask of who starts it, and a page the usual one', async () => {
  const { kernel, page, spawn } = await start();
  const config = { umask: 0o077 };
  const { pid } = await kernel.call(page, 'spawn', { program: '/sh', config }, never);
  const parent = kernel.processes.get(pid);
  const child = await spawn({}, parent);
  expect([page.umask, parent.umask, child.umask]).toEqual([0o022, 0o077, 0o077]);
  for (const umask of [-1, 0o1000, 1.5, Number.NaN, '077' as unknown as number])
    expect(await codeOf(() => spawn({ umask }))).toBe('EINVAL');
});

it('a service without modes makes files without', async () => {
  const { kernel, page, spawn, modeOf } = await start();
  const plain = Object.assign(new MemFs(), { setMode: undefined });
  await page.namespace.mount(sourceOf(plain), '/plain', { create: true }, caller);
  const program = await spawn({ umask: 0o077, preopens: { '/': '/' } });
  const flags = OPEN.write | OPEN.create;
  await kernel.call(program, 'open', { dir: 3, path: 'plain/file', flags }, never);
  expect(await modeOf('/plain/file')).toBe(await modeOf('/sh'));
});
