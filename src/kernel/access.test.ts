/** A process may write copies of content; control files reach their service. */
import { expect, it } from 'vitest';
import { CowFs } from '../fs/cow/cowfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { codeOf, sourceOf } from '../testing/kernel.ts';
import { type Access, restrict } from './access.ts';
import { type Member, MountTable, memberOf } from './mounts.ts';
import type { FileService } from './service.ts';
import { subtree } from './subtree.ts';

class ControlFs extends MemFs {
  readonly control = true;
}

const wrapped = (inner: FileService): FileService => Object.assign(new MemFs(), { inner });

/** The member at `/x` of a process that has this access to it. */
function given(service: FileService, access: Access): { before: Member; after: Member } {
  const before = memberOf(sourceOf(service));
  const table = new MountTable([{ at: ['x'], kind: 'dir', members: [before] }]);
  const overlay = ({ service: base }: Member['source']) => sourceOf(new CowFs(base));
  const after = restrict(table, { '*': access }, overlay).points[0]?.members[0] as Member;
  return { before, after };
}

it.each([
  ['content', new MemFs(), 'cow'],
  ['a wrapper of content', wrapped(new MemFs()), 'cow'],
  ['files that nobody changes', new MapFs({}), 'map'],
  ['control files', new ControlFs(), 'mem'],
  ['a wrapper of control files', wrapped(new ControlFs()), 'mem'],
  ['a directory of control files', subtree(new ControlFs(), ['in']), 'mem'],
])('over copies a process has %s as they should be', (_, service, kind) => {
  const { before, after } = given(service, 'cow');
  expect(after.source.service.spec.kind).toBe(kind);
  if (kind !== 'cow') expect(after).toBe(before);
});

it('lets nobody write control files who may only read', () => {
  expect(given(new ControlFs(), 'ro').after.ro).toBe(true);
});

it('makes no copy of control files, whoever asks for one', async () => {
  for (const base of [new ControlFs(), wrapped(new ControlFs())])
    expect(await codeOf(() => new CowFs(base))).toBe('EINVAL');
});
