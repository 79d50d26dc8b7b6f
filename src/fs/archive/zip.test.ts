/** Zips as tools of all kinds write them, and damaged ones. */

import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../kernel/bytes.ts';
import { never } from '../../kernel/service.ts';
import {
  bytesOf,
  concat,
  extraField,
  latin1Bytes,
  openArchive,
  unicodePath,
  zipOf,
} from '../../testing/archives.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';

import type { ArchiveFs } from './archivefs.ts';

const readError = async (archive: ArchiveFs, name: string, at = 0): Promise<string> => {
  const handle = await archive.open([name], { read: true });
  try {
    return `read ${(await handle.read?.(at, 10, never))?.length} bytes`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('damage in a zip', () => {
  it('is an error of the file that it hit, wherever that is read', async () => {
    const zip = await zipOf([
      { name: 'bad', data: 'hello, world', crc: 1 },
      { name: 'good', data: 'hello' },
    ]);
    const archive = await openArchive(zip);
    expect(await readError(archive, 'bad')).toBe('EIO: this file is damaged in the archive');
    expect(await readError(archive, 'bad', 5)).toContain('EIO');
    expect(await cat(archive, ['good'])).toBe('hello');
  });

  it('is noticed in packed files too', async () => {
    const zip = zipSync({ a: bytesOf('hello '.repeat(100)) });
    const at = new TextDecoder('latin1').decode(zip).lastIndexOf('PK\u0001\u0002');
    viewOf(zip).setUint32(at + 16, 1, true);
    expect(await readError(await openArchive(zip), 'a')).toContain('EIO');
  });

  it('in its directory is told, and what comes before is there', async () => {
    const zip = await zipOf([{ name: 'a', data: 'one' }, { name: 'b' }, { name: 'c' }]);
    zip[new TextDecoder('latin1').decode(zip).lastIndexOf('PK\u0001\u0002')] = 0;
    const archive = await openArchive(zip);
    expect(await cat(archive, ['a'])).toBe('one');
    expect(archive.about().note).toContain('damaged: its directory tells 3 entries and has 2');
  });
});

describe('what stands around a zip', () => {
  const entries = [{ name: 'a', data: 'one' }];

  it.each([
    [
      'a script, with offsets that count from the zip',
      async () => concat('#!/bin/sh\n', await zipOf(entries)),
    ],
    [
      'a script, with offsets that count it',
      async () => concat('#!/bin/sh\n', await zipOf(entries, { shift: -10 })),
    ],
    ['zeros', async () => concat(new Uint8Array(600), await zipOf(entries))],
    [
      'a comment that holds an end record',
      async () => zipOf(entries, { comment: concat('see PK\x05\x06', 'x'.repeat(40)) }),
    ],
    ['zeros behind it', async () => concat(await zipOf(entries), new Uint8Array(100))],
    [
      'more behind it than a comment may hold',
      async () => concat(await zipOf(entries), new Uint8Array(70_000)),
    ],
  ])('does not matter: %s', async (_, make) => {
    const archive = await openArchive(await make());
    expect(await cat(archive, ['a'])).toBe('one');
    expect(archive.about()).toEqual({});
  });

  it('of another format is refused by its name', async () => {
    await expect(openArchive(latin1Bytes('7z\xbc\xaf\x27\x1c rest'))).rejects.toThrow(
      'EINVAL: this is a 7-Zip archive, which is not supported; repack it as a zip or a tar',
    );
    await expect(openArchive(latin1Bytes('\x04\x22\x4d\x18 rest'))).rejects.toThrow(
      'EINVAL: this is an LZ4 file, which is not supported; repack it as a zip or a tar',
    );
    const cut = (await zipOf(entries)).slice(0, -10);
    await expect(openArchive(cut)).rejects.toThrow('this zip is cut off');
  });

  it('is searched for its directory in a bounded part, which the refusal names', async () => {
    const far = concat(await zipOf(entries), new Uint8Array(16 * 1024 * 1024));
    await expect(openArchive(far)).rejects.toThrow(
      'this zip is cut off, or much else follows it: its last 16 MiB hold no directory of it',
    );
  });
});

describe('names in a zip', () => {
  it('are those of code page 437 where nothing else is said', async () => {
    const zip = await zipOf(
      ['r\x82sum\x82.txt', 'caf\xe9.txt', 'caf\xe8.txt'].map((name) => ({
        name: latin1Bytes(name),
      })),
    );
    expect(await names(await openArchive(zip))).toEqual(['cafΘ.txt', 'cafΦ.txt', 'résumé.txt']);
    const options = { encoding: 'windows-1252' };
    expect(await names(await openArchive(zip, options))).toContain('café.txt');
  });

  it('are UTF-8 by their flag, by their bytes, and by the field of Info-ZIP while its sum is right', async () => {
    const plain = latin1Bytes('f\x94');
    const zip = await zipOf([
      { name: 'ä', flags: 0x800 },
      { name: 'é' },
      { name: plain, extra: await unicodePath(plain, 'fö') },
      { name: latin1Bytes('g\x94'), extra: await unicodePath(plain, 'stale') },
    ]);
    expect(await names(await openArchive(zip))).toEqual(['fö', 'gö', 'ä', 'é']);
  });

  it('are Shift_JIS where they can be nothing else, its backslash byte too', async () => {
    const zip = await zipOf([
      { name: latin1Bytes('\x95\x5c\x8e\xa6/'), system: 0 },
      { name: latin1Bytes('\x95\x5c\x8e\xa6/\x88\xea\x97\x97\x95\x5c.txt'), system: 0, data: 'x' },
    ]);
    const archive = await openArchive(zip);
    expect(await cat(archive, ['表示', '一覧表.txt'])).toBe('x');
    expect(archive.problems).toEqual([]);
  });

  it('that read the same stay two files, and it says so', async () => {
    const zip = await zipOf([
      { name: 'é', flags: 0x800, data: 'one' },
      { name: latin1Bytes('\xe9'), data: 'two' },
    ]);
    const archive = await openArchive(zip, { encoding: 'windows-1252' });
    expect(await cat(archive, ['é'])).toBe('one');
    expect(await cat(archive, ['é (2)'])).toBe('two');
    expect(archive.about().note).toContain('another name reads the same');
  });

  it('have backslashes between them where DOS made it, and in them where Unix did', async () => {
    const data = 'x';
    const zip = await zipOf([
      { name: 'docs\\img\\', system: 0 },
      { name: 'docs\\img\\a.png', system: 0, data },
      { name: 'un\\ix', system: 3, data },
    ]);
    const archive = await openArchive(zip);
    expect(await cat(archive, ['docs', 'img', 'a.png'])).toBe('x');
    expect(await cat(archive, ['un\\ix'])).toBe('x');
  });

  it('can be those of directories by an attribute of DOS alone', async () => {
    const zip = await zipOf([
      { name: 'dir', system: 0, attributes: 0x10 },
      { name: 'dir/file', system: 0, data: 'x' },
    ]);
    expect(await cat(await openArchive(zip), ['dir', 'file'])).toBe('x');
  });

  it('have an encoding that exists, or the mount is refused', async () => {
    const zip = await zipOf([{ name: 'a' }]);
    expect(await codeOf(() => openArchive(zip, { encoding: 'klingon' }))).toBe('EINVAL');
  });
});

describe('entries of a zip that cannot be read', () => {
  it('are refused one by one, for the true reason', async () => {
    const zip = await zipOf([
      { name: 'aes', method: 99, flags: 1, data: 'x' },
      { name: 'old', method: 1, data: 'x' },
      { name: 'odd', method: 77, data: 'x' },
      { name: 'good', data: 'x' },
    ]);
    const archive = await openArchive(zip);
    expect(await readError(archive, 'aes')).toBe('EACCES: this file is encrypted');
    expect(await readError(archive, 'old')).toContain(
      'packed by Shrink, which is not supported; repack the archive',
    );
    expect(await readError(archive, 'odd')).toContain('packed by method 77, which is not');
    expect(await cat(archive, ['good'])).toBe('x');
  });

  it('do not stop the rest when they are links', async () => {
    const attributes = (0o120_777 << 16) >>> 0;
    const zip = await zipOf([
      { name: 'link', method: 77, data: 'x', attributes },
      { name: 'good', data: 'x' },
    ]);
    const archive = await openArchive(zip);
    expect(await cat(archive, ['good'])).toBe('x');
    expect(archive.problems[0]?.why).toContain('it is a link, and it is packed by method 77');
  });
});

describe('modes in a zip', () => {
  it('are those of Unix, and absent where another system made it', async () => {
    const zip = await zipOf([
      { name: 'run', attributes: (0o100_755 << 16) >>> 0 },
      { name: 'dos', system: 0, attributes: 0x20 },
    ]);
    const archive = await openArchive(zip);
    expect((await archive.stat(['run'])).mode).toBe(0o755);
    expect(await archive.stat(['dos'])).not.toHaveProperty('mode');
  });
});

describe('times in a zip', () => {
  const seconds = (value: number): Uint8Array => {
    const bytes = new Uint8Array(5);
    bytes[0] = 1;
    viewOf(bytes).setInt32(1, value, true);
    return bytes;
  };

  it.each([
    ['America/New_York', '2019-03-17T04:00:00Z'],
    ['UTC', '2019-03-17T00:00:00Z'],
    ['Asia/Kolkata', '2019-03-16T18:30:00Z'],
  ])('without a zone are those of the clock in %s', async (zone, utc) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      const { mtime } = await (await openArchive(await zipOf([{ name: 'dos' }]))).stat(['dos']);
      expect(mtime).toBe(BigInt(Date.parse(utc)) * 1_000_000n);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('are those with a zone before that of DOS, which is local time', async () => {
    const ntfs = new Uint8Array(32);
    viewOf(ntfs).setUint16(4, 1, true);
    viewOf(ntfs).setUint16(6, 24, true);
    viewOf(ntfs).setBigUint64(8, 116_444_736_000_000_000n + 17_000_000_001_234_567n, true);
    const unix = concat(new Uint8Array(4), seconds(0).subarray(1));
    viewOf(unix).setInt32(4, -5, true);
    const zip = await zipOf([
      { name: 'ut', extra: extraField(0x5455, seconds(1_700_000_000)) },
      { name: 'ntfs', extra: extraField(0x000a, ntfs) },
      { name: 'old', extra: extraField(0x5855, unix) },
      { name: 'dos' },
    ]);
    const archive = await openArchive(zip);
    const time = async (name: string): Promise<bigint> => (await archive.stat([name])).mtime;
    expect(await time('ut')).toBe(1_700_000_000_000_000_000n);
    expect(await time('ntfs')).toBe(1_700_000_000_123_456_700n);
    expect(await time('old')).toBe(-5_000_000_000n);
    expect(await time('dos')).toBe(BigInt(new Date(2019, 2, 17).getTime()) * 1_000_000n);
  });
});
