/**
 * What a WebAssembly binary is, read from its sections without compiling it: the preflight before a
 * run, and the memory section rewritten so that a limit holds. Pure; any bytes may come in
 * (WebAssembly core specification, "Binary Format").
 */
import { fail } from '../kernel/errors.ts';

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global' | 'tag';
}
export interface Export {
  readonly name: string;
  readonly kind: Import['kind'];
}
export interface Memory {
  /** Pages of 64 KiB. */
  readonly min: number;
  readonly max: number | undefined;
  readonly shared: boolean;
}

/** What was found, and whether it can run here. */
export interface Preflight {
  readonly kind: 'command' | 'reactor' | 'component' | 'wasix' | 'threads' | 'emscripten' | 'library' | 'preview0' | 'broken' | 'not wasm';
  readonly runs: boolean;
  /** One sentence: what it is and, where it does not run, what to do. */
  readonly verdict: string;
  readonly size: number;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly memory: Memory | undefined;
}

export const PAGE = 65_536;
const PREVIEW1 = 'wasi_snapshot_preview1';
const kinds = ['function', 'table', 'memory', 'global', 'tag'] as const;
const SECTION = { import: 2, memory: 5, export: 7 } as const;

/** The functions of preview1 (witx wasi_snapshot_preview1). */
export const preview1: ReadonlySet<string> = new Set(
  (
    'args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get fd_advise fd_allocate fd_close ' +
    'fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size ' +
    'fd_filestat_set_times fd_pread fd_prestat_get fd_prestat_dir_name fd_pwrite fd_read fd_readdir fd_renumber fd_seek ' +
    'fd_sync fd_tell fd_write path_create_directory path_filestat_get path_filestat_set_times path_link path_open ' +
    'path_readlink path_remove_directory path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise ' +
    'sched_yield random_get sock_accept sock_recv sock_send sock_shutdown'
  ).split(' '),
);

interface Section {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  /** Where its header begins. */
  readonly header: number;
}

class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  get done(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    if (this.at >= this.#end) fail('ENOEXEC', 'the file ends in the middle');
    return this.#bytes[this.at++] as number;
  }

  /** Unsigned LEB128, at most 32 bits (64 where a memory is that large). */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return fail('ENOEXEC', 'a number is too long');
  }

  skip(count: number): void {
    if (this.at + count > this.#end) fail('ENOEXEC', 'the file ends in the middle');
    this.at += count;
  }

  name(): string {
    const size = this.unsigned();
    const start = this.at;
    this.skip(size);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + size));
  }

  limits(): { min: number; max: number | undefined; shared: boolean; flags: number } {
    const flags = this.byte();
    const min = this.unsigned();
    const max = flags & 1 ? this.unsigned() : undefined;
    return { min, max, shared: (flags & 2) !== 0, flags };
  }
}

