/**
 * Packs bytes by bzip2 and xz. What does the work are libbzip2 and liblzma as WebAssembly (decision 57); each stream has an
 * instance of its own, whose memory goes with it.
 */

/** What packers/bzip2.c and packers/xz.c export. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize?(): void;
  input(): number;
  output(): number;
  begin(level: number, check: number): number;
  take(size: number): void;
  run(last: number): number;
  is_done(last: number): number;
}

/** Bytes that the buffers on both sides have. */
const SIZE = 1 << 16;

const loads = {
  bzip2: async () => (await import('./packers/bzip2wasm.ts')).bzip2,
  xz: async () => (await import('./packers/xzwasm.ts')).xz,
} as const;

const modules = new Map<keyof typeof loads, Promise<WebAssembly.Module>>();

async function compiled(kind: keyof typeof loads): Promise<WebAssembly.Module> {
  const text = await loads[kind]();
  return WebAssembly.compile(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}

function moduleOf(kind: keyof typeof loads): Promise<WebAssembly.Module> {
  const known = modules.get(kind) ?? compiled(kind);
  modules.set(kind, known);
  // A failed load is tried again.
  known.catch(() => modules.delete(kind));
  return known;
}

/** The checks of xz by their names, as its format numbers them. */
export const checks = { none: 0, crc32: 1, crc64: 4, sha256: 10 } as const;

/** A bit of the presets of xz: slower, and perhaps smaller. */
const EXTREME = 2 ** 31;

export interface XzRules {
  /** From 0 to 9. */
  readonly level: number;
  readonly isExtreme: boolean;
  readonly check: keyof typeof checks;
}

/** What to pack needs more memory than there is. */
export class NoMemory extends Error {}

/** One stream. What it yields is a copy. */
export class Packer {
  readonly #exports: Exports;

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** `level` is from 1 to 9. */
  static bzip2(level: number): Promise<Packer> {
    return Packer.#create('bzip2', level, 0);
  }

  static xz({ level, isExtreme, check }: XzRules): Promise<Packer> {
    return Packer.#create('xz', level + (isExtreme ? EXTREME : 0), checks[check]);
  }

  static async #create(kind: keyof typeof loads, level: number, check: number): Promise<Packer> {
    const instance = await WebAssembly.instantiate(await moduleOf(kind));
    const exports = instance.exports as unknown as Exports;
    exports._initialize?.();
    if (exports.begin(level, check) !== 0) throw new NoMemory();
    return new Packer(exports);
  }

  *push(data: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < data.length; at += SIZE) {
      const part = data.subarray(at, at + SIZE);
      const { memory, input, take } = this.#exports;
      new Uint8Array(memory.buffer, input(), SIZE).set(part);
      take(part.length);
      yield* this.#run(false);
    }
  }

  /** The rest of the stream. */
  *end(): Generator<Uint8Array> {
    this.#exports.take(0);
    yield* this.#run(true);
  }

  *#run(isLast: boolean): Generator<Uint8Array> {
    const { memory, output, run, is_done: isDone } = this.#exports;
    const last = isLast ? 1 : 0;
    do {
      const size = run(last);
      if (size < 0) throw new NoMemory();
      if (size > 0) yield new Uint8Array(memory.buffer, output(), size).slice();
    } while (isDone(last) === 0);
  }
}
