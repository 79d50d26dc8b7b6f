/** Archives of tar and of fflate are browsed as they are; hostile ones stay contained. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FsError } from '../../kernel/errors.ts';
import { never } from '../../kernel/service.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';
import type { Source } from './archive.ts';
import { ArchiveFs } from './archivefs.ts';

const sourceOf = (bytes: Uint8Array): Source & { readonly reads: number[] } => {
  const reads: number[] = [];
  return {
    size: bytes.length,
    reads,
    read: async (at, count) => {
      reads.push(count);
      return bytes.slice(at, at + count);
    },
  };
};
const opened = async (source: Source): Promise<ArchiveFs> => {
  const archive = new ArchiveFs(async () => source);
  await archive.ready();
  return archive;
};
const open = (bytes: Uint8Array): Promise<ArchiveFs> => opened(sourceOf(bytes));
const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, bytes.length >> 1);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

let dir: string;
beforeAll(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-archive-'));
  fs.mkdirSync(join(dir, 'in/deep'), { recursive: true });
  fs.writeFileSync(join(dir, 'in/a.txt'), 'hello');
  fs.writeFileSync(join(dir, 'in/deep/big'), 'x'.repeat(200_000));
  fs.writeFileSync(join(dir, `in/${'long-'.repeat(40)}name`), 'long');
  fs.writeFileSync(join(dir, 'in/ünïcode'), 'u');
  fs.symlinkSync('../a.txt', join(dir, 'in/deep/link'));
  fs.linkSync(join(dir, 'in/a.txt'), join(dir, 'in/hard'));
  fs.utimesSync(join(dir, 'in/a.txt'), 1_700_000_000, 1_700_000_000);
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

const tar = (...options: string[]): Uint8Array => {
  const made = spawnSync('tar', [...options, '-cf', '-', '-C', join(dir, 'in'), '.'], {
    maxBuffer: 1 << 26,
  });
  return new Uint8Array(made.stdout);
};

describe('an archive of tar', () => {
  it.each([
    ['GNU', ['--format=gnu']],
    ['pax', ['--format=pax']],
    ['ustar', ['--format=ustar', '--exclude=*long*']],
    ['compressed', ['-z']],
  ])('in the %s format is a tree', async (_, options) => {
    const archive = await open(tar(...options));
    const listed = await names(archive);
    expect(listed).toEqual(expect.arrayContaining(['a.txt', 'deep', 'hard', 'ünïcode']));
    if (!options.includes('--format=ustar'))
      expect(await cat(archive, [`${'long-'.repeat(40)}name`])).toBe('long');
    expect(await cat(archive, ['a.txt'])).toBe('hello');
    expect(await cat(archive, ['hard'])).toBe('hello');
    expect(await cat(archive, ['deep', 'big'])).toBe('x'.repeat(200_000));
    expect(await archive.readlink(['deep', 'link'])).toBe('../a.txt');
    expect((await archive.stat(['a.txt'])).mtime).toBe(1_700_000_000_000_000_000n);
    expect(archive.left).toEqual([]);
  });

  it('is not unpacked: of what is not opened only the headers are read', async () => {
    const source = sourceOf(tar());
    const archive = await opened(source);
    expect(source.reads.reduce((sum, count) => sum + count, 0)).toBeLessThan(10_000);
    const handle = await archive.open(['deep', 'big'], { read: true });
    expect((await handle.read?.(199_990, 100, never))?.length).toBe(10);
    expect(source.reads.at(-1)).toBe(10);
  });
});

describe('a zip', () => {
  it('is a tree, its files unpacked when they are opened', async () => {
    const zip = zipSync({
      'a.txt': [text('stored'), { level: 0 }],
      'd/b.txt': text('deflated '.repeat(1000)),
      'empty/': new Uint8Array(0),
      l: [text('d/b.txt'), { os: 3, attrs: (0o120_777 << 16) >>> 0 }],
    });
    const archive = await open(zip);
    expect(await names(archive)).toEqual(['a.txt', 'd', 'empty', 'l']);
    expect(await cat(archive, ['a.txt'])).toBe('stored');
    expect(await cat(archive, ['d', 'b.txt'])).toBe('deflated '.repeat(1000));
    expect(await archive.readlink(['l'])).toBe('d/b.txt');
    expect(await codeOf(() => archive.open(['a.txt'], { write: true }))).toBe('EROFS');
  });

  it('that lies about a size is EIO for its reader, as soon as more comes', async () => {
    const zip = zipSync({ bomb: new Uint8Array(5_000_000) });
    // The directory says that it is small.
    const at = new TextDecoder('latin1').decode(zip).lastIndexOf('PK\u0001\u0002');
    new DataView(zip.buffer, zip.byteOffset).setUint32(at + 24, 1_000, true);
    const archive = await open(zip);
    const handle = await archive.open(['bomb'], { read: true });
    expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EIO');
  });

  it('of enormous files opens, and refuses to unpack one', async () => {
    const zip = zipSync({ bomb: new Uint8Array(1_000) });
    const at = new TextDecoder('latin1').decode(zip).lastIndexOf('PK\u0001\u0002');
    new DataView(zip.buffer, zip.byteOffset).setUint32(at + 24, 0xf000_0000, true);
    const archive = await open(zip);
    const handle = await archive.open(['bomb'], { read: true });
    expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EFBIG');
  });
});

describe('a hostile archive', () => {
  const file = (name: string, body = 'x') => ({ header: { name, size: body.length }, body });

  it('leads nowhere: names and links that leave it are left out', async () => {
    const archive = await open(
      await packTar([
        file('good', 'kept'),
        file('../up'),
        file('/etc/passwd'),
        file('a/../../b'),
        file('back\\slash'),
        { header: { name: 'out', size: 0, type: 'symlink', linkname: '/home/secret' } },
        { header: { name: 'd/up', size: 0, type: 'symlink', linkname: '../../x' } },
        { header: { name: 'a/b/s', size: 0, type: 'symlink', linkname: '../..' } },
        { header: { name: 'by-link', size: 0, type: 'symlink', linkname: 'a/b/s/../../home' } },
        { header: { name: 'fine', size: 0, type: 'symlink', linkname: 'good' } },
        { header: { name: 'hard', size: 0, type: 'link', linkname: '../../etc/passwd' } },
        { header: { name: 'loop', size: 0, type: 'symlink', linkname: 'loop' } },
      ]),
    );
    expect(await names(archive)).toEqual(['a', 'd', 'fine', 'good', 'loop']);
    expect(await names(archive, ['d'])).toEqual([]);
    expect(archive.left).toHaveLength(8);
    expect(archive.about().note).toContain('8 entries were left out');
  });

  it('has each name once: the later file counts, a directory stays', async () => {
    const archive = await open(
      await packTar([
        file('f', 'first'),
        file('d/x'),
        file('f', 'second'),
        file('d', 'no'),
        file('f/below'),
      ]),
    );
    expect(await cat(archive, ['f'])).toBe('second');
    expect(await names(archive, ['d'])).toEqual(['x']);
    expect(archive.left).toEqual(['d', 'f/below']);
  });

  it('that is cut off or no archive says so', async () => {
    const whole = tar();
    expect(await codeOf(() => open(whole.slice(0, 50_000)))).toBe('EINVAL');
    expect(
      await codeOf(() => open(text('just some text, much longer than a header '.repeat(40)))),
    ).toBe('EINVAL');
    expect(await codeOf(() => open(half(gzipSync(whole))))).toBe('EINVAL');
    expect(await codeOf(() => open(zipSync({ a: text('x'.repeat(5000)) }).slice(0, 50)))).toBe(
      'EINVAL',
    );
    expect(await names(await open(new Uint8Array(0)))).toEqual([]);
  });

  it('of any bytes is refused with a code, or is a tree that can be walked', async () => {
    const seeds = [tar(), zipSync({ a: text('hello'.repeat(50)), 'd/b': text('y') })];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        async (seed, changes) => {
          const bytes = seed.slice(0, 40_000);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            const archive = await open(bytes);
            const walk = async (path: string[]): Promise<void> => {
              for (const { name, kind } of await archive.readdir(path)) {
                if (kind === 'dir') await walk([...path, name]);
                else if (kind === 'file') {
                  const handle = await archive.open([...path, name], { read: true });
                  await handle.read?.(0, 1000, never);
                }
              }
            };
            await walk([]);
          } catch (error) {
            expect(error).toBeInstanceOf(FsError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
