/**
 * Archives of ours as the tools of others unpack them: byte for byte, with names, links, times and permission bits. What
 * a tool does not keep is left out of its comparison, with why.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoot } from '../fs/workspace/hostroot.ts';
import { sourceOf } from '../node/hosttree.ts';
import { openArchive } from '../testing/archives.ts';
import { anyTree, hostTreeOf, makeHostTree, type Tree } from '../testing/trees.ts';
import { packCapsule } from './capsule.ts';
import { partsOf, streamOf } from './stream.ts';
import { tarOf } from './tar.ts';
import { type LeftOut, type TreeEntry, walkTree } from './tree.ts';
import { zipOf } from './zip.ts';

let dir: string;
beforeAll(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-tools-'));
});
afterAll(() => {
  fs.rmSync(dir, { recursive: true });
}, 60_000);

const SECOND = 1_000_000_000n;
/** Times that the file systems of all hosts can hold; those of zips in whole seconds. */
const hostTime = fc.bigInt({ min: -2_000_000_000n, max: 8_000_000_000n }).map((s) => s * SECOND);
const zipTime = fc.bigInt({ min: 400_000_000n, max: 2_100_000_000n }).map((s) => s * SECOND);

type Format = 'capsule' | 'tar' | 'tar.gz' | 'zip';
const noLoss = (each: LeftOut): void => expect.unreachable(`${each.path}: ${each.reason}`);

async function write(format: Format, from: string, file: string): Promise<void> {
  const source = sourceOf(openRoot(from), '/r', noLoss);
  const options = { leftOut: noLoss, copiesLinks: format === 'zip' };
  const entries = walkTree(source, [{ path: '/r', name: 'r' }], options);
  const made = {
    capsule: () => packCapsule(source, { ...options, name: 'r', roots: ['/r'], now: 0 }),
    tar: () => tarOf(entries),
    'tar.gz': () => tarOf(entries).pipeThrough(new CompressionStream('gzip') as never),
    zip: () => streamOf(zipOf(entries)),
  };
  const out = fs.openSync(file, 'w');
  for await (const part of partsOf(made[format]() as ReadableStream<Uint8Array>))
    fs.writeSync(out, part);
  fs.closeSync(out);
}

interface Tool {
  readonly name: string;
  readonly formats: readonly Format[];
  /** The command that unpacks `file` into the working directory. */
  command(file: string): string[];
  /** The time as the tool keeps it, by the kind of the entry. */
  readonly time?: (ns: bigint, kind: string) => bigint;
  readonly keepsModes?: false;
  /** Names that the tool changes on purpose are not given to it. */
  readonly plainNames?: true;
}

/** zipfile of Python tells what a link is, and leaves it to its caller to make one. */
const PYTHON = `
import os, stat, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
for entry in archive.infolist():
    if stat.S_ISLNK(entry.external_attr >> 16):
        os.symlink(archive.read(entry).decode(), entry.filename)
    else:
        archive.extract(entry)
`;
const noLinkTime = (ns: bigint, kind: string): bigint => (kind === 'symlink' ? 0n : ns);

const tools: readonly Tool[] = [
  {
    name: 'tar',
    formats: ['capsule', 'tar', 'tar.gz'],
    command: (file) => [
      'tar',
      '-xpf',
      file,
      '--warning=no-timestamp',
      '--warning=no-unknown-keyword',
    ],
  },
  {
    name: 'bsdtar',
    formats: ['capsule', 'tar', 'tar.gz'],
    command: (file) => ['bsdtar', '-xpf', file],
  },
  // bsdtar composes the accents of names in a zip.
  {
    name: 'bsdtar',
    formats: ['zip'],
    command: (file) => ['bsdtar', '-xpf', file],
    plainNames: true,
  },
  // Info-ZIP drops control characters of names and sets no times of links.
  {
    name: 'unzip',
    formats: ['zip'],
    command: (file) => ['unzip', '-q', file],
    time: noLinkTime,
    plainNames: true,
  },
  // 7-Zip replaces control characters of names and sets no times of links.
  {
    name: '7z',
    formats: ['zip', 'tar'],
    command: (file) => ['7z', 'x', '-snld', '-bd', '-y', file],
    time: noLinkTime,
    keepsModes: false,
    plainNames: true,
  },
  // zipfile of Python sets neither times nor modes.
  {
    name: 'python3',
    formats: ['zip'],
    command: (file) => ['python3', '-c', PYTHON, file],
    time: () => 0n,
    keepsModes: false,
    plainNames: true,
  },
];

const isInstalled = (name: string): boolean => spawnSync(name, ['--help']).error === undefined;

/**
 * Without names that Info-ZIP, 7-Zip and Python change: controls, blanks, decomposed accents and dots at the end. 7-Zip
 * moves absolute links below the directory that it unpacks to.
 */
