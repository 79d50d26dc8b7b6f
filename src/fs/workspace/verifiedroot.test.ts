/** A workspace that is walked by paths tells nothing from outside, and never follows a symlink that is there already. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  changing,
  everyStep,
  exchange,
  outside,
  pictureOf,
  plant,
  reading,
  root,
  watchedCalls,
} from '../../testing/exchange.ts';
import { codeOf } from '../../testing/kernel.ts';
import { VerifiedRoot } from './hostroot.ts';
import { WorkspaceFs } from './workspacefs.ts';

it('every call of the host that a workspace makes is one that the tests exchange names before', () => {
  const sources = ['workspacefs', 'hostroot', 'hostread'].map((name) =>
    fs.readFileSync(`src/fs/workspace/${name}.ts`, 'utf8'),
  );
  const made = [...sources.join('').matchAll(/\bfs\.(\w+Sync)(?!\.native)\b/g)].map(
    ([, name]) => name,
  );
  expect(made.length).toBeGreaterThan(20);
  expect(made.filter((name) => !watchedCalls.has(name as string))).toEqual([]);
});

describe('by paths, where there are no descriptors of directories', () => {
  const open = (path: string) => new VerifiedRoot(fs.realpathSync(path));

  it.each(Object.keys(reading))(
    '%s tells nothing from outside when a name is exchanged for a symlink at any step',
    async (name) => {
      await everyStep(name, open, Number.POSITIVE_INFINITY);
    },
  );

  it.each(Object.entries({ ...reading, ...changing }))(
    '%s does not follow a symlink that is there already',
    async (_, act) => {
      for (const place of ['dir', 'dir/sub']) {
        plant();
        const space = new WorkspaceFs(root, undefined, open);
        const restore = exchange(place);
        const before = pictureOf(outside);
        expect(await codeOf(() => act(space))).toBe('ENOTDIR');
        expect(pictureOf(outside)).toEqual(before);
        restore();
      }
    },
  );

  it.each(Object.entries({ ...reading, ...changing }))('%s works', async (_, act) => {
    plant();
    expect(await codeOf(() => act(new WorkspaceFs(root, undefined, open)))).toBe('ok');
  });
});
