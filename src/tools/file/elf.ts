/** What `file` says of programs and objects in ELF (elf(5)). */
import type { Kind } from './text.ts';

const machines: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'Intel 80386',
  8: 'MIPS',
  20: 'PowerPC or cisco 4500',
  21: '64-bit PowerPC or cisco 7500',
  40: 'ARM',
  62: 'x86-64',
  183: 'ARM aarch64',
  243: 'UCB RISC-V',
};
const systems: Readonly<Record<number, string>> = { 0: 'SYSV', 3: 'GNU/Linux', 9: 'FreeBSD' };
const [PT_DYNAMIC, PT_INTERP, PT_NOTE, SHT_SYMTAB] = [2, 3, 4, 2];
const [DT_FLAGS_1, DF_1_PIE] = [0x6ffffffb, 0x08000000];
const [ET_REL, ET_CORE] = [1, 4];
/** As many as file(1) looks at; of notes, those of one program together. */
const [SEGMENTS_MAX, SECTIONS_MAX, NOTES_MAX] = [2048, 32_768, 256];

const aligned = (size: number): number => Math.ceil(size / 4) * 4;

class Elf {
  readonly #view: DataView;
  readonly #data: Uint8Array;
  readonly #isLittle: boolean;
  readonly is64: boolean;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.length);
    this.is64 = data[4] === 2;
    this.#isLittle = data[5] === 1;
  }

  half(at: number): number {
    return at + 2 <= this.#data.length ? this.#view.getUint16(at, this.#isLittle) : 0;
  }

  word(at: number): number {
    return at + 4 <= this.#data.length ? this.#view.getUint32(at, this.#isLittle) : 0;
  }

  /** An address or an offset. */
  long(at: number): number {
    if (!this.is64) return this.word(at);
    return at + 8 <= this.#data.length ? Number(this.#view.getBigUint64(at, this.#isLittle)) : 0;
  }

  bytes(at: number, count: number): Uint8Array {
    return this.#data.subarray(at, at + count);
  }

  /** The text up to a zero, within a part of the file. */
  text(at: number, size: number): string {
    const part = this.#data.subarray(at, this.within(at, size));
    const end = part.indexOf(0);
    return new TextDecoder().decode(part.subarray(0, end < 0 ? undefined : end));
  }

  /** Where a part of the file ends: a size that the file gives may lead beyond its end. */
  within(at: number, size: number): number {
    return Math.min(at + size, this.#data.length);
  }

  get segmentCount(): number {
    return this.half(this.is64 ? 56 : 44);
  }

  get sectionCount(): number {
    return this.half(this.is64 ? 60 : 48);
  }

  /** Where the parts of a program lie in the file. */
  segments(): { type: number; at: number; size: number }[] {
    const [table, size] = this.is64
      ? [this.long(32), this.half(54)]
      : [this.word(28), this.half(42)];
    return Array.from({ length: Math.min(this.segmentCount, SEGMENTS_MAX) }, (_, i) => {
      const at = table + i * size;
      return this.is64
        ? { type: this.word(at), at: this.long(at + 8), size: this.long(at + 32) }
        : { type: this.word(at), at: this.word(at + 4), size: this.word(at + 16) };
    });
  }

  /** The types of its sections. */
  sections(): { type: number; at: number; size: number }[] {
    const [table, size] = this.is64
      ? [this.long(40), this.half(58)]
      : [this.word(32), this.half(46)];
    return Array.from({ length: Math.min(this.sectionCount, SECTIONS_MAX) }, (_, i) => {
      const at = table + i * size;
      return this.is64
        ? { type: this.word(at + 4), at: this.long(at + 24), size: this.long(at + 32) }
        : { type: this.word(at + 4), at: this.word(at + 16), size: this.word(at + 20) };
    });
  }
}

interface Note {
  readonly type: number;
  readonly name: string;
  readonly content: number;
  readonly length: number;
}

