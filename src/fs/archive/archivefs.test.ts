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
import { bytesOf, openArchive, sourceOf, tarOf } from '../../testing/archives.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';
import { ArchiveFs } from './archivefs.ts';
import { PROBLEMS_FILE } from './problems.ts';

const half = (bytes: Uint8Array): Uint8Array => bytes.slice(0, bytes.length >> 1);

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
  fs.chmodSync(join(dir, 'in/a.txt'), 0o750);
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
    const archive = await openArchive(tar(...options));
    const listed = await names(archive);
    expect(listed).toEqual(expect.arrayContaining(['a.txt', 'deep', 'hard', 'ünïcode']));
    if (!options.includes('--format=ustar'))
      expect(await cat(archive, [`${'long-'.repeat(40)}name`])).toBe('long');
    expect(await cat(archive, ['a.txt'])).toBe('hello');
    expect(await cat(archive, ['hard'])).toBe('hello');
    expect(await cat(archive, ['deep', 'big'])).toBe('x'.repeat(200_000));
    expect(await archive.readlink(['deep', 'link'])).toBe('../a.txt');
    expect((await archive.stat(['a.txt'])).mtime).toBe(1_700_000_000_000_000_000n);
    expect(await archive.stat(['a.txt'])).toMatchObject({ mode: 0o750 });
    const [one, other] = [await archive.stat(['a.txt']), await archive.stat(['hard'])];
    expect([one.nlink, one.ino]).toEqual([2, other.ino]);
    expect(archive.problems).toEqual([]);
  });

  it('is not unpacked: of what is not opened only the headers are read', async () => {
    const source = sourceOf(tar());
    const archive = await openArchive(source);
    expect(source.reads.reduce((sum, count) => sum + count, 0)).toBeLessThan(15_000);
    const handle = await archive.open(['deep', 'big'], { read: true });
    expect((await handle.read?.(199_990, 100, never))?.length).toBe(10);
    expect(source.reads.at(-1)).toBe(10);
  });
});

describe('a zip', () => {
  it('is a tree, its files unpacked when they are opened', async () => {
    const zip = zipSync({
      'a.txt': [bytesOf('stored'), { level: 0 }],
      'd/b.txt': bytesOf('deflated '.repeat(1000)),
      'empty/': new Uint8Array(0),
      l: [bytesOf('d/b.txt'), { os: 3, attrs: (0o120_777 << 16) >>> 0 }],
    });
    const archive = await openArchive(zip);
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
    const archive = await openArchive(zip);
    const handle = await archive.open(['bomb'], { read: true });
    expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EIO');
  });

  it('of enormous files opens, and refuses to unpack one', async () => {
    const zip = zipSync({ bomb: new Uint8Array(1_000) });
    const at = new TextDecoder('latin1').decode(zip).lastIndexOf('PK\u0001\u0002');
    new DataView(zip.buffer, zip.byteOffset).setUint32(at + 24, 0xf000_0000, true);
    const archive = await openArchive(zip);
    const handle = await archive.open(['bomb'], { read: true });
    expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EFBIG');
  });
});

