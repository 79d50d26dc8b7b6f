/** Capsules as a person makes and opens them: packed here, read by tar, checked by sha256sum. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyTree, hostTreeOf, makeHostTree } from '../testing/trees.ts';

/** The host's call for times takes a double, which is exact for whole seconds. */
const wholeSeconds = fc.integer({ min: -2e9, max: 8e9 }).map((s) => BigInt(s) * 1_000_000_000n);

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

  it('gives back every tree as it was', () => {
    fc.assert(
      fc.property(anyTree(wholeSeconds), (tree) => {
        const base = fs.mkdtempSync(join(dir, 'tree-'));
        fs.mkdirSync(join(base, 'r'));
        makeHostTree(join(base, 'r'), tree);
        const file = join(base, 'r.tar');
        expect(capsule('pack', join(base, 'r'), file)).toMatchObject({ status: 0, stderr: '' });
        const back = join(base, 'back');
        expect(capsule('unpack', file, back)).toMatchObject({ status: 0, stderr: '' });
        const kept = { time: (ns: bigint) => ns, links: true, modes: true };
        expect(hostTreeOf(join(back, 'r'), kept)).toEqual(hostTreeOf(join(base, 'r'), kept));
        expect(fs.readdirSync(back)).toEqual(['r']);
      }),
      { numRuns: 3 },
    );
  }, 60_000);

  it('names what a capsule cannot hold, and packs the rest', () => {
    const odd = join(dir, 'odd');
    fs.mkdirSync(odd);
    fs.writeFileSync(join(odd, 'plain'), 'x');
    fs.writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), Buffer.from([0x66, 0xff])]), 'x');
    spawnSync('mkfifo', [join(odd, 'pipe')]);
    const file = join(dir, 'odd.tar');
    const { status, stderr } = capsule('pack', odd, file);
    expect(status).toBe(1);
    expect(stderr).toContain('left out: /odd/pipe: it is a device, a pipe or a socket');
    expect(stderr).toContain('its name is not UTF-8');
    expect(capsule('ls', file).stdout).toContain('/odd/plain');
  });

  it('leaves every file beside the capsule that it did not make, also when it fails', () => {
    const base = fs.mkdtempSync(join(dir, 'beside-'));
    fs.writeFileSync(join(base, 'c.tar.part'), 'mine');
    const project = join(dir, 'project');
    expect(capsule('pack', project, join(base, 'c.tar')).status).toBe(0);
    expect(fs.readdirSync(base).sort()).toEqual(['c.tar', 'c.tar.part']);
    fs.mkdirSync(join(base, 'taken'));
    expect(capsule('pack', project, join(base, 'taken')).status).toBe(1);
    expect(fs.readdirSync(base).sort()).toEqual(['c.tar', 'c.tar.part', 'taken']);
    expect(fs.readFileSync(join(base, 'c.tar.part'), 'utf8')).toBe('mine');
  });

  it('lists names so that they cannot move the cursor of a terminal', () => {
    const evil = join(dir, 'evil');
    fs.mkdirSync(evil);
    fs.writeFileSync(join(evil, 'a\x1b[2Jb\nc\\d'), '');
    fs.symlinkSync('\x1b]8;;x\x07', join(evil, 'link'));
    capsule('pack', evil, join(dir, 'evil.tar'));
    const { stdout } = capsule('ls', join(dir, 'evil.tar'));
    expect(stdout).toContain('/evil/a\\033[2Jb\\nc\\\\d\n');
    expect(stdout).toContain('/evil/link -> \\033]8;;x\\007\n');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says what is wrong with what it was given', () => {
    const plain = join(dir, 'plain.tar');
    spawnSync('tar', ['-cf', plain, '-C', dir, 'project']);
    expect(capsule('ls', plain)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no oanix.json'),
    });
    expect(capsule('unpack', join(dir, 'none.tar'), join(dir, 'x')).status).toBe(1);
    const file = join(dir, 'q.tar');
    capsule('pack', join(dir, 'project'), file);
    expect(capsule('unpack', file, dir)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not empty'),
    });
    const bytes = fs.readFileSync(file);
    bytes[bytes.indexOf('hello')] = 0x48;
    fs.writeFileSync(file, bytes);
    const damaged = join(dir, 'damaged');
    expect(capsule('unpack', file, damaged)).toMatchObject({
      status: 1,
      stderr:
        'oanix: left out: /project/a.txt: its content does not have the sum that the capsule lists\n',
    });
    // A file with a wrong sum never gets its name; the others are there.
    expect(fs.readdirSync(join(damaged, 'project')).sort()).toEqual(['deep', 'ä'.repeat(100)]);
    expect(fs.readdirSync(damaged)).toEqual(['project']);
    expect(capsule('pack').status).toBe(2);
  });
});