function* notesIn(elf: Elf, at: number, size: number): Generator<Note> {
  const end = elf.within(at, size);
  for (let note = at; note + 12 <= end; ) {
    const [nameSize, length, type] = [elf.word(note), elf.word(note + 4), elf.word(note + 8)];
    const content = note + 12 + aligned(nameSize);
    if (content + length > end) return;
    yield { type, name: elf.text(note + 12, Math.min(nameSize, 4)), content, length };
    note = content + aligned(length);
  }
}

/** What a note says of the build and the system that it is for. */
function saidBy(elf: Elf, { type, name, content, length }: Note): string | undefined {
  if (name !== 'GNU') return undefined;
  if (type === 1 && elf.word(content) === 0)
    return `for GNU/Linux ${[4, 8, 12].map((i) => elf.word(content + i)).join('.')}`;
  if (type !== 3 || length < 4 || length > 20) return undefined;
  const hex = Array.from(elf.bytes(content, length), (byte) => byte.toString(16).padStart(2, '0'));
  const kind = length === 20 ? 'sha1' : length === 16 ? 'md5/uuid' : 'xxHash';
  return `BuildID[${kind}]=${hex.join('')}`;
}

/** What the notes of a program say, each thing once, the build last. */
function notesOf(elf: Elf, segments: readonly { at: number; size: number }[]): string[] {
  const told = new Set<string>();
  let left = NOTES_MAX;
  for (const { at, size } of segments)
    for (const note of notesIn(elf, at, size)) {
      if (left-- === 0) break;
      const says = saidBy(elf, note);
      if (says !== undefined) told.add(says);
    }
  return [...told].sort((a, b) => Number(b.startsWith('Build')) - Number(a.startsWith('Build')));
}

/** What is said in place of all else where the tables are too large to be looked at. */
function excessOf(elf: Elf): string | undefined {
  const type = elf.half(16);
  if (type !== ET_REL && elf.segmentCount > SEGMENTS_MAX)
    return `too many program${type === ET_CORE ? ' headers' : ''} (${elf.segmentCount})`;
  return type !== ET_CORE && elf.sectionCount > SECTIONS_MAX
    ? `too many section (${elf.sectionCount})`
    : undefined;
}

export function elfKind(data: Uint8Array): Kind {
  const elf = new Elf(data);
  const segments = elf.segments();
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  let isPie = false;
  const step = elf.is64 ? 16 : 8;
  if (dynamic) {
    const end = elf.within(dynamic.at, dynamic.size);
    for (let at = dynamic.at; at < end; at += step)
      if (elf.long(at) === DT_FLAGS_1 && elf.long(at + step / 2) & DF_1_PIE) isPie = true;
  }
  const [name, mime] = (
    {
      1: ['relocatable', 'application/x-object'],
      2: ['executable', 'application/x-executable'],
      3: isPie
        ? ['pie executable', 'application/x-pie-executable']
        : ['shared object', 'application/x-sharedlib'],
      4: ['core file', 'application/x-coredump'],
    } as Record<number, [string, string]>
  )[elf.half(16)] ?? ['no file type', 'application/octet-stream'];
  const says = [
    `ELF ${elf.is64 ? '64' : '32'}-bit ${data[5] === 1 ? 'LSB' : 'MSB'} ${name}`,
    machines[elf.half(18)] ?? `unknown arch 0x${elf.half(18).toString(16)}`,
    `version ${elf.word(20)} (${systems[data[7] ?? 0] ?? 'unknown'})`,
  ];
  const excess = excessOf(elf);
  if (excess !== undefined) return { says: [...says, excess].join(', '), mime, charset: 'binary' };
  const linked = elf.half(16) === ET_REL ? [] : [`${dynamic ? 'dynamic' : 'static'}ally linked`];
  if (interpreter) linked.push(`interpreter ${elf.text(interpreter.at, interpreter.size)}`);
  const noted = notesOf(
    elf,
    segments.filter(({ type }) => type === PT_NOTE),
  );
  if (elf.sectionCount === 0) says.push(...noted, ...linked, 'no section header');
  else {
    const hasSymbols = elf.sections().some(({ type }) => type === SHT_SYMTAB);
    says.push(...linked, ...noted, hasSymbols ? 'not stripped' : 'stripped');
  }
  return { says: says.join(', '), mime, charset: 'binary' };
}
