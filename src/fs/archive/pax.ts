/** Extended headers of POSIX's pax: records of `LENGTH KEY=VALUE`, whose values are bytes. */

import type { RawName } from './archive.ts';
import { latin1, utf8Text } from './names.ts';

/** A value that every entry reads must be short: a global record is read for each of them. */
const SHORT = 100;
/** Names are bounded by the limit on all names of an archive, and a sparse map belongs to one entry. */
const LONG = 1 << 20;

/** The keys that are read, and the most bytes of their values. Records with other keys are skipped. */
const valueMax: Readonly<Record<string, number>> = {
  path: LONG,
  linkpath: LONG,
  size: SHORT,
  mtime: SHORT,
  hdrcharset: SHORT,
  'GNU.sparse.major': SHORT,
  'GNU.sparse.name': LONG,
  'GNU.sparse.realsize': SHORT,
  'GNU.sparse.size': SHORT,
  'GNU.sparse.map': LONG,
};
/** The old sparse format repeats these keys; all their values count, in order. */
const sparseKeys: ReadonlySet<string> = new Set(['GNU.sparse.offset', 'GNU.sparse.numbytes']);

/** All extended headers in front of one entry have at most this many sparse numbers. */
const SPARSE_NUMBERS_MAX = 2_000_000;

/**
 * The last value of each key counts, and an empty value takes away the value that was said before. A key without a
 * record is looked up in the global records, except for those of sparse files, which belong to one entry.
 */
export class PaxRecords {
  readonly #values = new Map<string, Uint8Array>();
  readonly #global: ReadonlyMap<string, Uint8Array> | undefined;
  /** All pairs of the old sparse format, which repeats its keys. */
  readonly sparsePairs: number[] = [];

  constructor(global?: PaxRecords) {
    if (global) this.#global = global.#values;
  }

  /** Adds the records of one header. Returns false where the header is damaged; what could be read is added. */
  add(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
      const space = bytes.indexOf(32, at);
      const length = space < 0 ? Number.NaN : Number(latin1(bytes.subarray(at, space)));
      const end = at + length;
      if (!(length > space - at + 2) || end > bytes.length || bytes[end - 1] !== 10) return false;
      const record = bytes.subarray(space + 1, end - 1);
      const equals = record.indexOf(61);
      if (equals < 1) return false;
      if (!this.#set(latin1(record.subarray(0, equals)), record.subarray(equals + 1))) return false;
      at = end;
    }
    return true;
  }

  /** Returns false where the value is too long. */
  #set(key: string, value: Uint8Array): boolean {
    if (sparseKeys.has(key)) {
      if (value.length > SHORT || this.sparsePairs.length >= SPARSE_NUMBERS_MAX) return false;
      this.sparsePairs.push(Number(latin1(value)));
      return true;
    }
    const max = Object.hasOwn(valueMax, key) ? valueMax[key] : undefined;
    if (max === undefined) return true;
    if (value.length > max) return false;
    this.#values.set(key, value);
    return true;
  }

  #value(key: string): Uint8Array | undefined {
    const global = key.startsWith('GNU.sparse.') ? undefined : this.#global;
    const value = this.#values.get(key) ?? global?.get(key);
    return value && value.length > 0 ? value : undefined;
  }

  text(key: string): string | undefined {
    const value = this.#value(key);
    return value && latin1(value);
  }

  /** A number; NaN where the record is none, undefined where there is no record. */
  number(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  }

  /** A name: UTF-8 unless `hdrcharset` says that it is bytes, or it is not valid. */
  name(key: string): RawName | undefined {
    const bytes = this.#value(key);
    if (!bytes) return undefined;
    const text = this.text('hdrcharset') === 'BINARY' ? undefined : utf8Text(bytes);
    return text === undefined ? { bytes } : { bytes, text };
  }

  /** A time in nanoseconds: decimal seconds with a fraction. */
  time(key: string): bigint | undefined {
    const found = /^(-?)(\d+)(?:\.(\d*))?$/.exec(this.text(key) ?? '');
    if (!found) return undefined;
    const fraction = (found[3] ?? '').slice(0, 9).padEnd(9, '0');
    const value = BigInt(found[2] as string) * 1_000_000_000n + BigInt(fraction);
    return found[1] === '-' ? -value : value;
  }
}
