/** What an open file, and a watch, of a service behind a policy may after the policy became another. */
import { describe, expect, it } from 'vitest';
import type { Path } from '../../kernel/path.ts';
import { type FileService, never } from '../../kernel/service.ts';
import { capabilityBench, readText } from '../../testing/capabilities.ts';
import { codeOf } from '../../testing/kernel.ts';
import { put } from '../../testing/tree.ts';
import { MemFs } from '../mem/memfs.ts';

describe('a service behind a policy', () => {
  const ALL = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];
  /** An open file of a service behind a policy that allows everything, and each operation on it. */
  async function openFile(policy: object = { methods: ALL }) {
    const { capabilities } = capabilityBench();
    const mem = new MemFs();
    await put(mem, ['a'], 'content');
    const fs = await capabilities.guard(mem, policy, 'page');
    await capabilities.prune(() => true);
    const file = await fs.open(['a'], { read: true, write: true }, never);
    const operations = {
      read: async () => file.read?.(0, 10, never),
      write: async () => file.write?.(0, new Uint8Array(1), never),
      truncate: async () => file.truncate?.(1, never),
      setTimes: async () => file.setTimes?.({ mtime: 1n }),
      stat: async () => file.stat?.(never),
    };
    const codes = async (): Promise<Record<string, string>> => {
      const found = Object.entries(operations).map(async ([name, run]) => [
        name,
        await codeOf(run),
      ]);
      return Object.fromEntries(await Promise.all(found)) as Record<string, string>;
    };
    return { capabilities, mem, fs, file, codes };
  }
  const each = (code: string) => ({
    read: code,
    write: code,
    truncate: code,
    setTimes: code,
    stat: code,
  });

  it('lets an open file do no more than its policy allows at that moment', async () => {
    const { capabilities, mem, file, codes } = await openFile();
    expect(await codes()).toEqual(each('ok'));
    const { id } = capabilities.mounted()[0] as { id: string };
    capabilities.setPolicy(id, { methods: ['GET', 'HEAD'] });
    const { mtime } = await mem.stat(['a']);
    expect(await codes()).toEqual({
      ...each('EACCES'),
      read: 'ok',
      stat: 'ok',
    });
    expect(await mem.stat(['a'])).toMatchObject({ size: 1, mtime });
    capabilities.setPolicy(id, { methods: [] });
    expect(await codes()).toEqual(each('EACCES'));
    capabilities.setPolicy(id, { methods: ALL });
    expect(await codes()).toEqual(each('ok'));
    capabilities.setPolicy(id, { methods: [] });
    expect(await codeOf(async () => file.close?.())).toBe('ok');
  });

  it('lets a file that was opened for reading set no times', async () => {
    const { fs, mem } = await openFile({ methods: ['GET', 'HEAD', 'PUT'] });
    const { capabilities } = capabilityBench();
    const readable = await capabilities.guard(mem, { methods: ['GET', 'HEAD'] }, 'page');
    const file = await readable.open(['a'], { read: true }, never);
    expect(await codeOf(async () => file.setTimes?.({ mtime: 1n }))).toBe('EACCES');
    expect((await fs.stat(['a'], never)).mtime).not.toBe(1n);
  });

  it('ends what is open when its mount is taken away', async () => {
    const { capabilities, fs, codes } = await openFile();
    await capabilities.prune(() => false);
    expect(await codes()).toEqual(each('EACCES'));
    await capabilities.prune(() => true);
    expect(await codes()).toEqual(each('EACCES'));
    expect(await readText(fs, 'a')).toBe('content');
  });

  it('does not hand over what a stream brings after the policy was narrowed', async () => {
    const { capabilities } = capabilityBench();
    let bring: (data: Uint8Array) => void = () => undefined;
    const stream: FileService = {
      spec: { kind: 'stream' },
      stat: async () => ({ kind: 'file', size: 0, mtime: 0n, version: '0' }),
      readdir: async () => [],
      open: async () => ({
        stream: true,
        read: () => new Promise((resolve) => (bring = resolve)),
      }),
    };
    const fs = await capabilities.guard(stream, {}, 'page');
    const file = await fs.open(['s'], { read: true }, never);
    const reading = codeOf(async () => file.read?.(0, 10, never));
    await new Promise((resolve) => setTimeout(resolve, 0));
    const { id } = capabilities.mounted()[0] as { id: string };
    capabilities.setPolicy(id, { methods: ['HEAD'] });
    bring(new Uint8Array(3));
    expect(await reading).toBe('EACCES');
  });

  it('asks a person again once the answer "always" was revoked', async () => {
    const { capabilities } = capabilityBench();
    const mem = new MemFs();
    await put(mem, ['a'], 'content');
    const policy = { methods: ['GET', 'HEAD', 'PUT'], confirm: 'always' };
    const fs = await capabilities.guard(mem, policy, 'page');
    const opening = fs.open(['a'], { write: true }, never);
    const answered = async (): Promise<void> => {
      while (capabilities.asks.waiting.length === 0) await new Promise((run) => setTimeout(run, 2));
      await capabilities.answer(capabilities.asks.waiting[0]?.id as string, 'always');
    };
    const [file] = await Promise.all([opening, answered()]);
    expect(await codeOf(async () => file.truncate?.(1, never))).toBe('ok');
    const [grant] = capabilities.asks.grants;
    await capabilities.revoke(grant as never);
    expect(await codeOf(async () => file.truncate?.(0, never))).toBe('EACCES');
    expect((await mem.stat(['a'])).size).toBe(1);
  });

  it('tells of changes while its policy allows looking', async () => {
    const { capabilities } = capabilityBench();
    let change: (paths: Path[]) => void = () => undefined;
    const watched: FileService = Object.assign(new MemFs(), {
      watch: (_path: Path, changed: (paths: Path[]) => void) => {
        change = changed;
        return () => undefined;
      },
    });
    const fs = await capabilities.guard(watched, {}, 'page');
    const told: string[] = [];
    fs.watch?.([], ([path]) => told.push(String(path)));
    change([['a']]);
    const { id } = capabilities.mounted()[0] as { id: string };
    capabilities.setPolicy(id, { methods: ['GET'] });
    change([['b']]);
    capabilities.setPolicy(id, { methods: ['HEAD'] });
    change([['c']]);
    expect(told).toEqual(['a', 'c']);
    // The mount is taken away and put back, by undo: whoever looked at it goes on.
    for (const isMounted of [true, false, true]) await capabilities.prune(() => isMounted);
    change([['d']]);
    expect(told).toEqual(['a', 'c', 'd']);
  });
});
