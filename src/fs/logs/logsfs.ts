/** LogsFs: what is written down while an agent works, as files that only grow. */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import { Queue } from '../../kernel/queue.ts';
import {
  type Entry,
  type FileHandle,
  type FileService,
  type Json,
  type Mode,
  never,
  type ServiceSpec,
  type Stat,
} from '../../kernel/service.ts';
import { type Level, LINE_MAX, type Logs, levels, type Stream } from './logs.ts';
import { type Agent, trajectoryOf } from './trajectory.ts';

export interface LogsOptions {
  readonly spec?: ServiceSpec;
  /** Whose trajectory it is, and of which run. */
  readonly agent?: Agent;
  readonly session?: string;
  /** Who writes events through these files. */
  readonly source?: string;
}

/** Events that one who follows has not read yet; then it misses some, and the numbers show it. */
const FOLLOW_MAX = 1 << 20;

type Open = (fs: LogsFs, mode: Mode) => FileHandle;
interface LogFile {
  readonly may: 'read' | 'write' | 'append';
  readonly size: (logs: Logs) => number;
  readonly open: Open;
}

const isStream = (name: 'stdout.log' | 'stderr.log'): LogFile => ({
  may: 'append',
  size: ({ streams }) => streams[name].end - streams[name].start,
  open: ({ logs }) => ({
    ...readerOf(logs.streams[name]),
    write: (_at, data) => {
      logs.write(name, data);
      const { start, end } = logs.streams[name];
      return { written: data.length, end: end - start };
    },
  }),
});

const files: { readonly [name: string]: LogFile } = {
  'stdout.log': isStream('stdout.log'),
  'stderr.log': isStream('stderr.log'),
  'events.jsonl': {
    may: 'append',
    size: (logs) => logs.lines().reduce((sum, { length }) => sum + length, 0),
    open: (fs) => ({ ...eventReader(fs.logs), ...eventWriter(fs) }),
  },
  follow: { may: 'read', size: () => 0, open: ({ logs }) => followHandle(logs) },
  'trajectory.json': {
    may: 'read',
    size: () => 0,
    open: (fs) => textHandle(() => `${JSON.stringify(fs.trajectory(), null, 2)}\n`),
  },
  status: {
    may: 'read',
    size: () => 0,
    open: ({ logs }) => textHandle(() => `${JSON.stringify(logs.status)}\n`),
  },
  ctl: {
    may: 'write',
    size: () => 0,
    open: ({ logs }) => controlHandle((line) => tell(logs, line.split(/\s+/))),
  },
};

export class LogsFs implements FileService {
  readonly spec: ServiceSpec;
  readonly control = true;
  readonly logs: Logs;
  readonly source: string;
  readonly #agent: Agent;
  readonly #session: string;
  #version = 0;