const isTame = (name: string): boolean =>
  !/[\p{C}\p{Z}\\:*?"<>|]/u.test(name) && !name.endsWith('.') && name.normalize('NFC') === name;
function tamed(tree: Tree): Tree {
  return Object.fromEntries(
    Object.entries(tree)
      .filter(
        ([name, node]) =>
          isTame(name) &&
          (node.kind !== 'symlink' || (isTame(node.target) && !node.target.startsWith('/'))),
      )
      .map(([name, node]) => [
        name,
        node.kind === 'dir' ? { ...node, tree: tamed(node.tree) } : node,
      ]),
  );
}

let count = 0;
describe.each(tools)('$name', ({ name, formats, command, time, keepsModes, plainNames }) => {
  // A tool that is not installed is skipped, and counted as skipped.
  it.skipIf(!isInstalled(name)).each(formats)(
    'unpacks a %s as it was',
    async (format) => {
      const isZip = format === 'zip';
      await fc.assert(
        fc.asyncProperty(anyTree(isZip ? zipTime : hostTime), async (tree) => {
          const base = join(dir, String(++count));
          fs.mkdirSync(join(base, 'r'), { recursive: true });
          fs.mkdirSync(join(base, 'out'));
          makeHostTree(join(base, 'r'), plainNames ? tamed(tree) : tree);
          await write(format, join(base, 'r'), join(base, 'a'));
          const [program = '', ...args] = command(join(base, 'a'));
          const env = { ...process.env, LC_ALL: 'C.UTF-8' };
          const ran = spawnSync(program, args, { cwd: join(base, 'out'), encoding: 'utf8', env });
          expect([ran.status, ran.stderr]).toEqual([0, '']);
          const kept = {
            time: time ?? ((ns: bigint) => ns),
            links: !isZip,
            modes: keepsModes ?? true,
          };
          const unpacked = join(base, 'out', format === 'capsule' ? 'files/r' : 'r');
          const there = fs.existsSync(unpacked) ? hostTreeOf(unpacked, kept) : {};
          expect(there).toEqual(hostTreeOf(join(base, 'r'), kept));
          fs.rmSync(base, { recursive: true });
        }),
        { numRuns: 6 },
      );
    },
    60_000,
  );
});

describe('the sums of a capsule', () => {
  it('are accepted by sha256sum, whatever the names are', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree(hostTime), async (tree) => {
        const base = join(dir, String(++count));
        fs.mkdirSync(join(base, 'r'), { recursive: true });
        fs.mkdirSync(join(base, 'out'));
        makeHostTree(join(base, 'r'), { ...tree, one: oneFile });
        await write('capsule', join(base, 'r'), join(base, 'a'));
        spawnSync('tar', ['-xf', join(base, 'a')], { cwd: join(base, 'out') });
        const check = spawnSync('sha256sum', ['-c', '--quiet', '--strict', 'SHA256SUMS'], {
          cwd: join(base, 'out'),
          encoding: 'utf8',
        });
        expect([check.status, check.stdout, check.stderr]).toEqual([0, '', '']);
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});

const oneFile = { kind: 'file', bytes: Uint8Array.of(1), mtime: 0n, mode: 0o644 } as const;

describe('a zip of more entries or bytes than the first format counts', () => {
  const list = (file: string): number =>
    Number(spawnSync('sh', ['-c', `unzip -Z1 ${file} | wc -l`], { encoding: 'utf8' }).stdout);
  const stat = { kind: 'file', size: 0, mtime: 1_500_000_000n * SECOND } as const;
  const content = (size: number) => ({
    size,
    async *chunks(): AsyncGenerator<Uint8Array> {
      const piece = new Uint8Array(1 << 20);
      for (let at = 0; at < size; at += piece.length) yield piece.subarray(0, size - at);
    },
  });
  const save = async (entries: AsyncIterable<TreeEntry>, file: string): Promise<void> => {
    const out = fs.openSync(file, 'w');
    for await (const part of zipOf(entries)) fs.writeSync(out, part);
    fs.closeSync(out);
  };

  it('lists all of 66,067 entries', async () => {
    const file = join(dir, 'many.zip');
    async function* entries(): AsyncGenerator<TreeEntry> {
      for (let i = 0; i < 66_067; i++)
        yield { name: `d${i % 66}/f${i}`, kind: 'file', stat, content: content(0) };
    }
    await save(entries(), file);
    const archive = await openArchive(new Uint8Array(fs.readFileSync(file)));
    expect(archive.about()).toEqual({});
    expect(await archive.readdir(['d65'])).toHaveLength(1_001);
    if (isInstalled('unzip')) expect(list(file)).toBe(66_067);
    if (isInstalled('7z'))
      expect(spawnSync('7z', ['t', file], { encoding: 'utf8' }).stdout).toContain('Files: 66067');
  }, 60_000);
});
