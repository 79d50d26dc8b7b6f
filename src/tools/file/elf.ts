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

  text(at: number): string {
    const end = this.#data.indexOf(0, at);
    return new TextDecoder().decode(this.#data.subarray(at, end < 0 ? undefined : end));
  }

  /** Where the parts of a program lie in the file. */
  segments(): { type: number; at: number; size: number }[] {
    const [table, size, count] = this.is64
      ? [this.long(32), this.half(54), this.half(56)]
      : [this.word(28), this.half(42), this.half(44)];
    return Array.from({ length: count }, (_, i) => {
      const at = table + i * size;
      return this.is64
        ? { type: this.word(at), at: this.long(at + 8), size: this.long(at + 32) }
        : { type: this.word(at), at: this.word(at + 4), size: this.word(at + 16) };
    });
  }

  /** The types of its sections. */
  sections(): { type: number; at: number; size: number }[] {
    const [table, size, count] = this.is64
      ? [this.long(40), this.half(58), this.half(60)]
      : [this.word(32), this.half(46), this.half(48)];
    return Array.from({ length: count }, (_, i) => {
      const at = table + i * size;
      return this.is64
        ? { type: this.word(at + 4), at: this.long(at + 24), size: this.long(at + 32) }
        : { type: this.word(at + 4), at: this.word(at + 16), size: this.word(at + 20) };
    });
  }
}

/** What notes say of the build and the system that it is for. */
function notesOf(elf: Elf, at: number, size: number): string[] {
  const says: string[] = [];
  for (let note = at; note + 12 <= at + size; ) {
    const [nameSize, length, type] = [elf.word(note), elf.word(note + 4), elf.word(note + 8)];
    const content = note + 12 + ((nameSize + 3) & ~3);
    if (elf.text(note + 12) === 'GNU' && type === 3) {
      const hex = Array.from(elf.bytes(content, length), (byte) =>
        byte.toString(16).padStart(2, '0'),
      );
      says.push(
        `BuildID[${length === 20 ? 'sha1' : length === 16 ? 'md5/uuid' : 'xxHash'}]=${hex.join('')}`,
      );
    }
    if (elf.text(note + 12) === 'GNU' && type === 1 && elf.word(content) === 0)
      says.push(`for GNU/Linux ${[4, 8, 12].map((i) => elf.word(content + i)).join('.')}`);
    note = content + ((length + 3) & ~3);
  }
  return says;
}

export function elfKind(data: Uint8Array): Kind {
  const elf = new Elf(data);
  const segments = elf.segments();
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  let isPie = false;
  const step = elf.is64 ? 16 : 8;
  if (dynamic)
    for (let at = dynamic.at; at < dynamic.at + dynamic.size; at += step)
      if (elf.long(at) === DT_FLAGS_1 && elf.long(at + step / 2) & DF_1_PIE) isPie = true;
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
  if (elf.half(16) !== 1) says.push(dynamic ? 'dynamically linked' : 'statically linked');
  if (interpreter) says.push(`interpreter ${elf.text(interpreter.at)}`);
  const notes = segments.filter(({ type }) => type === PT_NOTE);
  const told = new Set(notes.flatMap(({ at, size }) => notesOf(elf, at, size)));
  says.push(
    ...[...told].sort((a, b) => Number(b.startsWith('Build')) - Number(a.startsWith('Build'))),
  );
  const hasSymbols = elf.sections().some(({ type }) => type === SHT_SYMTAB);
  says.push(hasSymbols ? 'not stripped' : 'stripped');
  return { says: says.join(', '), mime, charset: 'binary' };
}
