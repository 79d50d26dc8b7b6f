/** Jobs that cannot be kept hold up neither the others nor what is told later. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { type Job, jobsFrom } from '../fs/sched/jobs.ts';
import { FsError } from '../kernel/errors.ts';
import type { Step } from '../kernel/service.ts';
import { codeOf } from '../testing/kernel.ts';
import { names } from '../testing/tree.ts';
import { JobKeeper } from './jobkeeper.ts';

const job = (id: string): Job => {
  const [{ spec } = { spec: undefined }] = jobsFrom({
    env_id: 'e',
    kind: { Script: { text: '' } },
  });
  const status = { status: 'pending', created_at: '', attempts: 0 } as const;
  return { id, seq: 1, spec: spec as Job['spec'], status };
};

/** A tree in which nothing can be written below some names. */
class Refusing extends MemFs {
  readonly refused = new Set<string>();

  override async apply(steps: readonly Step[]): Promise<void> {
    if (steps.some(({ path }) => path.some((name) => this.refused.has(name))))
      throw new FsError('EIO');
    return super.apply(steps);
  }
}

function keeper() {
  const tree = new Refusing();
  const retries: (() => void)[] = [];
  const nothing = async (): Promise<void> => undefined;
  const made = new JobKeeper({ tree, flush: nothing, sync: nothing }, (_ms, run) => {
    retries.push(run);
    return () => undefined;
  });
  return { made, tree, retries };
}

describe('what becomes of jobs', () => {
  it('is kept of every other job where one cannot be written', async () => {
    const { made, tree, retries } = keeper();
    tree.refused.add('bad');
    made.save(job('bad'));
    for (const id of ['a', 'b']) made.save(job(id));
    await made.flush('b');
    expect(await names(tree, ['jobs', 'a'])).toEqual(['job.json']);
    expect(await codeOf(() => made.flush('bad'))).toBe('EIO');
    expect(await codeOf(() => made.flush())).toBe('EIO');
    made.saveSettings({ concurrency: 2, paused: true });
    await codeOf(() => made.flush());
    expect(await names(tree)).toContain('sched.json');
    tree.refused.clear();
    for (const retry of retries) retry();
    await made.flush();
    expect((await made.load()).jobs.map(({ id }) => id).sort()).toEqual(['a', 'b', 'bad']);
  });

  it('is still kept after a retry that found nothing left to do', async () => {
    const { made, tree, retries } = keeper();
    tree.refused.add('x');
    made.save(job('x'));
    await codeOf(() => made.flush());
    tree.refused.clear();
    made.save(job('y'));
    await made.flush();
    for (const retry of retries) retry();
    made.save(job('z'));
    await made.flush();
    expect(await names(tree, ['jobs'])).toEqual(['x', 'y', 'z']);
  });
});
