/** `oanix run`: a WASI program under Node, confined to the directories that it is given. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { MemoryBudget } from '../fs/mem/usage.ts';
import { FsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { type FileHandle, never } from '../kernel/service.ts';
import { streamFile } from '../kernel/spawn.ts';
import { makeKernel, readProgram } from './host.ts';
import { closeStores, openStore } from './stores.ts';
import { captureHandle, inputHandle, outputHandle } from './streams.ts';

const USAGE = `usage: oanix run [options] FILE.wasm [--] [args…]
       oanix capsule pack|unpack|ls …
       oanix bench DIR… [--agent solution|FILE|CMD]… [--jobs N] [--anyway] [--json]

  --dir HOST::GUEST[:ro]  a directory of this computer, as the program's preopened directory GUEST
  --mem GUEST[:MIB]       an empty directory in memory of at most MIB (1024), as a preopened directory
  --store FILE::GUEST     a directory that is kept in FILE, a store of this command, as GUEST
  --cap KIND=FILE         http or ws at /cap/KIND, by the policy in FILE (JSON; man policy)
  --env NAME=VALUE        a variable; the program gets no others (but PWD with --cwd)
  --cwd DIR               its working directory, one of its own names
  --memory MIB, --wall MS, --cpu MS, --output BYTES, --files N
                          its limits
  --json                  captures what it prints and tells how it ended, as one JSON object
`;

interface Options {
  readonly file: string;
  readonly args: readonly string[];
  readonly dirs: readonly { host: string; guest: string; ro: boolean }[];
  /** Directories that are kept. */
  readonly stores: readonly { host: string; guest: string; ro: boolean }[];
  /** The network, by kinds and files of policies. */
  readonly caps: readonly { readonly cap: string; readonly file: string }[];
  /** Directories in memory. */
  readonly memories: readonly { readonly guest: string; readonly bytes: number | undefined }[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly limits: Readonly<Record<string, number>>;
  readonly json: boolean;
}

class UsageError extends Error {}

/** Exit status for wrong usage (sysexits(3) has 64; shells use 2). */
const USAGE_STATUS = 2;
/** Found but cannot be run, and not found (execve by a shell). */
const [CANNOT_RUN, NOT_FOUND] = [126, 127];
const CAPTURE_MAX = 8 * 1024 * 1024;

const limitOptions = { memory: 1 << 20, wall: 1, cpu: 1, output: 1, files: 1 } as const;

function parse(argv: readonly string[]): Options {
  const [command, ...rest] = argv;
  if (command !== 'run') throw new UsageError(command ? `there is no command '${command}'` : '');
  // Options end at the program: what follows is its own.
  let count = 0;
  while (count < rest.length && rest[count]?.startsWith('-') && rest[count] !== '--')
    count += rest[count] === '--json' || rest[count]?.includes('=', 2) ? 1 : 2;
  const own = rest.slice(0, count);
  const [file, ...args] = rest.slice(rest[count] === '--' ? count + 1 : count);
  const { values } = parseArgs({
    args: own,
    options: {
      dir: { type: 'string', multiple: true },
      cap: { type: 'string', multiple: true },
      mem: { type: 'string', multiple: true },
      store: { type: 'string', multiple: true },
      env: { type: 'string', multiple: true },
      cwd: { type: 'string' },
      json: { type: 'boolean' },
      ...Object.fromEntries(
        Object.keys(limitOptions).map((name) => [name, { type: 'string' as const }]),
      ),
    },
  });
  if (file === undefined) throw new UsageError('which program?');
  return {
    file,
    args: args[0] === '--' ? args.slice(1) : args,
    dirs: (values.dir ?? []).map((text) => parseDir('dir', text)),
    stores: (values.store ?? []).map((text) => parseDir('store', text)),
    memories: (values.mem ?? []).map(memoryOf),
    caps: (values.cap ?? []).map(parseCap),
    env: Object.fromEntries((values.env ?? []).map(parseEnv)),
    cwd: values.cwd,
    limits: parseLimits(values as Record<string, unknown>),
    json: values.json ?? false,
  };
}

