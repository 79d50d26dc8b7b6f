/** No way leads out of a workspace that is walked by descriptors, while another process exchanges names for symlinks. */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FsError } from '../../kernel/errors.ts';
import {
  base,
  changing,
  contentOf,
  ended,
  everyStep,
  file,
  outside,
  pictureOf,
  plant,
  reading,
  root,
  swapping,
} from '../../testing/exchange.ts';
import { codeOf } from '../../testing/kernel.ts';
import { DescriptorRoot } from './hostroot.ts';
import { WorkspaceFs } from './workspacefs.ts';

describe.runIf(process.platform === 'linux')('by descriptors', () => {
  const open = (path: string) => DescriptorRoot.open(path) as DescriptorRoot;

  it.each(Object.keys({ ...reading, ...changing }))(
    '%s stays inside when a name is exchanged for a symlink at any step',
    async (name) => {
      await everyStep(name, open, Number.POSITIVE_INFINITY);
      // It is there for one call only.
      await everyStep(name, open, 1);
    },
  );

  it('no method leaves a descriptor open', async () => {
    plant();
    const space = new WorkspaceFs(root, undefined, open);
    const opened = () => fs.readdirSync('/proc/self/fd').length;
    const before = opened();
    for (const act of Object.values({ ...reading, ...changing })) {
      await act(space).catch(() => undefined);
      await act(space).catch(() => undefined);
    }
    for (const path of [['none'], ['dir', 'none', 'x'], ['dir', 'near', 'x'], ['dir']])
      for (const mode of [{ read: true }, { write: true }, { truncate: true }])
        await codeOf(() => space.open(path, mode));
    expect(opened()).toBe(before);
  });

  it('the root is the directory that was mounted, whatever has its name', async () => {
    plant();
    const space = new WorkspaceFs(root, undefined, open);
    fs.renameSync(root, join(base, 'renamed'));
    fs.symlinkSync(outside, root);
    expect(await contentOf(space, file)).toBe('inside');
    fs.unlinkSync(root);
    fs.renameSync(join(base, 'renamed'), root);
  });

  it('a magic link of /proc is a symlink', async () => {
    const space = new WorkspaceFs(`/proc/${process.pid}`, undefined, open);
    expect(await codeOf(() => space.stat(['root', 'etc']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.readdir(['cwd']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.open(['exe'], { read: true }))).toBe('ELOOP');
  });

  it('a process that exchanges names as fast as it can wins nothing', async () => {
    plant();
    const swapper = await swapping();
    try {
      const space = new WorkspaceFs(root, undefined, open);
      const before = pictureOf(outside);
      const seen = new Set<string>();
      const until = Date.now() + 2_000;
      for (let i = 0; i < 20_000 && Date.now() < until; i++) {
        seen.add(await contentOf(space, file).catch((error: FsError) => error.code));
        await space.remove(['dir', 'sub', 'bait'], 'file').catch(() => undefined);
        await space.create(['dir', 'sub', 'bait'], 'file').catch(() => undefined);
        await space.setTimes(file, { mtime: 1n }).catch(() => undefined);
      }
      expect(seen).toContain('inside');
      expect(seen).not.toContain('secret');
      expect(pictureOf(outside)).toEqual(before);
    } finally {
      await ended(swapper);
    }
  }, 15_000);
});
