/**
 * TaskFs: one task as files. What a handle writes to result.json is kept aside until it is synced or closed, and
 * then replaces the old whole, or is refused and the old one stays.
 */
import { Content } from '../../kernel/content.ts';
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { looseText } from '../../kernel/utf8.ts';
import { RESULT_MAX, type Task } from './task.ts';

const RESULT = 'result.json';

/** What a file that is only read says. */
const texts: { readonly [name: string]: (task: Task) => object } = {
  'spec.json': (task) => task.spec,
  'meta.json': (task) => task.meta,
  status: (task) => task.status,
};

const verbs: { readonly [verb: string]: (task: Task, rest: string) => void } = {
  start: (task, rest) => alone('start', rest) && task.start(),
  complete: (task, rest) => alone('complete', rest) && task.complete(),
  cancel: (task, rest) => alone('cancel', rest) && task.cancel(),
  fail: (task, reason) => task.fail(reason || fail('EINVAL', 'fail takes a reason')),
};

const names = ['spec.json', 'meta.json', 'status', RESULT, 'ctl'] as const;

export class TaskFs implements FileService {
  readonly spec: ServiceSpec;
  readonly control = true;
  readonly #task: Task;
  /** Someone has made result.json, and not written it yet. */
  #made = false;
  #version = 0;

  constructor(task: Task, spec: ServiceSpec = { kind: 'task' }) {
    this.#task = task;
    this.spec = spec;
    task.onChange(() => this.#version++);
  }

  async stat(path: Path): Promise<Stat> {
    if (path.length === 0) return this.#statOf('dir', 0, 1);
    const name = this.#nameAt(path);
    const ino = names.indexOf(name) + 2;
    if (name === RESULT) return this.#statOf('file', this.#task.result?.length ?? 0, ino);
    return this.#statOf('file', name === 'ctl' ? 0 : this.#text(name).length, ino);
  }

  async readdir(path: Path): Promise<Entry[]> {
    if (path.length > 0) {
      this.#nameAt(path);
      fail('ENOTDIR');
    }
    const listed = names.filter((name) => name !== RESULT || this.#task.result);
    return listed.map((name) => ({ name, kind: 'file' }));
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    if (path.length === 0) fail('EISDIR');
    const name = this.#nameAt(path);
    const writes = mode.write || mode.append || mode.truncate;
    if (name === 'ctl') {
      if (mode.read) fail('EACCES', 'this file is only written');
      return controlHandle((line) => this.#tell(line));
    }
    if (name === RESULT) return writes ? this.#resultWriter(mode) : this.#resultReader();
    if (writes) fail('EACCES', 'this file is only read');
    return textHandle(() => looseText(this.#text(name)));
  }

  /** Only result.json is made here, while the task is not over. */
  async create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    const [name, ...rest] = path;
    if (rest.length > 0) {
      this.#nameAt([name as string]);
      fail('ENOTDIR');
    }
    if (path.length === 0 || (names as readonly string[]).includes(name as string)) {
      if (name !== RESULT || kind === 'dir' || this.#task.result || this.#made) fail('EEXIST');
    } else fail('EACCES', 'only result.json is made here');
    if (this.#task.isOver) fail('EACCES', 'the task is over');
    this.#made = true;
  }

  watch(_path: Path, changed: (paths: Path[]) => void): () => void {
    return this.#task.onChange((what) => changed([[what]]));
  }

  #resultReader(): FileHandle {
    const bytes = this.#task.result ?? new Uint8Array(0);
    return { read: (at, count) => bytes.slice(at, at + count) };
  }

  #resultWriter({ truncate }: Mode): FileHandle {
    if (this.#task.isOver) fail('EACCES', 'the task is over: its result stays');
    const content = new Content();
    if (!truncate && this.#task.result) content.write(0, this.#task.result);
    let changed = truncate ?? false;
    const replace = async (): Promise<void> => {
      if (!changed) return;
      changed = false;
      this.#task.setResult(content.read(0, content.size).slice());
    };
    return {
      read: (at, count) => content.read(at, count).slice(),
      write: (at, data) => {
        const from = at === 'end' ? content.size : at;
        if (from + data.length > RESULT_MAX) fail('EFBIG', 'a result has at most 16 MiB');
        content.write(from, data.slice());
        changed = true;
        return { written: data.length, end: from + data.length };
      },
      truncate: async (size) => {
        if (size > RESULT_MAX) fail('EFBIG', 'a result has at most 16 MiB');
        content.truncate(size);
        changed = true;
      },
      stat: () => this.#statOf('file', content.size, names.indexOf(RESULT) + 2),
      sync: replace,
      close: replace,
    };
  }

  #tell(line: string): void {
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!run) fail('EINVAL', `'${verb}' is none of ${Object.keys(verbs).join(', ')}`);
    run?.(this.#task, rest);
  }

  #text(name: string): Uint8Array {
    const say = texts[name] ?? fail('ENOENT');
    return new TextEncoder().encode(`${JSON.stringify(say(this.#task), null, 2)}\n`);
  }

  #nameAt([name = '', ...rest]: Path): (typeof names)[number] {
    const known = names.find((each) => each === name);
    if (!known || (known === RESULT && !this.#task.result && !this.#made)) return fail('ENOENT');
    return rest.length > 0 ? fail('ENOTDIR') : known;
  }

  #statOf(kind: 'file' | 'dir', size: number, ino: number): Stat {
    const mtime = BigInt(Date.parse(this.#changedAt())) * 1_000_000n;
    return { kind, size, mtime, ino: BigInt(ino), nlink: 1, version: String(this.#version) };
  }

  #changedAt(): string {
    const { finished_at, started_at } = this.#task.status;
    return finished_at ?? started_at ?? this.#task.meta.created_at;
  }
}

function alone(verb: string, rest: string): true {
  if (rest !== '') fail('EINVAL', `${verb} takes nothing more`);
  return true;
}