function parseDir(option: string, text: string): Options['dirs'][number] {
  const ro = text.endsWith(':ro');
  const [host = '', guest, ...more] = (ro ? text.slice(0, -3) : text).split('::');
  if (host === '' || guest === '' || more.length > 0)
    throw new UsageError(`--${option} takes HOST::GUEST or HOST::GUEST:ro, not '${text}'`);
  return { host, guest: guest ?? host, ro };
}

function parseCap(text: string): Options['caps'][number] {
  const [, cap = '', file = ''] = /^(http|ws)=(.+)$/.exec(text) ?? [];
  if (file === '') throw new UsageError(`--cap takes http=FILE or ws=FILE, not '${text}'`);
  return { cap, file };
}

function parseEnv(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--env takes NAME=VALUE, not '${text}'`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseLimits(values: Record<string, unknown>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limitOptions).flatMap(([name, unit]) => {
      if (values[name] === undefined) return [];
      const number = Number(values[name]);
      if (!(number > 0)) throw new UsageError(`--${name} takes a number above 0`);
      return [[name, number * unit]];
    }),
  );
}

/** A guest's name as a path of the namespace. */
const mountPoint = (guest: string): string => (guest.startsWith('/') ? guest : `/${guest}`);

async function run(options: Options): Promise<number> {
  const kernel = makeKernel(memoryFor(options.memories));
  const process_ = kernel.processes.attach('oanix');
  const preopens: Record<string, string> = {};
  for (const { host, guest, ro } of options.dirs) {
    const spec = { kind: 'workspace', options: { root: host } };
    await kernel.call(process_, 'mount', { spec, at: mountPoint(guest), flags: { ro } }, never);
    preopens[guest] = mountPoint(guest);
  }
  for (const { host, guest, ro } of options.stores) {
    await openStore(host);
    const spec = { kind: 'store', options: { path: host } };
    const flags = { create: true, ro };
    await kernel.call(process_, 'mount', { spec, at: mountPoint(guest), flags }, never);
    preopens[guest] = mountPoint(guest);
  }
  for (const { guest, bytes } of options.memories) {
    const spec = { kind: 'mem', options: bytes === undefined ? {} : { bytes } };
    const flags = { create: true };
    await kernel.call(process_, 'mount', { spec, at: mountPoint(guest), flags }, never);
    preopens[guest] = mountPoint(guest);
  }
  const endNetwork = await network(kernel, process_, options.caps);
  if (options.caps.length > 0) preopens['/cap'] = '/cap';
  const cwd = options.cwd === undefined ? undefined : mountPoint(options.cwd);
  if (cwd !== undefined) preopens['.'] ??= cwd;
  const captured = [captureHandle(CAPTURE_MAX), captureHandle(CAPTURE_MAX)] as const;
  const outputs = options.json
    ? captured.map(({ handle }) => handle)
    : [outputHandle(process.stdout), outputHandle(process.stderr)];
  const stdio = [
    give(process_, inputHandle(process.stdin), 'read'),
    ...outputs.map((handle) => give(process_, handle, 'write')),
  ];
  const { pid } = await kernel.call(
    process_,
    'spawn',
    {
      program: await readProgram(options.file),
      config: {
        args: [options.file, ...options.args],
        env: options.env,
        preopens,
        limits: options.limits,
        stdio,
        ...(cwd === undefined ? {} : { cwd }),
      },
    },
    never,
  );
  const status = await kernel.processes.get(pid).ended;
  await endNetwork();
  await closeStores();
  const [out, err] = captured;
  if (options.json) {
    const result = {
      ...status,
      stdout: out.text(),
      stderr: err.text(),
      stdout_dropped: out.dropped(),
      stderr_dropped: err.dropped(),
    };
    await new Promise((resolve) =>
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`, resolve),
    );
  } else if (status.trap && process.stderr.isTTY) {
    process.stderr.write(`${status.trap.kind}: ${status.trap.message}\n${status.trap.stack}\n`);
  }
  return status.exit_code;
}

