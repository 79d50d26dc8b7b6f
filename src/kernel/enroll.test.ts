/** Parts of a process that have a number of their own. */
import { expect, it } from 'vitest';
import { shellKernel } from '../testing/shell.ts';
import type { ProcessInfo } from './process.ts';
import { never } from './service.ts';

async function enrolled() {
  const { kernel, process } = await shellKernel();
  const { pid } = await kernel.call(process, 'enroll', { name: 'sh', args: ['sleep 5'] }, never);
  const info = async (): Promise<ProcessInfo | undefined> => {
    const { processes } = await kernel.call(process, 'processes', {}, never);
    return (processes as ProcessInfo[]).find((each) => each.pid === pid);
  };
  const status = kernel.call(process, 'wait', { pid, untraced: false }, never);
  return { kernel, process, pid, info, status: status.then((reply) => reply.status) };
}

it('a part of a process is a process with its parent, until it is retired with a status', async () => {
  const { kernel, process, pid, info, status } = await enrolled();
  expect(await info()).toMatchObject({ ppid: process.pid, state: 'running', args: ['sleep 5'] });
  await kernel.call(process, 'retire', { pid, status: 3 }, never);
  expect(await status).toMatchObject({ exit_code: 3 });
  expect(await info()).toMatchObject({ state: 'exited' });
});

it('a part of a process is ended by a signal', async () => {
  const { kernel, process, pid, status } = await enrolled();
  await kernel.call(process, 'kill', { pid, signal: 'terminated' }, never);
  expect(await status).toMatchObject({ exit_code: 143, signal: 'terminated' });
  await expect(kernel.call(process, 'retire', { pid, status: 0 }, never)).rejects.toMatchObject({
    code: 'ESRCH',
  });
});

it('only the process that a part belongs to retires it', async () => {
  const { kernel, pid, info } = await enrolled();
  const other = kernel.processes.attach('other');
  await expect(kernel.call(other, 'retire', { pid, status: 0 }, never)).rejects.toMatchObject({
    code: 'ESRCH',
  });
  expect(await info()).toMatchObject({ state: 'running' });
});