  constructor(
    logs: Logs,
    {
      spec = { kind: 'logs' },
      agent = { name: 'agent', version: '0' },
      session = 'session',
      source = 'agent',
    }: LogsOptions = {},
  ) {
    this.logs = logs;
    this.spec = spec;
    this.source = source;
    this.#agent = agent;
    this.#session = session;
    logs.onChange(() => this.#version++);
  }

  trajectory(): object {
    return trajectoryOf(this.logs.events, this.#session, this.#agent);
  }

  async stat(path: Path): Promise<Stat> {
    const common = { mtime: 0n, nlink: 1, version: String(this.#version) };
    if (path.length === 0) return { kind: 'dir', size: 0, ino: 1n, ...common };
    const size = fileAt(path).size(this.logs);
    const ino = BigInt(Object.keys(files).indexOf(path[0] as string) + 2);
    return { kind: 'file', size, ino, ...common };
  }

  async readdir(path: Path): Promise<Entry[]> {
    if (path.length > 0) {
      fileAt(path);
      fail('ENOTDIR');
    }
    return Object.keys(files).map((name) => ({ name, kind: 'file' }));
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    if (path.length === 0) fail('EISDIR');
    const { may, open } = fileAt(path);
    if ((mode.write || mode.append || mode.truncate) && may === 'read')
      fail('EACCES', 'this file is only read');
    if (mode.read && may === 'write') fail('EACCES', 'this file is only written');
    if (mode.truncate && may === 'append') fail('EACCES', 'a log only grows: ctl takes clear');
    return open(this, mode);
  }

  watch(_path: Path, changed: (paths: Path[]) => void): () => void {
    return this.logs.onChange((what) => changed([[what]]));
  }
}

/** Offsets stay what they were when it was opened, also when the oldest lines go. */
function readerOf(stream: Stream): FileHandle {
  let base = stream.start;
  return {
    read: (at, count) => {
      const { from, bytes } = stream.read(base + at, count);
      // What is gone is stepped over once.
      if (from > base + at && bytes.length > 0) base = from - at;
      return bytes;
    },
  };
}

function eventReader(logs: Logs): FileHandle {
  return {
    read: (at, count) => {
      const parts: Uint8Array[] = [];
      let place = 0;
      let left = count;
      for (const line of logs.lines()) {
        const skip = Math.max(0, at - place);
        place += line.length;
        if (skip >= line.length || left === 0) continue;
        const part = line.subarray(skip, skip + left);
        parts.push(part);
        left -= part.length;
      }
      const all = new Uint8Array(count - left);
      let filled = 0;
      for (const part of parts) {
        all.set(part, filled);
        filled += part.length;
      }
      return all;
    },
  };
}

/** A line counts at its newline, what is left when it is closed. */
function eventWriter({ logs, source }: LogsFs): Pick<FileHandle, 'write' | 'close'> {
  const decoder = new TextDecoder();
  let rest = '';
  const add = (line: string): void => {
    if (line.trim() !== '') logs.add(eventFrom(line), source);
  };
  return {
    write: (at, data) => {
      const lines = (rest + decoder.decode(data, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_MAX) {
        rest = '';
        fail('EINVAL', 'an event has at most 256 KiB');
      }
      for (const line of lines) add(line);
      return { written: data.length, end: at === 'end' ? data.length : at + data.length };
    },
    close: () => add(rest),
  };
}

function eventFrom(line: string): { level: Level; message: string; data?: Json } {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch (error) {
    return fail('EINVAL', `an event is one JSON object a line: ${(error as Error).message}`);
  }
  const { level, message, data, ...more } = (value ?? {}) as { [name: string]: Json };
  if (typeof value !== 'object' || Array.isArray(value)) fail('EINVAL', 'an event is an object');
  if (!levels.some((each) => each === level))
    fail('EINVAL', `an event's level is one of ${levels.join(', ')}`);
  if (typeof message !== 'string') fail('EINVAL', "an event's message is a text");
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) fail('EINVAL', `an event has no '${unknown}': it goes into data`);
  return {
    level: level as Level,
    message: message as string,
    ...(data === undefined ? {} : { data }),
  };
}

function followHandle(logs: Logs): FileHandle {
  const queue = new Queue(FOLLOW_MAX);
  const stop = logs.onChange((_, event) => {
    if (!event) return;
    const line = new TextEncoder().encode(`${JSON.stringify(event)}\n`);
    // Whole or not at all: a reader that is too slow misses events, not parts of them.
    if (queue.size + line.length <= FOLLOW_MAX) void queue.write(line, never);
  });
  return {
    stream: true,
    ready: (what) => (what === 'read' ? queue.ready('read') : undefined),
    changed: (signal) => queue.changed(signal),
    read: (_at, count, signal) => queue.read(count, signal),
    close: () => {
      stop();
      queue.abandon();
    },
  };
}

function tell(logs: Logs, [verb = '', argument, ...rest]: readonly string[]): void {
  if (rest.length > 0) fail('EINVAL', `${verb} takes one word at most`);
  if (verb === 'clear' && argument === undefined) logs.clear();
  else if (verb === 'level') {
    const level = levels.find((each) => each === argument);
    logs.level = level ?? fail('EINVAL', `a level is one of ${levels.join(', ')}`);
  } else if (verb === 'cap') logs.cap = Number(argument);
  else fail('EINVAL', `'${verb}' is none of clear, level LEVEL, cap BYTES`);
}

function fileAt([name = '', ...rest]: Path): LogFile {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) return fail('ENOENT');
  return rest.length > 0 ? fail('ENOTDIR') : file;
}