/** Loaded where it is asked for; returns the end. */
async function network(
  kernel: Kernel,
  owner: Process,
  caps: Options['caps'],
): Promise<() => Promise<void>> {
  if (caps.length === 0) return async () => undefined;
  const { mountCapabilities } = await import('./capabilities.ts');
  const given = await Promise.all(
    caps.map(async ({ cap, file }) => ({
      cap: cap as 'http' | 'ws',
      policy: await readJson(file),
    })),
  );
  return mountCapabilities(kernel, owner, given);
}

/** A JSON file that a person wrote, with or without a byte order mark; in UTF-16 only with one. EINVAL names the file. */
async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(file);
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[mark] ?? 'utf-8';
  try {
    // The decoder takes the mark away.
    return JSON.parse(new TextDecoder(encoding, { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : `it is not text in ${encoding}`;
    throw new FsError('EINVAL', { path: file, reason: `the file is not JSON: ${why}` });
  }
}

function give(owner: Process, handle: FileHandle, end: 'read' | 'write'): number {
  return owner.add(streamFile(handle, end, 'stdio'));
}

/** `oanix capsule …`; loaded by who needs it alone. */
async function capsule(args: readonly string[]): Promise<number> {
  const { CAPSULE_USAGE, capsuleCommand } = await import('./capsule.ts');
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { name: { type: 'string' } },
    allowPositionals: true,
  });
  const [verb = '', ...files] = positionals;
  const run = capsuleCommand(verb, files, values.name);
  if (!run) throw new UsageError(CAPSULE_USAGE);
  return run();
}

/** `oanix bench …`; loaded by who needs it alone. */
async function bench(args: readonly string[]): Promise<number> {
  const { BENCH_USAGE, bench: start } = await import('./bench.ts');
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      agent: { type: 'string', multiple: true },
      jobs: { type: 'string' },
      anyway: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const jobs = Number(values.jobs ?? 2);
  if (positionals.length === 0 || !(Number.isSafeInteger(jobs) && jobs > 0))
    throw new UsageError(BENCH_USAGE);
  const { agent: agents = ['solution'], anyway = false, json = false } = values;
  const root = process.env['OANIX_ROOT'] ?? process.cwd();
  return start({ dirs: positionals, agents, jobs, anyway, json }, root);
}

const commands: { readonly [name: string]: (args: readonly string[]) => Promise<number> } = {
  bench,
  capsule,
};

/** `oanix --help`, or a command and then `--help`: what comes later may be a program's own. */
const asksForHelp = (argv: readonly string[]): boolean =>
  argv.slice(0, 2).some((word) => word === '--help' || word === '-h');

try {
  const [command = '', ...rest] = process.argv.slice(2);
  if (asksForHelp(process.argv.slice(2))) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const other = Object.hasOwn(commands, command) ? commands[command] : undefined;
  process.exit(await (other ? other(rest) : run(parse(process.argv.slice(2)))));
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  const usage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(usage ? `${message}\n\n${USAGE}` : `oanix: ${message}\n`);
  const missing = code === 'ENOENT' && !(error instanceof FsError);
  process.exit(usage ? USAGE_STATUS : missing ? NOT_FOUND : CANNOT_RUN);
}

/** What all mounts in memory may hold together: what a person has asked for, beside the usual. */
function memoryFor(memories: Options['memories']): number {
  return memories.reduce((sum, { bytes = 0 }) => sum + bytes, MemoryBudget.DEFAULT_BYTES);
}

/** `GUEST` or `GUEST:MIB`. */
function memoryOf(text: string): Options['memories'][number] {
  const [guest = '', mib, ...more] = text.split(':');
  const isNumber = mib === undefined || /^[1-9]\d{0,6}$/.test(mib);
  if (guest === '' || !isNumber || more.length > 0)
    throw new UsageError(`--mem takes GUEST or GUEST:MIB, not '${text}'`);
  return { guest, bytes: mib === undefined ? undefined : Number(mib) * (1 << 20) };
}
