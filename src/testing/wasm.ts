/** Tiny WebAssembly commands for tests, made byte by byte: one function, `_start`, and a memory. */

const section = (id: number, body: readonly number[]): number[] => [id, body.length, ...body];
const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

export interface TinyOptions {
  /** Pages at the start. */
  readonly pages?: number;
  /** Functions of preview1 to import, each without result and with `i32` parameters. */
  readonly imports?: readonly {
    readonly module?: string;
    readonly name: string;
    readonly params: number;
  }[];
  readonly exportStart?: string;
}

/** A module whose `_start` runs `code` (instructions without the final end). */
export function tinyModule(
  code: readonly number[],
  { pages = 1, imports = [], exportStart = '_start' }: TinyOptions = {},
): Uint8Array {
  const types = [
    [0x60, 0, 0],
    ...imports.map(({ params }) => [0x60, params, ...Array<number>(params).fill(0x7f), 0]),
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
    ...section(1, [types.length, ...types.flat()]),
    ...(imports.length > 0 ? section(2, [imports.length, ...imported]) : []),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, pages]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name(exportStart), 0, start]),
    ...section(10, [1, body.length, ...body]),
  ]);
}

/** `loop br 0 end`: never ends and never calls. */
export const loops = (): Uint8Array => tinyModule([0x03, 0x40, 0x0c, 0, 0x0b]);
/** `unreachable`. */
export const traps = (): Uint8Array => tinyModule([0x00]);
/** Calls proc_exit(code). */
export const exits = (code: number): Uint8Array =>
  tinyModule([0x41, code, 0x10, 0], { imports: [{ name: 'proc_exit', params: 1 }] });
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

/** Signed LEB128, for i32.const. */
function leb(value: number): number[] {
  const out: number[] = [];
  let left = value;
  for (;;) {
    const byte = left & 0x7f;
    left >>= 7;
    if ((left === 0 && (byte & 0x40) === 0) || (left === -1 && (byte & 0x40) !== 0))
      return [...out, byte];
    out.push(byte | 0x80);
  }
}
