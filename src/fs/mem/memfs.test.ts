import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, type Path } from '../../kernel/path.ts';
import { never } from '../../kernel/service.ts';
import { codeOf as code } from '../../testing/kernel.ts';
import { MemFs } from './memfs.ts';

describe('MemFs', () => {
  it('says ENOSPC past its quota of bytes, and changes nothing', async () => {
    const fs = new MemFs({ quota: { bytes: 10 } });
    await fs.create(['f'], 'file');
    const handle = await fs.open(['f'], { write: true });
    await handle.write?.(0, new Uint8Array(8), never);
    expect(await code(() => handle.write?.(8, new Uint8Array(3), never))).toBe('ENOSPC');
    expect((await fs.stat(['f'])).size).toBe(8);
    await handle.truncate?.(2, never);
    expect(await code(() => handle.write?.(2, new Uint8Array(8), never))).toBe('ok');
  });

  it('says ENOSPC past its quota of names, and gives room back on removal', async () => {
    const fs = new MemFs({ quota: { entries: 1 } });
    await fs.create(['a'], 'file');
    expect(await code(() => fs.create(['b'], 'file'))).toBe('ENOSPC');
    await fs.remove(['a'], 'file');
    expect(await code(() => fs.create(['b'], 'dir'))).toBe('ok');
    expect(fs.usage).toEqual({ bytes: 0, entries: 1 });
  });

  it('a sparse file of 3 TB costs only what was written', async () => {
    const fs = new MemFs();
    await fs.create(['f'], 'file');
    const handle = await fs.open(['f'], { write: true, read: true });
    await handle.write?.(3e12, new Uint8Array([7]), never);
    expect((await fs.stat(['f'])).size).toBe(3e12 + 1);
    expect(await handle.read?.(3e12 - 1, 5, never)).toEqual(new Uint8Array([0, 7]));
  });

  it('takes the times of the clock it is given', async () => {
    let now = 1n;
    const fs = new MemFs({ clock: () => now });
    await fs.create(['f'], 'file');
    now = 2n;
    const handle = await fs.open(['f'], { write: true });
    await handle.write?.(0, new Uint8Array(1), never);
    expect(await fs.stat(['f'])).toMatchObject({ mtime: 2n, ctime: 2n, atime: 1n });
  });
});

/** A plain model: a map of paths. Slow and obvious. */
type ModelNode =
  | { kind: 'file'; bytes: { data: number[] } }
  | { kind: 'dir' }
  | { kind: 'symlink'; target: string };

class Model {
  readonly nodes = new Map<string, ModelNode>([['', { kind: 'dir' }]]);

  find(path: Path): ModelNode | string {
    for (let i = 0; i < path.length; i++) {
      const parent = this.nodes.get(path.slice(0, i).join('/'));
      if (!parent) return 'ENOENT';
      if (parent.kind !== 'dir') return 'ENOTDIR';
    }
    return this.nodes.get(path.join('/')) ?? 'ENOENT';
  }

  children = (path: Path): string[] =>
    [...this.nodes.keys()]
      .filter((key) => key !== '' && key.split('/').slice(0, -1).join('/') === path.join('/'))
      .map((key) => key.split('/').pop() as string);

  add(path: Path, node: ModelNode): string {
    if (path.length === 0) return 'EEXIST';
    const parent = this.find(path.slice(0, -1));
    if (typeof parent === 'string') return parent;
    if (parent.kind !== 'dir') return 'ENOTDIR';
    if (this.nodes.has(path.join('/'))) return 'EEXIST';
    this.nodes.set(path.join('/'), node);
    return 'ok';
  }

  remove(path: Path, kind: 'file' | 'dir'): string {
    if (path.length === 0) return 'EBUSY';
    const node = this.find(path);
    if (typeof node === 'string') return node;
    if (kind === 'file' && node.kind === 'dir') return 'EISDIR';
    if (kind === 'dir' && node.kind !== 'dir') return 'ENOTDIR';
    if (kind === 'dir' && this.children(path).length > 0) return 'ENOTEMPTY';
    this.nodes.delete(path.join('/'));
    return 'ok';
  }

  rename(from: Path, to: Path): string {
    if (from.length === 0) return 'EBUSY';
    const node = this.find(from);
    if (typeof node === 'string') return node;
    if (from.join('/') === to.join('/')) return 'ok';
    if (node.kind === 'dir' && isWithin(to, from)) return 'EINVAL';
    const parent = this.find(to.slice(0, -1));
    if (typeof parent === 'string') return parent;
    if (parent.kind !== 'dir') return 'ENOTDIR';
    const old = this.nodes.get(to.join('/'));
    if (old === node) return 'ok';
    if (old?.kind === 'file' && node.kind === 'file' && old.bytes === node.bytes) return 'ok';
    if (old) {
      if (node.kind !== 'dir' && old.kind === 'dir') return 'EISDIR';
      if (node.kind === 'dir' && old.kind !== 'dir') return 'ENOTDIR';
      if (old.kind === 'dir' && this.children(to).length > 0) return 'ENOTEMPTY';
      this.nodes.delete(to.join('/'));
    }
    const [a, b] = [from.join('/'), to.join('/')];
    for (const [key, value] of [...this.nodes]) {
      if (key !== a && !key.startsWith(`${a}/`)) continue;
      this.nodes.delete(key);
      this.nodes.set(b + key.slice(a.length), value);
    }
    return 'ok';
  }

