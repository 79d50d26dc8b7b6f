/**
 * What a WebAssembly binary is, read from its sections without compiling it: the preflight before a
 * run, and the memory section rewritten so that a limit holds. Pure; any bytes may come in
 * (WebAssembly core specification, "Binary Format").
 */

import { concat } from '../kernel/bytes.ts';
import { fail } from '../kernel/errors.ts';
import { PAGE } from './pages.ts';
import { RUBY_HOSTS, RUBY_INIT } from './ruby.ts';

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
  readonly kind:
    | 'command'
    | 'reactor'
    | 'component'
    | 'wasix'
    | 'threads'
    | 'emscripten'
    | 'library'
    | 'preview0'
    | 'broken'
    | 'not wasm';
  readonly runs: boolean;
  /** One sentence: what it is and, where it does not run, what to do. */
  readonly verdict: string;
  readonly size: number;
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  readonly memory: Memory | undefined;
}

const PREVIEW1 = 'wasi_snapshot_preview1';
const kinds = ['function', 'table', 'memory', 'global', 'tag'] as const;
const SECTION = { type: 1, import: 2, table: 4, memory: 5, export: 7 } as const;

/** More imports, exports or types than any program has: reading them would stall the kernel. */
const NAMES_MAX = 100_000;
/** Elements of all tables together: the engine keeps them outside of the memory that is limited. */
const TABLE_MAX = 1_000_000;

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

  /** One byte, or a reference to a heap type in two parts. */
  valueType(): void {
    const type = this.byte();
    if (type === 0x63 || type === 0x64) this.unsigned();
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
    const verdict =
      'This is a component (WASI preview2). Build it as a core module for wasm32-wasip1 instead.';
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
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** The first memory; `memories` counts them. */
  readonly memory: Memory | undefined;
  readonly memories: number;
  readonly wide: boolean;
  /** Garbage-collected types, whose objects live outside of the memory that is limited. */
  readonly collected: boolean;
}

function parse(bytes: Uint8Array): Parsed {
  let found: Parsed = {
    imports: [],
    exports: [],
    memory: undefined,
    memories: 0,
    wide: false,
    collected: false,
  };
  for (const section of sections(bytes)) {
    const reader = new Reader(bytes, section.start, section.end);
    if (section.id === SECTION.type) found = { ...found, collected: hasCollectedTypes(reader) };
    if (section.id === SECTION.import) found = { ...found, imports: readImports(reader) };
    if (section.id === SECTION.export) found = { ...found, exports: readExports(reader) };
    if (section.id === SECTION.memory) {
      const memories = count(reader);
      if (memories === 0) continue;
      const { flags, ...memory } = reader.limits();
      found = { ...found, memories, memory, wide: (flags & 4) !== 0 };
    }
  }
  return found;
}

function count(reader: Reader): number {
  const found = reader.unsigned();
  if (found > NAMES_MAX) fail('ENOEXEC', 'a section lists more than any program needs');
  return found;
}

const FUNCTION_TYPE = 0x60;

/** True at the first type that is not a plain function. */
function hasCollectedTypes(reader: Reader): boolean {
  for (let left = count(reader); left > 0; left--) {
    if (reader.byte() !== FUNCTION_TYPE) return true;
    for (let list = 0; list < 2; list++)
      for (let values = count(reader); values > 0; values--) reader.valueType();
  }
  return false;
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
  for (let left = count(reader); left > 0; left--) {
    const module = reader.name();
    const name = reader.name();
    const kind = kinds[reader.byte()] ?? fail('ENOEXEC', 'an import is of no known kind');
    if (kind === 'function') reader.unsigned();
    else if (kind === 'memory') reader.limits();
    else if (kind === 'table') {
      reader.valueType();
      reader.limits();
    } else reader.skip(2);
    found.push({ module, name, kind });
  }
  return found;
}

function readExports(reader: Reader): Export[] {
  const found: Export[] = [];
  for (let left = count(reader); left > 0; left--) {
    const name = reader.name();
    const kind = kinds[reader.byte()] ?? fail('ENOEXEC', 'an export is of no known kind');
    reader.unsigned();
    found.push({ name, kind });
  }
  return found;
}

type Rule = readonly [
  kind: Preflight['kind'],
  holds: (found: Parsed) => boolean,
  verdict: (found: Parsed) => string,
];

const from = (found: Parsed, pattern: RegExp): Import[] =>
  found.imports.filter(({ module }) => pattern.test(module));
const isRuby = ({ exports }: Pick<Parsed, 'exports'>): boolean =>
  exports.some(({ name }) => name === RUBY_INIT);
const lacking = ({ imports, exports }: Parsed): string[] =>
  imports
    .filter(
      ({ module, name, kind }) =>
        !(isRuby({ exports }) && RUBY_HOSTS.has(module)) &&
        (module !== PREVIEW1 || kind !== 'function' || !preview1.has(name)),
    )
    .map(({ module, name }) => `${module}.${name}`);

