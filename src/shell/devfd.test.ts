/** The names of descriptors, for commands that open names themselves. */
import { expect, it } from 'vitest';
import { sh } from '../testing/shell.ts';

it('the standard streams have names in /dev', async () => {
  const script =
    'echo e >/dev/stderr; echo o >/dev/stdout; echo in | cat /dev/stdin; [ -e /dev/stdin ] && echo there';
  expect(await sh(script)).toEqual({ stdout: 'o\nin\nthere\n', stderr: 'e\n', status: 0 });
});

it('a stream that a tool writes by its name gets what the tool wrote', async () => {
  const { stdout, stderr } = await sh(
    'echo x | tee /dev/stderr; echo y | tee /dev/fd/2 >/dev/null',
  );
  expect([stdout, stderr]).toEqual(['x\n', 'x\ny\n']);
});

it('a descriptor that is not open has no name', async () => {
  const { stdout, stderr } = await sh('cat /dev/fd/77; [ -e /dev/fd/77 ] || echo none');
  expect([stdout, stderr]).toEqual(['none\n', 'cat: /dev/fd/77: No such file or directory\n']);
});

it('a tool that opens files of the namespace gets a file that is removed afterwards', async () => {
  expect((await sh('strings <(echo hello); ls -A /tmp')).stdout).toBe('hello\n');
});

it('a writer at the other end of a substitution ends when nobody reads', async () => {
  expect((await sh('head -1 <(yes); : <(yes); jobs; echo end')).stdout).toBe('y\nend\n');
});
