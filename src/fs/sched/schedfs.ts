/** SchedFs: the scheduler as files. A line written to `submit` is a job; its directory is there at once. */
import { controlHandle, requestHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import {
  type ComputedDir,
  type ComputedFile,
  fixedDir,
  jsonFile,
  TreeService,
} from '../../kernel/filetree.ts';
import type { Path } from '../../kernel/path.ts';
import type { FileHandle, ServiceSpec } from '../../kernel/service.ts';
import { isOver } from './jobs.ts';
import { resultOf } from './result.ts';
import type { Scheduler } from './scheduler.ts';

/** What a job has printed, as a file that grows. */
export type Outputs = (id: string, name: 'stdout' | 'stderr') => Promise<FileHandle>;

export class SchedFs extends TreeService {
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, outputs: Outputs, spec: ServiceSpec = { kind: 'sched' }) {
    super(spec, rootOf(scheduler, outputs));
    this.#scheduler = scheduler;
  }

  watch(_path: Path, changed: (paths: Path[]) => void): () => void {
    return this.#scheduler.onChange((id) => {
      changed(id === '' ? [['status']] : [['status'], ['jobs', id], ['jobs', id, 'status']]);
    });
  }
}

function rootOf(scheduler: Scheduler, outputs: Outputs): ComputedDir {
  const jobs: ComputedDir = {
    names: () => [...scheduler.jobs.keys()],
    at: (id) => (scheduler.jobs.has(id) ? jobDir(scheduler, outputs, id) : undefined),
  };
  return fixedDir({
    submit: { may: 'both', open: () => requestHandle(async (line) => submit(scheduler, line)) },
    jobs,
    list: { may: 'read', open: () => textHandle(() => linesOf(scheduler)) },
    status: jsonFile(() => scheduler.status),
    ctl: { may: 'write', open: () => controlHandle((line) => tell(scheduler, line)) },
  });
}

/** All jobs, a line each, in the order of their submission. */
const linesOf = ({ jobs }: Scheduler): string =>
  [...jobs.values()]
    .sort((a, b) => a.seq - b.seq)
    .map(({ id, spec, status }) => {
      const { env_id, priority, tags, main, depends_on } = spec;
      const [kind] = Object.keys(spec.kind);
      return `${JSON.stringify({ id, env_id, kind, priority, tags, main, depends_on, ...status })}\n`;
    })
    .join('');

function jobDir(scheduler: Scheduler, outputs: Outputs, id: string): ComputedDir {
  const output = (name: 'stdout' | 'stderr'): ComputedFile => ({
    may: 'read',
    open: () => outputs(id, name),
  });
  const files = {
    'spec.json': jsonFile(() => ({ id, ...scheduler.job(id).spec })),
    status: jsonFile(() => scheduler.job(id).status),
    stdout: output('stdout'),
    stderr: output('stderr'),
    ctl: {
      may: 'write',
      open: () =>
        controlHandle((line) =>
          line === 'cancel' ? scheduler.cancel(id) : fail('EINVAL', `'${line}' is none of cancel`),
        ),
    },
    wait: jsonFile(async (signal) => (await scheduler.wait(id, signal)).status),
  } as const;
  const result = { 'result.json': jsonFile(() => resultOf(scheduler.job(id))) };
  return fixedDir(isOver(scheduler.job(id)) ? { ...files, ...result } : files);
}

function submit(scheduler: Scheduler, line: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return fail('EINVAL', `a job is one line of JSON: ${(error as Error).message}`);
  }
  const ids = scheduler.submit(value);
  return JSON.stringify(Array.isArray(value) ? { ids } : { id: ids[0] });
}

const verbs: { readonly [verb: string]: (scheduler: Scheduler, argument: string) => void } = {
  pause: (scheduler) => scheduler.pause(),
  resume: (scheduler) => scheduler.resume(),
  concurrency: (scheduler, argument) => {
    scheduler.concurrency = Number(argument);
  },
};

function tell(scheduler: Scheduler, line: string): void {
  const [verb = '', argument = '', ...rest] = line.split(/\s+/);
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run || rest.length > 0 || (verb === 'concurrency') !== (argument !== ''))
    fail('EINVAL', `'${line}' is none of concurrency N, pause, resume`);
  run?.(scheduler, argument);
}
