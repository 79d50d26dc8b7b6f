/** What a program gets from the shell beside its streams. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runOnMachine } from '../testing/machine.ts';
import { programWorkers } from '../testing/programs.ts';

it('a program gets arguments and variables of any bytes', async () => {
  const { stdout } = await runOnMachine({
    args: ['-c', `V=$'\\xfe\\xc3' hello-wasi $'\\xff\\u00e9' '' $'\\xf0\\x9f' 😀`],
    env: { PATH: '/bin' },
    cwd: '/here',
    stdin: '',
    files: { '/bin/hello-wasi.wasm': new Uint8Array(readFileSync('public/bin/hello-wasi.wasm')) },
    wall: 100_000,
    makeWorker: await programWorkers(),
  });
  const printed = Buffer.from(stdout).toString('latin1');
  expect(printed).toContain('1: \xff\xc3\xa9\n');
  expect(printed).toContain('2: \n');
  expect(printed).toContain('3: \xf0\x9f\n');
  expect(printed).toContain('4: \xf0\x9f\x98\x80\n');
  expect(printed).toContain('  V=\xfe\xc3\n');
}, 120_000);
