/** `oanix run` as a person runs it: real programs in a process of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyModule } from '../testing/wasm.ts';

const bin = (name: string): string => `public/bin/${name}.wasm`;
let dir: string;
const oanix = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, ['src/node/oanix.mjs', 'run', ...args], { input, encoding: 'utf8' });

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'oanix-cli-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('oanix run', () => {
  it('passes standard streams and the exit status through, and adds nothing', () => {
    const cat = oanix([bin('cat')], 'some\ntext');
    expect([cat.stdout, cat.stderr, cat.status]).toEqual(['some\ntext', '', 0]);
    const missing = oanix([bin('cat'), 'none']);
    expect([missing.stdout, missing.status]).toEqual(['', 1]);
    expect(missing.stderr).toMatch(/^cat: none: /);
  });

  it('gives only the environment and the directories that were named', () => {
    writeFileSync(join(dir, 'a.txt'), 'from the host\n');
    const hello = oanix(['--env', 'ONLY=this', bin('hello-wasi'), '--', 'x']);
    expect(hello.stdout).toContain('environment:\n  ONLY=this\n');
    expect(hello.stdout).not.toContain('PATH=');
    expect(oanix([bin('cat'), '/a.txt']).status).toBe(1);
    expect(oanix(['--dir', `${dir}::/`, bin('cat'), '/a.txt']).stdout).toBe('from the host\n');
    expect(oanix(['--dir', `${dir}::/d`, '--cwd', '/d', bin('cat'), 'a.txt']).stdout).toBe(
      'from the host\n',
    );
  });

  it('writes to the host live, or not at all where it is read-only', () => {
    const script = ['--dir', `${dir}::/tmp`, bin('stress'), 'read_write'];
    expect(oanix(script).stdout).toBe('ok read_write\n1 cases, 0 failed\n');
    const [, place, ...rest] = script;
    expect(oanix(['--dir', `${place}:ro`, ...rest]).status).toBe(1);
  });

  it('keeps a directory in a file, also when it was killed before', () => {
    const store = join(dir, 'kept.store');
    expect(oanix(['--store', `${store}::/tmp`, bin('hello-wasi')]).stdout).toContain('wrote /tmp');
    const cat = (...options: string[]) =>
      oanix(['--store', `${store}::/tmp`, ...options, bin('cat'), '/tmp/output.txt']);
    expect(cat().stdout).toMatch(/hello-wasi/);
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(`${store}.owner`, String(gone));
    expect(cat().status).toBe(0);
    writeFileSync(`${store}.owner`, String(process.pid));
    const busy = cat();
    expect([busy.status, busy.stderr]).toEqual([
      126,
      expect.stringContaining('has this store open'),
    ]);
  }, 60_000);

  it('tells how it ended as JSON, limits by their names', () => {
    const looping = join(dir, 'loop.wasm');
    writeFileSync(looping, tinyModule([0x03, 0x40, 0x0c, 0x00, 0x0b]));
    const ended = JSON.parse(oanix(['--json', '--wall', '300', looping]).stdout);
    expect(ended).toMatchObject({ exit_code: 137, signal: 'wall limit', limits_hit: ['wall'] });
    const cpu = JSON.parse(oanix(['--json', '--cpu', '200', looping]).stdout);
    expect(cpu).toMatchObject({ signal: 'cpu limit', limits_hit: ['cpu'] });
    const printed = JSON.parse(
      oanix(['--json', '--output', '10', bin('cat')], 'x'.repeat(100)).stdout,
    );
    expect(printed).toMatchObject({ signal: 'output limit', limits_hit: ['output'] });
  });

  it('passes arguments of any characters', () => {
    const { stdout } = oanix(['--env', 'WORD=größe', bin('hello-wasi'), '--', 'ünï', '😀', '']);
    expect(stdout).toContain('1: ünï\n  2: 😀\n  3: \n');
    expect(stdout).toContain('WORD=größe\n');
  });

  it('says what is wrong with what it was given', () => {
    expect(oanix([join(dir, 'none.wasm')]).status).toBe(127);
    writeFileSync(join(dir, 'text.wasm'), 'hello');
    const text = oanix([join(dir, 'text.wasm')]);
    expect([text.status, text.stderr]).toEqual([126, expect.stringMatching(/^oanix: ENOEXEC/)]);
    expect(oanix(['--dir', 'nowhere::/x', bin('cat')]).status).toBe(126);
    for (const wrong of [
      ['--dir', 'x::'],
      ['--env', 'X'],
      ['--wall', 'soon', bin('cat')],
      ['--what', bin('cat')],
      [],
    ])
      expect(oanix(wrong)).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') });
  });

  it('answers while its input is open, and ends when a reader has left', async () => {
    const cat = spawn(process.execPath, ['src/node/oanix.mjs', 'run', bin('cat')]);
    cat.stdin.write('now\n');
    const heard = await new Promise((resolve) =>
      cat.stdout.once('data', (data) => resolve(String(data))),
    );
    expect(heard).toBe('now\n');
    cat.stdin.end();
    expect(await new Promise((resolve) => cat.on('exit', resolve))).toBe(0);
    const head = spawnSync(
      'sh',
      ['-c', `yes | ${process.execPath} src/node/oanix.mjs run ${bin('cat')} | head -n 1`],
      {
        encoding: 'utf8',
        timeout: 20_000,
      },
    );
    expect(head.stdout).toBe('y\n');
  });
});

describe('preview1', () => {
  const cases = oanix([bin('stress'), '-l'])
    .stdout.trim()
    .split('\n');

  it('has a case for each semantic', () => {
    expect(cases.length).toBeGreaterThanOrEqual(45);
  });

  it.each([
    ['a directory of the host', () => ['--dir', `${mkdtempSync(join(dir, 'root-'))}::/`]],
    ['memory', () => ['--mem', '/']],
  ])('holds on %s, case by case', (_, place) => {
    const { stdout, status } = oanix([...place(), bin('stress')]);
    expect(stdout.split('\n').filter((line) => line.startsWith('not ok'))).toEqual([]);
    expect([status, stdout.match(/^ok /gm)?.length]).toEqual([0, cases.length]);
  });

  it.each([1, 2, 3, 4, 5, 6])('random calls, seed %i: an errno each, no way out', (seed) => {
    const { stdout, status } = oanix(['--mem', '/', bin('hostile'), '20000', String(seed)]);
    expect(stdout).toMatch(
      /^20000 random calls: \d+ succeeded, the others were refused\nno way out\n$/,
    );
    expect(status).toBe(0);
  });
});