  link(from: Path, to: Path): string {
    if (from.length === 0) return 'EBUSY';
    const node = this.find(from);
    if (typeof node === 'string') return node;
    if (node.kind === 'dir') return 'EPERM';
    return this.add(to, node);
  }

  write(path: Path, at: number | 'end', data: number[]): string {
    const node = this.openable(path);
    if (typeof node === 'string') return node;
    const { bytes } = node;
    const start = at === 'end' ? bytes.data.length : at;
    if (data.length > 0) while (bytes.data.length < start) bytes.data.push(0);
    data.forEach((byte, i) => {
      bytes.data[start + i] = byte;
    });
    return 'ok';
  }

  truncate(path: Path, size: number): string {
    const node = this.openable(path);
    if (typeof node === 'string') return node;
    const { data } = node.bytes;
    data.length = Math.min(data.length, size);
    while (data.length < size) data.push(0);
    return 'ok';
  }

  openable(path: Path): Extract<ModelNode, { kind: 'file' }> | string {
    const node = this.find(path);
    if (typeof node === 'string') return node;
    if (node.kind === 'dir') return 'EISDIR';
    return node.kind === 'symlink' ? 'ELOOP' : node;
  }
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { maxLength: 3 });
const step = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    path,
    kind: fc.constantFrom('file' as const, 'dir' as const),
  }),
  fc.record({
    op: fc.constant('remove' as const),
    path,
    kind: fc.constantFrom('file' as const, 'dir' as const),
  }),
  fc.record({ op: fc.constant('rename' as const), path, to: path }),
  fc.record({ op: fc.constant('link' as const), path, to: path }),
  fc.record({ op: fc.constant('symlink' as const), path }),
  fc.record({
    op: fc.constant('write' as const),
    path,
    at: fc.oneof(fc.nat(70_000), fc.constant('end' as const)),
    data: fc.array(fc.nat(255), { maxLength: 20 }),
  }),
  fc.record({
    op: fc.constant('truncate' as const),
    path,
    size: fc.oneof(fc.nat(40), fc.nat(70_000)),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function onFile(
  fs: MemFs,
  at: Path,
  run: (handle: Awaited<ReturnType<MemFs['open']>>) => unknown,
): Promise<string> {
  return code(async () => {
    const handle = await fs.open(at, { write: true });
    await run(handle);
  });
}

function inModel(model: Model, s: Step): string {
  if (s.op === 'create')
    return model.add(
      s.path,
      s.kind === 'dir' ? { kind: 'dir' } : { kind: 'file', bytes: { data: [] } },
    );
  if (s.op === 'remove') return model.remove(s.path, s.kind);
  if (s.op === 'rename') return model.rename(s.path, s.to);
  if (s.op === 'link') return model.link(s.path, s.to);
  if (s.op === 'symlink') return model.add(s.path, { kind: 'symlink', target: 't' });
  if (s.op === 'write') return model.write(s.path, s.at, s.data);
  return model.truncate(s.path, s.size);
}

function inMemFs(fs: MemFs, s: Step): Promise<string> {
  if (s.op === 'create') return code(() => fs.create(s.path, s.kind));
  if (s.op === 'remove') return code(() => fs.remove(s.path, s.kind));
  if (s.op === 'rename') return code(() => fs.rename(s.path, s.to));
  if (s.op === 'link') return code(() => fs.link(s.path, s.to));
  if (s.op === 'symlink') return code(() => fs.symlink('t', s.path));
  if (s.op === 'write')
    return onFile(fs, s.path, (handle) => handle.write?.(s.at, Uint8Array.from(s.data), never));
  return onFile(fs, s.path, (handle) => handle.truncate?.(s.size, never));
}

async function compare(fs: MemFs, model: Model): Promise<void> {
  for (const [key, node] of model.nodes) {
    const at = key === '' ? [] : key.split('/');
    expect((await fs.stat(at)).kind).toBe(node.kind);
    if (node.kind === 'dir')
      expect((await fs.readdir(at)).map((entry) => entry.name).sort()).toEqual(
        model.children(at).sort(),
      );
    if (node.kind !== 'file') continue;
    const handle = await fs.open(at, { read: true });
    expect(
      Buffer.from((await handle.read?.(0, 1e6, never)) as Uint8Array).equals(
        Buffer.from(node.bytes.data),
      ),
    ).toBe(true);
  }
}

describe('MemFs beside a plain model', () => {
  it('gives the same answers and the same tree after any operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [fs, model] = [new MemFs(), new Model()];
        for (const each of steps)
          expect(await inMemFs(fs, each), JSON.stringify(each)).toBe(inModel(model, each));
        await compare(fs, model);
      }),
      { numRuns: 400 },
    );
  });
});
