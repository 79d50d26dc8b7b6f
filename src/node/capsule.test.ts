/** Capsules as a person makes and opens them: packed here, read by tar, checked by sha256sum. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let dir: string;
beforeAll(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-capsule-'));
  fs.mkdirSync(join(dir, 'project/deep/empty'), { recursive: true });
  fs.writeFileSync(join(dir, 'project/a.txt'), 'hello');
  fs.writeFileSync(join(dir, 'project/deep/big'), 'x'.repeat(3_000_000));
  fs.writeFileSync(join(dir, `project/${'ä'.repeat(100)}`), 'a long name');
  fs.symlinkSync('../a.txt', join(dir, 'project/deep/link'));
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

const capsule = (...args: string[]) =>
  spawnSync(process.execPath, ['src/node/oanix.mjs', 'capsule', ...args], { encoding: 'utf8' });

describe('oanix capsule', () => {
  it('packs a folder, which tar reads and sha256sum checks, and unpacks it the same', () => {
    const file = join(dir, 'p.tar');
    expect(capsule('pack', join(dir, 'project'), file)).toMatchObject({ status: 0, stderr: '' });
    const out = join(dir, 'by-tar');
    fs.mkdirSync(out);
    expect(spawnSync('tar', ['-xf', file, '-C', out]).status).toBe(0);
    expect(fs.readFileSync(join(out, 'files/project/deep/link'), 'utf8')).toBe('hello');
    const checked = spawnSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], {
      cwd: out,
      encoding: 'utf8',
    });
    expect([checked.status, checked.stdout]).toEqual([0, '']);
    const listed = capsule('ls', file).stdout;
    expect(listed).toMatch(/^project, made 20\d\d-/);
    expect(listed).toContain('     3000000  /project/deep/big\n');
    const back = join(dir, 'back');
    expect(capsule('unpack', file, back)).toMatchObject({ status: 0, stderr: '' });
    const same = spawnSync('diff', ['-r', join(dir, 'project'), join(back, 'project')], {
      encoding: 'utf8',
    });
    expect([same.status, same.stdout]).toEqual([0, '']);
  });

  it('says what is wrong with what it was given', () => {
    const plain = join(dir, 'plain.tar');
    spawnSync('tar', ['-cf', plain, '-C', dir, 'project']);
    expect(capsule('ls', plain)).toMatchObject({
      status: 126,
      stderr: expect.stringContaining('no oanix.json'),
    });
    expect(capsule('unpack', join(dir, 'none.tar'), join(dir, 'x')).status).toBe(127);
    const file = join(dir, 'q.tar');
    capsule('pack', join(dir, 'project'), file);
    expect(capsule('unpack', file, dir)).toMatchObject({
      status: 126,
      stderr: expect.stringContaining('not empty'),
    });
    const bytes = fs.readFileSync(file);
    bytes[bytes.indexOf('hello')] = 0x48;
    fs.writeFileSync(file, bytes);
    expect(capsule('unpack', file, join(dir, 'damaged')).stderr).toContain('not what its sum says');
    expect(capsule('pack').status).toBe(2);
  });
});
