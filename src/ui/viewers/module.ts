/** A WebAssembly module looked into: its sections by ranges of the file, its code as text by wasmparser. */
import { client } from '../session.ts';
import { readBounded } from './bytes.ts';

export interface Section {
  readonly name: string;
  /** Of its content, in bytes from the beginning of the file. */
  readonly offset: number;
  readonly size: number;
}

/** By their ids (WebAssembly core specification, "Modules"). */
const sections = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
];
const SECTIONS_MAX = 1000;
/** An id, a size of at most five bytes, and of a custom section the beginning of its name. */
const HEAD = 70;

export async function sectionsOf(path: string): Promise<readonly Section[]> {
  const { fs } = client().oanix;
  const { size } = await fs.stat(path);
  const file = await fs.open(path);
  const found: Section[] = [];
  try {
    for (let at = 8; at < size && found.length < SECTIONS_MAX; ) {
      const head = await file.readAt(at, HEAD);
      const [length, used] = leb(head, 1);
      const id = head[0] ?? 0;
      const own = id === 0 ? nameIn(head, 1 + used) : '';
      const name = sections[id] ?? `section ${id}`;
      found.push({ name: own ? `${name} ${own}` : name, offset: at + 1 + used, size: length });
      at += 1 + used + length;
    }
  } finally {
    await file.close();
  }
  return found;
}

/** A number in LEB128, and of how many bytes it was made. */
function leb(bytes: Uint8Array, at: number): readonly [value: number, used: number] {
  let value = 0;
  for (let used = 0; used < 5; used++) {
    const byte = bytes[at + used] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * used);
    if (byte < 0x80) return [value, used + 1];
  }
  return [value, 5];
}

function nameIn(head: Uint8Array, at: number): string {
  const [length, used] = leb(head, at);
  return new TextDecoder().decode(head.subarray(at + used, at + used + length));
}

/** Bytes that become text at once, of code that becomes ten times as much. */
const PIECE = 64 * 1024;

/** The code as WebAssembly text, part by part, with the names that the module carries. */
export async function* disassembled(path: string): AsyncGenerator<readonly string[]> {
  const [bytes, { BinaryReader }, { DevToolsNameGenerator, WasmDisassembler }] = await Promise.all([
    readBounded(path),
    import('wasmparser/dist/esm/WasmParser.js'),
    import('wasmparser/dist/esm/WasmDis.js'),
  ]);
  const copy = bytes.slice().buffer as ArrayBuffer;
  const names = new DevToolsNameGenerator();
  const first = new BinaryReader();
  first.setData(copy, 0, copy.byteLength);
  names.read(first);
  const text = new WasmDisassembler();
  text.nameResolver = names.getNameResolver();
  text.exportMetadata = names.getExportMetadata();
  const reader = new BinaryReader();
  for (let end = Math.min(PIECE, copy.byteLength); ; end = Math.min(end + PIECE, copy.byteLength)) {
    reader.setData(copy, reader.position, end - reader.position, end === copy.byteLength);
    text.disassembleChunk(reader);
    yield text.getResult().lines;
    if (end === copy.byteLength) return;
  }
}