/** Looks at any bytes; never throws. */
export function inspect(bytes: Uint8Array): Preflight {
  const about = { size: bytes.length, imports: [], exports: [], memory: undefined };
  const [a, s, m, layer] = [bytes[1], bytes[2], bytes[3], bytes[6]];
  if (bytes[0] !== 0 || a !== 0x61 || s !== 0x73 || m !== 0x6d) {
    const verdict = 'This is not a WebAssembly file: it does not begin with \\0asm.';
    return { ...about, kind: 'not wasm', runs: false, verdict };
  }
  if (layer === 1) {
    const verdict = 'This is a component (WASI preview2). Build it as a core module for wasm32-wasip1 instead.';
    return { ...about, kind: 'component', runs: false, verdict };
  }
  try {
    return judge(bytes.length, parse(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^ENOEXEC: /, '') : String(error);
    const verdict = `This WebAssembly file is damaged: ${why}. Get or build it again.`;
    return { ...about, kind: 'broken', runs: false, verdict };
  }
}

interface Parsed {
  readonly imports: Import[];
  readonly exports: Export[];
  readonly memory: Memory | undefined;
}

function parse(bytes: Uint8Array): Parsed {
  const imports: Import[] = [];
  const exports: Export[] = [];
  let memory: Memory | undefined;
  for (const section of sections(bytes)) {
    const reader = new Reader(bytes, section.start, section.end);
    if (section.id === SECTION.import) imports.push(...readImports(reader));
    if (section.id === SECTION.export) exports.push(...readExports(reader));
    if (section.id === SECTION.memory && reader.unsigned() > 0) memory = reader.limits();
  }
  return { imports, exports, memory };
}

function sections(bytes: Uint8Array): Section[] {
  const found: Section[] = [];
  if (bytes[4] !== 1 || bytes[5] !== 0) fail('ENOEXEC', 'its version of the format is unknown');
  const reader = new Reader(bytes, 8);
  while (!reader.done) {
    const header = reader.at;
    const id = reader.byte();
    const size = reader.unsigned();
    const start = reader.at;
    reader.skip(size);
    found.push({ id, start, end: reader.at, header });
  }
  return found;
}

function readImports(reader: Reader): Import[] {
  const found: Import[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const module = reader.name();
    const name = reader.name();
    const kind = kinds[reader.byte()] ?? fail('ENOEXEC', 'an import is of no known kind');
    if (kind === 'function') reader.unsigned();
    else if (kind === 'memory') reader.limits();
    else if (kind === 'table') {
      reader.byte();
      reader.limits();
    } else reader.skip(2);
    found.push({ module, name, kind });
  }
  return found;
}

function readExports(reader: Reader): Export[] {
  const found: Export[] = [];
  for (let left = reader.unsigned(); left > 0; left--) {
    const name = reader.name();
    const kind = kinds[reader.byte()] ?? fail('ENOEXEC', 'an export is of no known kind');
    reader.unsigned();
    found.push({ name, kind });
  }
  return found;
}

type Rule = readonly [kind: Preflight['kind'], holds: (found: Parsed) => boolean, verdict: (found: Parsed) => string];

const from = (found: Parsed, pattern: RegExp): Import[] => found.imports.filter(({ module }) => pattern.test(module));
const lacking = ({ imports }: Parsed): string[] =>
  imports
    .filter(({ module, name, kind }) => module !== PREVIEW1 || kind !== 'function' || !preview1.has(name))
    .map(({ module, name }) => `${module}.${name}`);

/** First match wins. */
const rules: readonly Rule[] = [
  ['wasix', (f) => from(f, /^wasix/).length > 0, () => 'This is a WASIX program. Build it for plain wasm32-wasip1 instead.'],
  [
    'threads',
    (f) => from(f, /^wasi$/).some(({ name }) => name === 'thread-spawn') || f.imports.some(({ kind }) => kind === 'memory'),
    () => 'This program wants threads or memory from outside. Build it single-threaded for wasm32-wasip1.',
  ],
  ['preview0', (f) => from(f, /^wasi_unstable$/).length > 0, () => 'This was built for WASI preview0 (wasi_unstable). Build it with a newer SDK.'],
  [
    'emscripten',
    (f) => from(f, /^(env|a)$/).some(({ name }) => /emscripten|^_|^invoke_|^[a-z]$/.test(name)),
    () => 'This was made by Emscripten for its own JavaScript. Build it with -sSTANDALONE_WASM or for wasm32-wasip1.',
  ],
  ['library', (f) => lacking(f).length > 0, (f) => `This needs ${nameSome(lacking(f))}, which WASI preview1 does not have.`],
  ['reactor', (f) => hasExport(f, '_initialize') && !hasExport(f, '_start'), () => 'This is a reactor (a library): it has _initialize and no _start to run.'],
  ['library', (f) => !hasExport(f, '_start'), () => 'This exports no _start function, so there is nothing to run. Link it as a command.'],
  ['library', (f) => !f.exports.some((e) => e.name === 'memory' && e.kind === 'memory'), () => 'This exports no memory, which every WASI program must.'],
];

function judge(size: number, found: Parsed): Preflight {
  const rule = rules.find(([, holds]) => holds(found));
  if (rule) return { kind: rule[0], runs: false, verdict: rule[2](found), size, ...found };
  return { kind: 'command', runs: true, verdict: 'This is a WASI preview1 command. It runs here.', size, ...found };
}

const hasExport = ({ exports }: Parsed, name: string): boolean =>
  exports.some((e) => e.name === name && e.kind === 'function');

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/**
 * The same module whose memory cannot grow past `limit` bytes: memory.grow fails inside the program.
 * ENOMEM if it asks for more at the start.
 */
export function limitMemory(bytes: Uint8Array, limit: number): Uint8Array {
  const pages = Math.floor(limit / PAGE);
  const section = sections(bytes).find(({ id }) => id === SECTION.memory);
  if (!section) return bytes;
  const reader = new Reader(bytes, section.start, section.end);
  if (reader.unsigned() !== 1) return bytes;
  const { min, max, flags } = reader.limits();
  if (min > pages) {
    fail('ENOMEM', `it starts with ${mebibytes(min)} of memory and may have ${mebibytes(pages)}`);
  }
  if (max !== undefined && max <= pages) return bytes;
  const body = [1, flags | 1, ...leb(min), ...leb(pages)];
  const rest = bytes.subarray(section.end);
  const head = bytes.subarray(0, section.header);
  const made = [SECTION.memory, ...leb(body.length), ...body];
  const out = new Uint8Array(head.length + made.length + rest.length);
  out.set(head);
  out.set(made, head.length);
  out.set(rest, head.length + made.length);
  return out;
}

const mebibytes = (pages: number): string => `${Math.ceil((pages * PAGE) / 2 ** 20)} MiB`;

function leb(value: number): number[] {
  const out: number[] = [];
  let left = value;
  do {
    const byte = left % 128;
    left = Math.floor(left / 128);
    out.push(left > 0 ? byte | 0x80 : byte);
  } while (left > 0);
  return out;
}
