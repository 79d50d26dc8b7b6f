/** Compressed archives and files, by the tools that made them; damage in them is noticed. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { bytesOf, concat, openArchive, tarOf, zipOf } from '../../testing/archives.ts';
import { codeOf } from '../../testing/kernel.ts';
import { cat, names } from '../../testing/tree.ts';
import { Pages } from './pages.ts';
import { unzstd } from './unzstd.ts';

const packed = (bytes: Uint8Array, ...command: readonly string[]): Uint8Array => {
  const [tool = '', ...options] = command;
  return new Uint8Array(spawnSync(tool, options, { input: bytes, maxBuffer: 1 << 26 }).stdout);
};

// Neither of one byte nor random: blocks of all kinds occur.
const content = Array.from({ length: 40_000 }, (_, i) => `${(i * i) % 977} `).join('');
const tar = tarOf({ name: 'a', data: 'one' }, { name: 'b', data: content }, { name: 'c' });

const tools: readonly (readonly [string, readonly string[], number])[] = [
  ['gzip', ['gzip', '-c'], 8],
  ['bzip2', ['bzip2', '-1c'], 12],
  ['xz', ['xz', '-c'], 95],
  ['zstd', ['zstd', '-c'], 93],
];

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const isInstalled = (tool: string): boolean => spawnSync(tool, ['--help']).error === undefined;
const has = Object.fromEntries(tools.map(([name]) => [name, isInstalled(name)]));

describe.each(tools.filter(([name]) => has[name]))(
  'an archive packed by %s',
  (name, command, method) => {
    const whole = packed(tar, ...command);

    it('is a tree', async () => {
      const archive = await openArchive(whole);
      expect(await names(archive)).toEqual(['a', 'b', 'c']);
      expect(await cat(archive, ['b'])).toBe(content);
      expect(archive.about()).toEqual({});
    });

    it('in two parts is one', async () => {
      const parts = [tar.subarray(0, 1024), tar.subarray(1024)];
      const archive = await openArchive(concat(...parts.map((part) => packed(part, ...command))));
      expect(await cat(archive, ['b'])).toBe(content);
    });

    it('of one file is a folder of that file', async () => {
      const options = { path: `/home/words.${name}` };
      const archive = await openArchive(packed(bytesOf(content), ...command), options);
      expect(await cat(archive, ['words'])).toBe(content);
    });

    it('that is cut off says so, wherever it is cut', async () => {
      for (const part of [0.1, 0.5, 0.9]) {
        const cut = whole.slice(0, whole.length * part);
        const archive = await openArchive(cut).catch((error: unknown) => String(error));
        const told = typeof archive === 'string' ? archive : archive.about().note;
        expect(told).toMatch(/cut off|damaged|nothing in it is whole/);
      }
    });

    it('serves nothing that its checksum does not confirm, and ends with any input', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(whole.length - 1),
          fc.integer({ min: 1, max: 255 }),
          async (at, flip) => {
            const bytes = whole.slice();
            bytes[at] = (bytes[at] as number) ^ flip;
            const archive = await openArchive(bytes).catch(() => undefined);
            if (!archive) return;
            const found = await cat(archive, ['b']).catch(() => content);
            expect(found).toBe(content);
          },
        ),
        { numRuns: 60 },
      );
    });

    if (name !== 'gzip')
      it('in a zip is unpacked, and its CRC-32 counts', async () => {
        const data = packed(bytesOf(content), ...command);
        const { crc32 } = await import('hash-wasm');
        const crc = Number.parseInt(await crc32(content), 16);
        const entry = { data, method, size: content.length };
        const archive = await openArchive(
          await zipOf([
            { ...entry, name: 'good', crc },
            { ...entry, name: 'bad', crc: crc ^ 1 },
          ]),
        );
        expect(await cat(archive, ['good'])).toBe(content);
        const handle = await archive.open(['bad'], { read: true });
        expect(await codeOf(() => handle.read?.(0, 10, never))).toBe('EIO');
      });
  },
);

describe.runIf(has['zstd'])('Zstandard', () => {
  // Texts, bytes that repeat, noise, and matches over long distances: blocks and codes of all kinds.
  const noise = Array.from({ length: 9000 }, (_, i) => (i * 7919) % 251);
  const contents = [
    '',
    'a',
    'a'.repeat(300_000),
    content,
    `${content}${String.fromCharCode(...noise)}${content}`,
  ].map(bytesOf);

  it.each([
    '-1',
    '-3',
    '-9',
    '--ultra -22',
    '--fast=5',
    '-3 --long=27',
    '-5 --no-check',
    '-3 --zstd=wlog=10',
  ])(
    'packed with %s is what it was',
    async (options) => {
      for (const bytes of contents) {
        const pages = new Pages();
        await unzstd(one(packed(bytes, 'zstd', ...options.split(' '), '-c')), pages);
        expect(Buffer.compare(await pages.read(0, pages.size), bytes)).toBe(0);
      }
      // zstd itself takes seconds at its highest level.
    },
    60_000,
  );
});

describe('unpacking', () => {
  it('into memory has a bound', () => {
    const pages = new Pages(3_000_000);
    pages.append(new Uint8Array(2_000_000));
    expect(() => pages.append(new Uint8Array(2_000_000))).toThrow('EFBIG');
    expect(pages.size).toBe(2_000_000);
  });

  it.runIf(has['xz'])('goes on for others after one was refused', async () => {
    const odd = packed(bytesOf('x'), 'xz', '-c', '--x86', '--lzma2');
    expect(await codeOf(() => openArchive(odd))).toBe('ENOTSUP');
    const archive = await openArchive(packed(tar, 'xz', '-c'));
    expect(await cat(archive, ['a'])).toBe('one');
  });
});
