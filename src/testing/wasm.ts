/** Tiny WebAssembly commands for tests, made byte by byte: one function, `_start`, and a memory. */
import { ALL_RIGHTS, RIGHTS } from '../wasi/rights.ts';

const section = (id: number, body: readonly number[]): number[] => [
  id,
  ...size(body.length),
  ...body,
];
/** Unsigned LEB128. */
const size = (count: number): number[] =>
  count < 0x80 ? [count] : [(count & 0x7f) | 0x80, ...size(count >> 7)];
const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

const types = { i32: 0x7f, i64: 0x7e };

export interface TinyOptions {
  /** Pages at the start. */
  readonly pages?: number;
  /** Functions of preview1 to import; `params` counts `i32` parameters, or lists their types. */
  readonly imports?: readonly {
    readonly module?: string;
    readonly name: string;
    readonly params: number | readonly (keyof typeof types)[];
    readonly result?: keyof typeof types;
  }[];
  readonly exportStart?: string;
}

/** A module whose `_start` runs `code` (instructions without the final end). */
export function tinyModule(
  code: readonly number[],
  { pages = 1, imports = [], exportStart = '_start' }: TinyOptions = {},
): Uint8Array {
  const signatures = [
    [0x60, 0, 0],
    ...imports.map(({ params, result }) => {
      const list = typeof params === 'number' ? Array<'i32'>(params).fill('i32') : params;
      const results = result === undefined ? [] : [types[result]];
      return [0x60, list.length, ...list.map((type) => types[type]), results.length, ...results];
    }),
  ];
  const imported = imports.flatMap((each, i) => [
    ...name(each.module ?? 'wasi_snapshot_preview1'),
    ...name(each.name),
    0,
    i + 1,
  ]);
  const start = imports.length;
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [signatures.length, ...signatures.flat()]),
    ...(imports.length > 0 ? section(2, [imports.length, ...imported]) : []),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, pages]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name(exportStart), 0, start]),
    ...section(10, [1, ...size(body.length), ...body]),
  ]);
}

/** `loop br 0 end`: never ends and never calls. */
export const loops = (): Uint8Array => tinyModule([0x03, 0x40, 0x0c, 0, 0x0b]);
/** `unreachable`. */
export const traps = (): Uint8Array => tinyModule([0x00]);
/** Calls proc_exit(code). */
export const exits = (code: number): Uint8Array =>
  tinyModule([0x41, ...leb(code), 0x10, 0], { imports: [{ name: 'proc_exit', params: 1 }] });
/** Reads one byte of standard input at a time, for ever. */
export const readsForEver = (): Uint8Array =>
  // i32.store 0 ← 16 (where), i32.store 4 ← 1 (how much); fd_read(0, 0, 1, 8) without end.
  tinyModule(
    [
      0x41, 0, 0x41, 16, 0x36, 2, 0, 0x41, 4, 0x41, 1, 0x36, 2, 0, 0x03, 0x40, 0x41, 0, 0x41, 0,
      0x41, 1, 0x41, 8, 0x10, 0, 0x0c, 0, 0x0b,
    ],
    { imports: [{ name: 'fd_read', params: 4 }] },
  );
/** Calls itself until the stack is full. */
export const recurses = (): Uint8Array => tinyModule([0x10, 0]);
/** Grows its memory by `pages`; exits 0 if it was refused, 1 if it was given. */
export const grows = (pages: number): Uint8Array =>
  tinyModule([0x41, ...leb(pages), 0x40, 0, 0x41, 0x7f, 0x47, 0x10, 0], {
    imports: [{ name: 'proc_exit', params: 1 }],
  });

/** Signed LEB128, for the constants of instructions. */
function leb(value: number | bigint): number[] {
  const out: number[] = [];
  let left = BigInt(value);
  for (;;) {
    const byte = Number(left & 0x7fn);
    left >>= 7n;
    if ((left === 0n && (byte & 0x40) === 0) || (left === -1n && (byte & 0x40) !== 0))
      return [...out, byte];
    out.push(byte | 0x80);
  }
}

