/** Any tree that a tool packs is the same tree when its archive is mounted. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type ZippableFile, zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { openArchive } from '../../testing/archives.ts';
import type { ArchiveFs } from './archivefs.ts';

/** Names to text, or to another level. */
interface Tree {
  readonly [name: string]: string | Tree;
}

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/^\.{1,2}$|[/\0\ud800-\udfff]/.test(text) && Buffer.byteLength(text) < 250);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, fc.string(), tie('tree')), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}));

/** Every path below with what it holds; a directory by its path and a slash. */
function* flat(tree: Tree, below = ''): Generator<readonly [string, string]> {
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string') yield [below + name, value];
    else {
      yield [`${below + name}/`, ''];
      yield* flat(value, `${below + name}/`);
    }
  }
}

async function treeOf(archive: ArchiveFs, path: string[] = []): Promise<Tree> {
  const found: Record<string, string | Tree> = {};
  for (const { name, kind, stat } of await archive.readdir(path)) {
    const here = [...path, name];
    if (kind === 'dir') {
      Object.defineProperty(found, name, { value: await treeOf(archive, here), enumerable: true });
      continue;
    }
    const handle = await archive.open(here, { read: true });
    const bytes = await handle.read?.(0, stat?.size ?? 0, never);
    Object.defineProperty(found, name, {
      value: new TextDecoder().decode(bytes),
      enumerable: true,
    });
  }
  return found;
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

const packers: readonly (readonly [string, number, (tree: Tree) => Promise<Uint8Array>])[] = [
  [
    'fflate',
    60,
    async (tree) => {
      const files: [string, ZippableFile][] = [...flat(tree)].map(([path, text]) => [
        path,
        [encoded(text), { os: 3 }],
      ]);
      return zipSync(Object.fromEntries(files));
    },
  ],
  [
    'modern-tar',
    60,
    async (tree) =>
      packTar(
        [...flat(tree)].map(([path, text]) => ({
          header: path.endsWith('/')
            ? { name: path, type: 'directory' as const, size: 0 }
            : { name: path, size: encoded(text).length },
          body: text,
        })),
      ),
  ],
  ['tar of GNU', 12, (tree) => packedBy(tree, '--format=gnu')],
  ['tar of POSIX', 12, (tree) => packedBy(tree, '--format=pax')],
];

async function packedBy(tree: Tree, format: string): Promise<Uint8Array> {
  const dir = fs.mkdtempSync(join(tmpdir(), 'oanix-roundtrip-'));
  try {
    for (const [path, text] of flat(tree)) {
      if (path.endsWith('/')) fs.mkdirSync(join(dir, path));
      else fs.writeFileSync(join(dir, path), text);
    }
    const made = spawnSync('tar', [format, '-cf', '-', '-C', dir, '.'], { maxBuffer: 1 << 26 });
    return new Uint8Array(made.stdout);
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}

describe.each(packers)('a tree that is packed by %s', (packer, runs, pack) => {
  it('is the same when its archive is mounted', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (tree) => {
        // fflate keeps its entries in a plain object, which cannot have one of this name.
        fc.pre(packer !== 'fflate' || !Object.hasOwn(tree, '__proto__'));
        const archive = await openArchive(await pack(tree));
        expect(archive.problems).toEqual([]);
        expect(await treeOf(archive)).toEqual(tree);
      }),
      { numRuns: runs },
    );
  });
});