/** First match wins. */
const rules: readonly Rule[] = [
  [
    'wasix',
    (f) => from(f, /^wasix/).length > 0,
    () => 'This is a WASIX program. Build it for plain wasm32-wasip1 instead.',
  ],
  [
    'threads',
    (f) =>
      from(f, /^wasi$/).some(({ name }) => name === 'thread-spawn') ||
      f.imports.some(({ kind }) => kind === 'memory'),
    () =>
      'This program wants threads or memory from outside. Build it single-threaded for wasm32-wasip1.',
  ],
  [
    'preview0',
    (f) => from(f, /^wasi_unstable$/).length > 0,
    () => 'This was built for WASI preview0 (wasi_unstable). Build it with a newer SDK.',
  ],
  [
    'emscripten',
    (f) => from(f, /^(env|a)$/).some(({ name }) => /emscripten|^_|^invoke_|^[a-z]$/.test(name)),
    () =>
      'This was made by Emscripten for its own JavaScript. Build it with -sSTANDALONE_WASM or for wasm32-wasip1.',
  ],
  [
    'library',
    (f) => lacking(f).length > 0,
    (f) => `This needs ${nameSome(lacking(f))}, which WASI preview1 does not have.`,
  ],
  [
    'library',
    (f) => f.memories > 1,
    () => 'This has more than one memory, which WASI preview1 does not know. Build it with one.',
  ],
  [
    'library',
    (f) => f.wide || f.memory?.shared === true,
    () => 'This has a 64-bit or shared memory. Build it single-threaded for wasm32-wasip1.',
  ],
  [
    'library',
    (f) => f.collected,
    () =>
      'This uses garbage-collected types, whose memory cannot be limited here. Build it without them.',
  ],
  [
    'reactor',
    (f) => hasExport(f, '_initialize') && !hasExport(f, '_start') && !isRuby(f),
    () => 'This is a reactor (a library): it has _initialize and no _start to run.',
  ],
  [
    'library',
    (f) => !hasExport(f, '_start') && !isRuby(f),
    () => 'This exports no _start function, so there is nothing to run. Link it as a command.',
  ],
  [
    'library',
    (f) => !f.exports.some((e) => e.name === 'memory' && e.kind === 'memory'),
    () => 'This exports no memory, which every WASI program must.',
  ],
];

function judge(size: number, found: Parsed): Preflight {
  const rule = rules.find(([, holds]) => holds(found));
  const { imports, exports, memory } = found;
  const about = { size, imports, exports, memory };
  if (rule) return { kind: rule[0], runs: false, verdict: rule[2](found), ...about };
  return {
    kind: 'command',
    runs: true,
    verdict: isRuby(found)
      ? 'This is Ruby for WASI preview1. It runs here.'
      : 'This is a WASI preview1 command. It runs here.',
    ...about,
  };
}

const hasExport = ({ exports }: Parsed, name: string): boolean =>
  exports.some((e) => e.name === name && e.kind === 'function');

function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/**
 * The same module whose memory cannot grow past `limit` bytes, nor its tables past a million
 * elements: memory.grow and table.grow fail inside the program. ENOMEM if it asks for more at the
 * start.
 */
export function limitMemory(bytes: Uint8Array, limit: number): Uint8Array {
  const pages = Math.min(65_536, Math.floor(limit / PAGE));
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const section of sections(bytes)) {
    if (section.id !== SECTION.memory && section.id !== SECTION.table) continue;
    const reader = new Reader(bytes, section.start, section.end);
    const body =
      section.id === SECTION.memory ? limitedMemories(reader, pages) : limitedTables(reader, bytes);
    if (!body) continue;
    parts.push(
      bytes.subarray(copied, section.header),
      Uint8Array.from([section.id, ...leb(body.length), ...body]),
    );
    copied = section.end;
  }
  parts.push(bytes.subarray(copied));
  return concat(parts);
}

function limitedMemories(reader: Reader, pages: number): number[] | undefined {
  if (reader.unsigned() !== 1) return undefined;
  const { min, max, flags } = reader.limits();
  if (min > pages)
    fail('ENOMEM', `it starts with ${showPages(min)} of memory and may have ${showPages(pages)}`);
  return [1, flags | 1, ...leb(min), ...leb(Math.min(max ?? pages, pages))];
}

/** Tables share the allowance; one with a form that only newer proposals have is left as it is. */
function limitedTables(reader: Reader, bytes: Uint8Array): number[] | undefined {
  const tables = count(reader);
  if (tables === 0) return undefined;
  const most = Math.floor(TABLE_MAX / tables);
  const body = [...leb(tables)];
  for (let left = tables; left > 0; left--) {
    const start = reader.at;
    reader.valueType();
    const type = bytes.subarray(start, reader.at);
    if (type[0] === 0x40)
      fail('ENOEXEC', 'a table has an initial expression, which is not supported here');
    const { min, max, flags } = reader.limits();
    if (min > most) fail('ENOMEM', `it starts with tables of ${min} elements and may have ${most}`);
    body.push(...type, flags | 1, ...leb(min), ...leb(Math.min(max ?? most, most)));
  }
  return body;
}

const showPages = (pages: number): string =>
  pages < 16 ? `${pages * 64} KiB` : `${Math.ceil(pages / 16)} MiB`;

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
