/** The dialects of tar, as GNU tar, star, Solaris and POSIX write them, and tars that are cut off or damaged. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import {
  concat,
  latin1Bytes,
  openArchive,
  paxHeader,
  tarHeader,
  tarOf,
} from '../../testing/archives.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';
import { PROBLEMS_FILE } from './problems.ts';

const gnu = 'ustar  \0';

describe('a tar that is cut off', () => {
  const entries = ['a', 'b', 'c'].map((name) => ({ name, data: name.repeat(600) }));
  const whole = tarOf(...entries);

  it.each([
    ['in a header', 1024 + 512 + 100, ['a']],
    ['in a file', 1024 + 512 + 512 + 400, ['a']],
    ['behind a file', 1024 + 512 + 512 + 700, ['a', 'b']],
    ['in the last header', 2 * (1024 + 512) + 5, ['a', 'b']],
  ])('%s has what is whole, and says that it is damaged', async (_, cut, expected) => {
    const archive = await openArchive(whole.slice(0, cut));
    expect(await names(archive)).toEqual([...expected, PROBLEMS_FILE].sort());
    expect(await cat(archive, ['a'])).toBe('a'.repeat(600));
    expect(archive.about().note).toMatch(/This archive is damaged: it ends .*Only what is whole/);
  });

  it('at any place is either told or has all entries before the cut', async () => {
    const files = whole.length - 1024;
    for (let cut = 600; cut < files; cut += 37) {
      const archive = await openArchive(whole.slice(0, cut)).catch(() => undefined);
      const isBetween = cut % (1024 + 512) === 0;
      if (archive) expect(archive.problems.length > 0).toBe(!isBetween);
    }
  });

  it('and compressed has what is whole', async () => {
    const noise = Array.from({ length: 9000 }, (_, i) => (i * 7919) % 251);
    const zipped = gzipSync(tarOf(...entries, { name: 'd', data: Uint8Array.from(noise) }));
    const archive = await openArchive(zipped.slice(0, -300));
    expect(await cat(archive, ['a'])).toBe('a'.repeat(600));
    expect(archive.about().note).toContain('it is cut off');
  });

  it('with a wrong sum of gzip is listed, and nothing in it can be read', async () => {
    const zipped = gzipSync(whole);
    zipped[zipped.length - 6] = (zipped[zipped.length - 6] ?? 0) ^ 1;
    const archive = await openArchive(zipped);
    expect(archive.about().note).toContain('damaged');
    const handle = await archive.open(['a'], { read: true });
    expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EIO');
  });

  it('with a damaged header goes on at the next one', async () => {
    const bytes = whole.slice();
    bytes[1024 + 512 + 3] = 1;
    const archive = await openArchive(bytes);
    expect(await names(archive)).toEqual(['a', PROBLEMS_FILE, 'c']);
    expect(archive.about().note).toContain('the entry after "a" is damaged');
  });
});

describe('gzip', () => {
  const tar = tarOf({ name: 'a', data: 'one' });

  it.each([
    ['zeros', new Uint8Array(900)],
    ['anything', concat('trailing garbage')],
    ['one byte', new Uint8Array([7])],
  ])('ignores what stands behind it: %s', async (_, behind) => {
    const archive = await openArchive(concat(gzipSync(tar), behind));
    expect(await cat(archive, ['a'])).toBe('one');
    expect(archive.about()).toEqual({});
  });

  it('of several members is one archive', async () => {
    const [first, second] = [gzipSync(tar.subarray(0, 512)), gzipSync(tar.subarray(512))];
    expect(await cat(await openArchive(concat(first, second)), ['a'])).toBe('one');
  });

  it('of a file alone is a folder of that file', async () => {
    const named = gzipSync(concat('text'), { filename: 'dir/inside.txt' });
    expect(await cat(await openArchive(named), ['inside.txt'])).toBe('text');
    const options = { path: '/home/notes.txt.gz' };
    expect(await cat(await openArchive(gzipSync(concat('text')), options), ['notes.txt'])).toBe(
      'text',
    );
  });
});

describe('names in a tar', () => {
  it('that are not UTF-8 stay apart', async () => {
    const archive = await openArchive(
      tarOf(...['caf\xe9', 'caf\xe8'].map((name) => ({ name: latin1Bytes(name) }))),
    );
    expect(await names(archive)).toEqual(['cafè', 'café']);
  });

  it('are bytes where pax says so', async () => {
    const archive = await openArchive(
      tarOf(paxHeader(['hdrcharset', 'BINARY'], ['path', latin1Bytes('\xcf\xee')]), { name: 'x' }),
      { encoding: 'windows-1251' },
    );
    expect(await names(archive)).toEqual(['По']);
  });
});

describe('the dialects of tar', () => {
  it('have sparse files, by GNU tar in each of its formats', async () => {
    const dir = fs.mkdtempSync(join(tmpdir(), 'oanix-sparse-'));
    const file = fs.openSync(join(dir, 'sparse'), 'w');
    for (let i = 0; i < 40; i++) fs.writeSync(file, `data ${i} `, i * 100_000);
    fs.ftruncateSync(file, 5_000_000);
    fs.closeSync(file);
    const content = fs.readFileSync(join(dir, 'sparse'), 'latin1');
    const formats = ['0.0', '0.1', '1.0'].map((version) => [
      '--format=pax',
      `--sparse-version=${version}`,
    ]);
    for (const options of [['--format=gnu'], ...formats]) {
      const made = spawnSync('tar', ['-S', ...options, '-cf', '-', '-C', dir, 'sparse'], {
        maxBuffer: 1 << 26,
      });
      const archive = await openArchive(new Uint8Array(made.stdout));
      expect(made.stdout.length).toBeLessThan(1_000_000);
      expect(await cat(archive, ['sparse'])).toBe(content);
      expect(archive.problems).toEqual([]);
    }
    fs.rmSync(dir, { recursive: true });
  });

  // libarchive's tar names the stored data after the file, and ends the map with an empty segment.
  it('have sparse files, by bsdtar: a file of 1 MiB with one block of data', async () => {
    const data = 'in the middle'.padEnd(4096, '\0');
    const map = '2\n524288\n4096\n1048576\n0\n'.padEnd(512, '\0');
    const archive = await openArchive(
      tarOf(
        paxHeader(
          ['mtime', '1795943150.655163233'],
          ['GNU.sparse.major', '1'],
          ['GNU.sparse.minor', '0'],
          ['GNU.sparse.name', 'dir/sparse.img'],
          ['GNU.sparse.realsize', '1048576'],
        ),
        { name: 'dir/GNUSparseFile.0/sparse.img', data: map + data },
        { name: 'dir/next', data: 'x' },
      ),
    );
    expect(await names(archive)).toEqual(['dir']);
    expect(await names(archive, ['dir'])).toEqual(['next', 'sparse.img']);
    const content = await cat(archive, ['dir', 'sparse.img']);
    expect(content).toBe('\0'.repeat(524_288) + data + '\0'.repeat(520_192));
    expect(archive.problems).toEqual([]);
  });

  it('have sparse maps that are damaged: that file is left out, the rest is there', async () => {
    const archive = await openArchive(
      tarOf(
        paxHeader(['GNU.sparse.size', '10'], ['GNU.sparse.map', '5,9']),
        { name: 'bad', data: '123456789' },
        { name: 'good', data: 'x' },
      ),
    );
    expect(await cat(archive, ['good'])).toBe('x');
    expect(archive.problems).toEqual([
      { kind: 'left out', name: 'bad', why: 'its sparse map is damaged' },
    ]);
  });

  it('have incremental backups: directories with lists, and times where the prefix was', async () => {
    const times: [number, string] = [345, '15302606752\x0015302606752\0'];
    const archive = await openArchive(
      tarOf(
        { name: 'dir/', type: 'D', magic: gnu, data: 'Yfile\0\0', fields: [times] },
        { name: 'dir/file', magic: gnu, data: 'x', fields: [times] },
        { name: 'empty/', type: 'D', magic: gnu, fields: [times] },
      ),
    );
    expect(await names(archive)).toEqual(['dir', 'empty']);
    expect(await cat(archive, ['dir', 'file'])).toBe('x');
  });

  it('have types that nobody knows, which are files; devices and later volumes are left out by name', async () => {
    const archive = await openArchive(
      tarOf(
        { name: 'odd', type: 'Z', data: 'x' },
        { name: 'disk', type: '4' },
        { name: 'rest', type: 'M', data: 'y' },
        { name: 'label', type: 'V' },
        { name: 'after', data: 'z' },
      ),
    );
    expect(await cat(archive, ['odd'])).toBe('x');
    expect(await cat(archive, ['after'])).toBe('z');
    expect(archive.problems.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'disk: it is a device',
      expect.stringContaining('rest: it goes on from an earlier volume'),
    ]);
  });

  it('have no prefix in v7, and numbers below zero in base 256', async () => {
    const mtime = Uint8Array.from([...Array(8).fill(0xff), 0xed, 0x2f, 0xf2, 0x80]);
    const archive = await openArchive(
      tarOf({ name: 'old', magic: '', fields: [[345, 'junk']], data: 'x', mtime }),
    );
    expect(await names(archive)).toEqual(['old']);
    expect((await archive.stat(['old'])).mtime).toBe(-315_624_832_000_000_000n);
  });

  it('have links before their files, and links to links', async () => {
    const archive = await openArchive(
      tarOf(
        { name: 'second', type: '1', link: 'first' },
        { name: 'first', type: '1', link: '/d/file' },
        { name: 'd/file', data: 'x' },
        { name: 'lost', type: '1', link: 'nowhere' },
      ),
    );
    expect(await cat(archive, ['second'])).toBe('x');
    expect((await archive.stat(['first'])).nlink).toBe(3);
    expect(archive.problems.map(({ name }) => name)).toEqual(['lost']);
  });

  it('have pax times to the nanosecond, and records that take back others', async () => {
    const archive = await openArchive(
      tarOf(
        { ...paxHeader(['path', 'global'], ['comment', 'of git']), type: 'g' },
        paxHeader(['path', ''], ['mtime', '-12.000000001']),
        { name: 'own', data: 'x' },
      ),
    );
    expect((await archive.stat(['own'])).mtime).toBe(-12_000_000_001n);
  });

  it('have blocks of zeros between entries, one alone', async () => {
    const entry = { name: 'a', data: 'x' };
    const archive = await openArchive(
      concat(tarOf(entry).slice(0, 1024), new Uint8Array(512), tarHeader({ name: 'b' })),
    );
    expect(await names(archive)).toEqual(['a', 'b']);
    expect(await names(await openArchive(new Uint8Array(10_240)))).toEqual([]);
  });
});
