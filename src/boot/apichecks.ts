/** What the arguments of every method of `window.oanix` must be. */
import {
  above0,
  type Check,
  type Checks,
  callback,
  checkArguments,
  either,
  fields,
  flag,
  jsonObject,
  listOf,
  mapOf,
  must,
  oneOf,
  optional,
  path,
  signal,
  text,
  whole,
  wholeFrom,
  word,
} from './arguments.ts';
import { Catalogue } from './catalogue.ts';
import { data } from './data.ts';
import { Reviews, SnapshotsApi } from './history.ts';
import type { SpawnOptions } from './oanix.ts';
import { OanixFile, OanixFs } from './oanixfs.ts';
import { EnvsApi, SchedApi } from './workapi.ts';

const size = wholeFrom(0);
const modeBits = must(
  'a whole number from 0 to 0o777',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0o777,
);
const time = must(
  'a time: nanoseconds since 1970 as a bigint of 64 bits',
  (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
);
const program = either('a path or the bytes of a program', path, data);
/** What stands between slashes of a path. */
const id = must(
  'an id: letters, digits, dots, dashes and underscores',
  (value) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value),
);
const line = must(
  'a path without a line break',
  (value) => typeof value === 'string' && !/[\0\n]/.test(value),
);
const pid = { pid: wholeFrom(1) };
const decided = { ...pid, paths: optional(listOf(path)) };

const flags = optional(
  fields({
    order: optional(oneOf('replace', 'before', 'after')),
    create: optional(flag),
    ro: optional(flag),
    temporary: optional(flag),
  }),
);
const limits = fields(
  Object.fromEntries(
    ['memory', 'wall', 'cpu', 'output', 'files'].map((name) => [name, optional(above0)]),
  ),
);
const stream = either(
  "a descriptor's number, 'tty', 'pipe' or 'plain pipe'",
  size,
  oneOf('tty', 'pipe', 'plain pipe'),
);
const config: Checks = {
  args: optional(listOf(path)),
  env: optional(mapOf(path)),
  cwd: optional(path),
  preopens: optional(mapOf(path)),
  limits: optional(limits),
  tty: optional(size),
  access: optional(mapOf(oneOf('rw', 'ro', 'cow'))),
  namespace: optional(oneOf('fork', 'share')),
  traced: optional(flag),
};
const stdio = optional(listOf(stream));
/** What is captured goes through pipes. */
const captured = optional(listOf(oneOf('pipe', 'plain pipe')));
const { tty: _, ...withoutTerminal } = config;

const spawnFields = fields({ ...config, stdio, stdin: optional(data) });
/** What is given as standard input needs a pipe. */
const spawnOptions: Check = (value, name) => {
  const wrong = spawnFields(value, name);
  if (wrong !== undefined) return wrong;
  const { stdin, stdio: [first] = [], tty } = value as SpawnOptions;
  const isPipe = first === undefined ? tty === undefined : `${first}`.endsWith('pipe');
  return stdin === undefined || isPipe
    ? undefined
    : `${name}.stdin must be absent where standard input is no pipe`;
};

checkArguments('file', OanixFile.prototype, {
  promised: {
    read: { count: optional(size), signal: optional(signal) },
    readAt: { at: size, count: size },
    write: { data, signal: optional(signal) },
    seek: { offset: whole, whence: optional(oneOf('set', 'cur', 'end')) },
    stat: {},
    truncate: { size },
    sync: {},
    close: {},
  },
  direct: { stream: {} },
});

checkArguments('oanix.fs', OanixFs.prototype, {
  promised: {
    readFile: { path, encoding: optional(oneOf('utf8')) },
    writeFile: { path, data, options: optional(fields({ exclusive: optional(flag) })) },
    appendFile: { path, data },
    open: {
      path,
      how: optional(oneOf('r', 'r+', 'w', 'w+', 'a', 'a+', 'wx', 'wx+')),
      signal: optional(signal),
    },
    tell: { path, lines: text, signal: optional(signal) },
    ask: { path, line: text },
    readdir: { path },
    stat: { path },
    lstat: { path },
    mkdir: { path, options: optional(fields({ recursive: optional(flag) })) },
    remove: { path, options: optional(fields({ recursive: optional(flag) })) },
    rename: { from: path, to: path },
    link: { from: path, to: path },
    symlink: { target: path, path },
    readlink: { path },
    truncate: { path, size: optional(size) },
    setTimes: {
      path,
      times: fields({ atime: optional(time), mtime: optional(time) }),
      options: optional(fields({ follow: optional(flag) })),
    },
    setMode: { path, mode: modeBits },
    watch: { path, changed: callback },
    sync: {},
  },
  direct: {},
});