describe('a hostile archive', () => {
  const file = (name: string, body = 'x') => ({ header: { name, size: body.length }, body });
  const link = (name: string, linkname: string, type: 'symlink' | 'link' = 'symlink') => ({
    header: { name, size: 0, type, linkname },
  });
  const hostile = () =>
    packTar([
      file('good', 'kept'),
      file('../up'),
      file('a/../../b'),
      link('d/up', '../../x'),
      link('a/b/s', '../..'),
      link('by-link', 'a/b/s/../../home'),
      link('fine', 'good'),
      link('hard', '../../etc/passwd', 'link'),
      link('loop', 'loop'),
    ]);

  it('names its report, which takes the name of no file of the archive', async () => {
    const archive = await openArchive(await packTar([file(PROBLEMS_FILE, 'mine'), file('../up')]));
    await archive.ready();
    const { report = '' } = archive.about();
    expect(report).not.toBe(PROBLEMS_FILE);
    expect(await cat(archive, [PROBLEMS_FILE])).toBe('mine');
    expect(await cat(archive, [report])).toContain('"../up"');
    const whole = await openArchive(await packTar([file(PROBLEMS_FILE, 'mine')]));
    await whole.ready();
    expect(whole.about()).toEqual({});
  });

  it('leads nowhere: names and links that leave it are left out, and it says so', async () => {
    const archive = await openArchive(await hostile());
    expect(await names(archive)).toEqual(['a', PROBLEMS_FILE, 'fine', 'good', 'loop']);
    expect(archive.problems.map(({ name }) => name)).toEqual([
      '../up',
      'a/../../b',
      'd/up',
      'by-link',
      'hard',
    ]);
    expect(archive.about().note).toContain('5 entries are left out ("../up": it leads out');
    expect(await cat(archive, [PROBLEMS_FILE])).toContain(
      '"d/up": it is a link out of the archive',
    );
  });

  it('has its absolute names and links inside of it', async () => {
    const archive = await openArchive(
      await packTar([
        file('/etc/passwd', 'its own'),
        link('d/e/out', '/etc/passwd'),
        link('root', '/'),
        link('up', '/../etc/passwd'),
        link('hard', '/etc/passwd', 'link'),
      ]),
    );
    expect(await names(archive)).toEqual(['d', 'etc', 'hard', 'root', 'up']);
    expect(await archive.readlink(['d', 'e', 'out'])).toBe('../../etc/passwd');
    expect(await archive.readlink(['root'])).toBe('.');
    expect(await archive.readlink(['up'])).toBe('etc/passwd');
    expect(await cat(archive, ['hard'])).toBe('its own');
    expect(archive.about()).toEqual({});
  });

  it('keeps links as they are stored for a reader that copies it', async () => {
    const options = { links: 'kept' };
    const archive = await openArchive(await packTar([link('a', '/b'), link('c', '../d')]), options);
    expect(await archive.readlink(['a'])).toBe('/b');
    expect(await archive.readlink(['c'])).toBe('../d');
  });

  it('has each name once: the later file counts, a directory stays', async () => {
    const archive = await openArchive(
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
    expect(archive.problems).toEqual([
      { kind: 'changed', name: 'f', why: expect.stringContaining('more than once') },
      { kind: 'left out', name: 'd', why: 'a directory has the same name' },
      { kind: 'left out', name: 'f/below', why: expect.stringContaining('stands where') },
    ]);
  });

  it('tells the true reason for a name that cannot be one here', async () => {
    const [long, deep] = ['n'.repeat(300), 'd/'.repeat(300)];
    const archive = await openArchive(
      await packTar([file(long), file(`${deep}file`), file(`${'d/'.repeat(3000)}file`)]),
    );
    expect(archive.problems.map(({ why }) => why)).toEqual([
      'a name in it has 300 bytes, and 255 are the most',
      'its path has 6005 bytes, and 4096 are the most',
    ]);
    expect(await cat(archive, `${deep}file`.split('/'))).toBe('x');
  });

  it('with a backslash in a name of Unix has that name', async () => {
    const archive = await openArchive(await packTar([file('back\\slash', 'here')]));
    expect(await cat(archive, ['back\\slash'])).toBe('here');
  });

  it('that is cut off or no archive says so', async () => {
    const whole = tar();
    expect(await codeOf(() => openArchive(bytesOf('just some text '.repeat(100))))).toBe('EINVAL');
    expect(await codeOf(() => openArchive(bytesOf('<h1>Not found</h1>')))).toBe('EINVAL');
    expect(await codeOf(() => openArchive(new Uint8Array(700)))).toBe('EINVAL');
    expect(await codeOf(() => openArchive(new Uint8Array(0)))).toBe('EINVAL');
    const zip = zipSync({ a: bytesOf('x'.repeat(5000)) });
    expect(await codeOf(() => openArchive(zip.slice(0, 50)))).toBe('EINVAL');
    for (const cut of [half(whole), half(gzipSync(whole))]) {
      const archive = await openArchive(cut);
      expect(archive.about().note).toContain('This archive is damaged');
      expect(await names(archive)).toContain(PROBLEMS_FILE);
    }
  });

  it('of any bytes is refused with a code, or is a tree that can be walked', async () => {
    const seeds = [
      tar(),
      tarOf({ name: 'a', data: 'one' }, { name: 'b', type: 'S', magic: 'ustar  \0' }),
      gzipSync(tarOf({ name: 'a', data: 'one' })),
      zipSync({ a: bytesOf('hello'.repeat(50)), 'd/b': bytesOf('y') }),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        async (seed, changes) => {
          const bytes = seed.slice(0, 40_000);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          try {
            await walk(await openArchive(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(FsError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is closed each time that it turns out to be no archive, and not while it is one', async () => {
    let open = 0;
    const archiveOf = (data: Uint8Array): ArchiveFs =>
      new ArchiveFs(async () => {
        open++;
        return { ...sourceOf(data), close: () => open-- };
      });
    const none = archiveOf(new Uint8Array(2000).fill(0x41));
    expect(await codeOf(() => none.ready())).toBe('EINVAL');
    expect(await codeOf(() => none.readdir([]))).toBe('EINVAL');
    expect(open).toBe(0);
    await archiveOf(tar()).ready();
    expect(open).toBe(1);
  });
});

/** Reads everything; only errors with a code may come. */
async function walk(archive: Awaited<ReturnType<typeof openArchive>>, path: string[] = []) {
  for (const { name, kind } of await archive.readdir(path)) {
    if (kind === 'dir') await walk(archive, [...path, name]);
    else if (kind === 'symlink') await archive.readlink([...path, name]);
    else {
      const handle = await archive.open([...path, name], { read: true });
      expect(await codeOf(() => handle.read?.(0, 1000, never))).toMatch(/^(ok|E[A-Z]+)$/);
    }
  }
}