/** The rights that Go asks for to read a file: all but four, and asking for one is not using it. */
export const GO_RIGHTS =
  ALL_RIGHTS &
  ~(RIGHTS.fd_datasync | RIGHTS.fd_write | RIGHTS.fd_allocate | RIGHTS.path_filestat_set_size);

/** How `opensAndThen` opens a file (witx `path_open`). */
export interface Opening {
  readonly rights: bigint;
  readonly oflags?: number;
  readonly fdflags?: number;
}

/** What it does with the file: prints up to 64 bytes of it, or makes one call and takes the errno. */
export type Then = 'print' | 'write' | 'set size' | 'allocate' | { readonly advise: number };

/** Exits with the errno of path_open below the first preopened directory, or with 100 and the errno of what follows. */
export function opensAndThen(path: string, opening: Opening, then: Then): Uint8Array {
  const { rights, oflags = 0, fdflags = 0 } = opening;
  const i32 = (value: number): number[] => [0x41, ...leb(value)];
  const i64 = (value: bigint): number[] => [0x42, ...leb(value)];
  const call = (index: number): number[] => [0x10, index];
  const store = (at: number, value: readonly number[]): number[] => [
    ...i32(at),
    ...value,
    0x36,
    2,
    0,
  ];
  const load = (at: number): number[] => [...i32(at), 0x28, 2, 0];
  const [openedAt, errnoAt, vectorAt, countAt, nameAt, bufferAt] = [0, 4, 8, 16, 32, 256];
  const text = [...new TextEncoder().encode(path)];
  const exitIfFailed = [...load(errnoAt), 0x04, 0x40, ...load(errnoAt), ...call(1), 0x0b];
  const open = [
    ...[3, 1, nameAt, text.length, oflags].flatMap(i32),
    ...[...i64(rights), ...i64(rights), ...i32(fdflags), ...i32(openedAt), ...call(0)],
  ];
  const vector = (fd: readonly number[]): number[] => [
    ...fd,
    ...i32(vectorAt),
    ...i32(1),
    ...i32(countAt),
  ];
  const read = [...vector(load(openedAt)), ...call(2)];
  const acts = {
    print: [
      ...[...store(errnoAt, read), ...exitIfFailed],
      ...[...store(vectorAt + 4, load(countAt)), ...vector(i32(1)), ...call(3)],
    ],
    write: [...vector(load(openedAt)), ...call(3)],
    'set size': [...load(openedAt), ...i64(0n), ...call(4)],
    allocate: [...load(openedAt), ...i64(0n), ...i64(9n), ...call(5)],
  };
  const act =
    typeof then === 'string'
      ? acts[then]
      : [...load(openedAt), ...i64(0n), ...i64(0n), ...i32(then.advise), ...call(6)];
  const code = [
    ...text.flatMap((byte, i) => [...i32(nameAt + i), ...i32(byte), 0x3a, 0, 0]),
    ...[...store(vectorAt, i32(bufferAt)), ...store(vectorAt + 4, i32(64))],
    ...[...store(errnoAt, open), ...exitIfFailed, ...store(errnoAt, act)],
    ...[...load(errnoAt), 0x04, 0x40, ...i32(100), ...load(errnoAt), 0x6a, ...call(1), 0x0b],
  ];
  const vectors = ['i32', 'i32', 'i32', 'i32'] as const;
  return tinyModule(code, {
    imports: [
      {
        name: 'path_open',
        params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i64', 'i64', 'i32', 'i32'],
        result: 'i32',
      },
      { name: 'proc_exit', params: 1 },
      { name: 'fd_read', params: vectors, result: 'i32' },
      { name: 'fd_write', params: vectors, result: 'i32' },
      { name: 'fd_filestat_set_size', params: ['i32', 'i64'], result: 'i32' },
      { name: 'fd_allocate', params: ['i32', 'i64', 'i64'], result: 'i32' },
      { name: 'fd_advise', params: ['i32', 'i64', 'i64', 'i32'], result: 'i32' },
    ],
  });
}