checkArguments('oanix.catalogue', Catalogue.prototype, {
  promised: {
    list: {},
    install: { name: word, progress: optional(callback), signal: optional(signal) },
    remove: { name: word },
  },
  direct: {},
});

checkArguments('oanix.reviews', Reviews.prototype, {
  promised: { list: {}, changes: pid, diff: pid, keep: decided, discard: decided },
  direct: { pathOf: { ...pid, path } },
});

checkArguments('oanix.snapshots', SnapshotsApi.prototype, {
  promised: {
    list: {},
    create: { name: word },
    restore: { name: word, options: optional(fields({ signal: optional(signal) })) },
    remove: { name: word },
    rename: { name: word, to: word },
    rule: {},
    setRule: { rule: fields({ keep: size, days: size }) },
    diff: { from: word, to: optional(word) },
  },
  direct: {},
});

checkArguments('oanix.envs', EnvsApi.prototype, {
  promised: {
    create: { description: jsonObject },
    list: {},
    status: { id },
    changes: { id },
    diff: { id },
    keep: { id, paths: optional(listOf(path)) },
    discard: { id, paths: optional(listOf(path)) },
    cancel: { id },
    remove: { id },
    fork: { id, as: id },
    look: { path: line },
    trial: { wanted: jsonObject },
    compare: { a: id, b: id },
  },
  direct: { pathOf: { id, path: optional(path) } },
});

checkArguments('oanix.sched', SchedApi.prototype, {
  promised: {
    submit: { job: jsonObject },
    submitAll: { jobs: listOf(jsonObject) },
    list: {},
    status: {},
    spec: { id },
    wait: { id },
    output: { id, name: optional(oneOf('stdout', 'stderr')) },
    cancel: { id },
    pause: {},
    resume: {},
    concurrency: { count: wholeFrom(1) },
  },
  direct: { register: { name: word, run: callback } },
});

/** Of `Oanix` itself. */
export const oanixChecks = {
  promised: {
    capsules: {},
    mount: { spec: fields({ kind: word, options: optional(jsonObject) }), at: path, flags },
    bind: { from: path, to: path, flags },
    unmount: { at: path, what: optional(text) },
    ns: {},
    spawn: { program, options: optional(spawnOptions) },
    terminal: {
      program: optional(program),
      options: optional(
        fields({
          ...withoutTerminal,
          stdio,
          cols: optional(wholeFrom(1)),
          rows: optional(wholeFrom(1)),
        }),
      ),
    },
    processes: {},
    run: {
      program,
      options: optional(fields({ ...withoutTerminal, stdio: captured, stdin: optional(data) })),
    },
  },
  direct: {},
};

const packing = optional(
  fields({ signal: optional(signal), leftOut: optional(callback), packed: optional(callback) }),
);
const review = must('what `review` answered', (value) => {
  const given = value as Partial<Record<string, unknown>> | null | undefined;
  return typeof given?.['files'] === 'string' && typeof given['manifest'] === 'object';
});

/** Of the capsules, which are loaded when they are first asked for. */
export const capsuleChecks = {
  promised: {
    survey: {
      paths: listOf(path),
      format: optional(oneOf('capsule', 'zip', 'tar', 'tar.gz')),
      signal: optional(signal),
    },
    archive: { paths: listOf(path), format: oneOf('zip', 'tar', 'tar.gz'), options: packing },
    packNamespace: { name: text, options: packing },
    namespaceRoots: {},
    link: { path, base: text },
    fromLink: { fragment: text },
    review: { file: path, signal: optional(signal) },
    open: {
      file: path,
      review,
      options: optional(fields({ signal: optional(signal), progress: optional(callback) })),
    },
  },
  direct: { packFolder: { path, options: packing } },
};

/** Of a terminal's session. */
export const terminalChecks = {
  promised: {
    write: { data },
    resize: { cols: wholeFrom(1), rows: wholeFrom(1) },
    kill: {},
    close: {},
  },
  direct: {},
};

/** Of what a person decides of the network. */
export const capabilityChecks = {
  promised: {
    state: {},
    setPolicy: { id: word, policy: jsonObject },
    answer: { id: word, answer: oneOf('once', 'always', 'never', 'no') },
    revoke: { grant: fields({ who: word, cap: word, subject: text }) },
    unlockVault: { passphrase: text },
    lockVault: {},
    setSecret: { name: word, value: text },
    removeSecret: { name: word },
    generateKey: { name: word, passphrase: text },
    importKey: { name: word, text, passphrase: text },
    addExtension: { name: word },
    addRemote: { name: word, url: text, passphrase: text },
    unlockKey: { name: word, passphrase: text },
    lockKey: { name: word },
    removeKey: { name: word },
  },
  direct: {},
};
