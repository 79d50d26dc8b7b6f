/** A program's memory as its imports see it: every pointer may lead anywhere. */
import { FsError } from '../kernel/errors.ts';

const toText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A program's memory, looked at anew when it has grown. */
export class Memory {
  readonly #get: () => ArrayBuffer;
  readonly #grown: (bytes: number) => void;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  /** `grown` hears the size when it is another than before. */
  constructor(get: () => ArrayBuffer, grown: (bytes: number) => void = () => undefined) {
    this.#get = get;
    this.#grown = grown;
  }

  get bytes(): Uint8Array {
    const buffer = this.#get();
    if (this.#bytes.buffer !== buffer) {
      this.#bytes = new Uint8Array(buffer);
      this.#view = new DataView(buffer);
      this.#grown(buffer.byteLength);
    }
    return this.#bytes;
  }

  look(): void {
    void this.bytes;
  }

  get view(): DataView {
    void this.bytes;
    return this.#view;
  }

  /** A range; RangeError outside of memory, which becomes EFAULT. */
  range(at: number, size: number): Uint8Array {
    const start = at >>> 0;
    const end = start + (size >>> 0);
    if (end > this.bytes.length) throw new RangeError('outside of memory');
    return this.#bytes.subarray(start, end);
  }

  /** A path: EILSEQ if it is not UTF-8. */
  text(at: number, size: number): string {
    const bytes = this.range(at, size);
    try {
      return toText.decode(bytes);
    } catch {
      throw new FsError('EILSEQ');
    }
  }
}
