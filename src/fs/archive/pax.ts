/** Extended headers of POSIX's pax: records of `LENGTH KEY=VALUE`, whose values are bytes. */

import type { RawName } from './archive.ts';
import { latin1, utf8Text } from './names.ts';

/** The last value of each key; an empty value takes away what was said before. Repeated keys are kept in order. */
export class PaxRecords {
  readonly #values = new Map<string, Uint8Array>();
  /** All pairs of the old sparse format, which repeats its keys. */
  readonly sparsePairs: number[] = [];

  /** Adds the records of one header; false where it is damaged, with what could be read. */
  add(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
      const space = bytes.indexOf(32, at);
      const length = space < 0 ? Number.NaN : Number(latin1(bytes.subarray(at, space)));
      const end = at + length;
      if (!(length > space - at + 2) || end > bytes.length || bytes[end - 1] !== 10) return false;
      const record = bytes.subarray(space + 1, end - 1);
      const equals = record.indexOf(61);
      if (equals < 1) return false;
      this.#set(latin1(record.subarray(0, equals)), record.subarray(equals + 1));
      at = end;
    }
    return true;
  }

  #set(key: string, value: Uint8Array): void {
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
      this.sparsePairs.push(Number(latin1(value)));
    this.#values.set(key, value);
  }

  /** Records of `other` count more. */
  over(other: PaxRecords): PaxRecords {
    const both = new PaxRecords();
    for (const from of [this, other]) {
      for (const [key, value] of from.#values) both.#values.set(key, value);
      both.sparsePairs.push(...from.sparsePairs);
    }
    return both;
  }

  has(key: string): boolean {
    return (this.#values.get(key)?.length ?? 0) > 0;
  }

  text(key: string): string | undefined {
    return this.has(key) ? latin1(this.#values.get(key) as Uint8Array) : undefined;
  }

  /** A number; NaN where the record is none, undefined where there is no record. */
  number(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  }

  /** A name: UTF-8 unless `hdrcharset` says that it is bytes, or it is not valid. */
  name(key: string): RawName | undefined {
    const bytes = this.#values.get(key);
    if (!bytes || bytes.length === 0) return undefined;
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
