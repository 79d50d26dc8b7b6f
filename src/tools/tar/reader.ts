/** Reads the members of an archive one after the other, as GNU tar does, without going back. */
import { textOf } from '../../kernel/rawtext.ts';
import type { Feed } from '../compress/feed.ts';
import { BLOCK, type Member, type MemberType, paddingOf, SECOND } from './member.ts';

/** What is found wrong with an archive. */
export interface Complaints {
  /** Tells, and lets the tool end with a failure. */
  error(message: string): Promise<void>;
  warn(message: string): Promise<void>;
  /** Ends the tool. */
  fatal(message: string): Promise<never>;
}

/** A long name or an extended header has at most this many bytes. */
const EXTENDED_MAX = 1 << 20;

const types: Readonly<Record<string, MemberType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'other',
  '4': 'other',
  '5': 'dir',
  '6': 'other',
  D: 'dir',
  M: 'other',
  V: 'other',
  S: 'file',
};

interface Extended {
  records: Map<string, string>;
  name?: string;
  link?: string;
}

export class TarReader {
  readonly #feed: Feed;
  readonly #complaints: Complaints;
  readonly #ignoresZeros: boolean;
  /** Bytes of content that were not read, with what pads them. */
  #left = 0;
  #padding = 0;
  #isFirst = true;
  #isSkipping = false;
  readonly #global = new Map<string, string>();
  /** Where the last header began that was read; at the end, where the blocks of zeros begin. */
  start = 0;

  constructor(feed: Feed, complaints: Complaints, ignoresZeros: boolean) {
    this.#feed = feed;
    this.#complaints = complaints;
    this.#ignoresZeros = ignoresZeros;
  }

  /** The next member; undefined at the end. What is left of the content of the one before is skipped. */
  async next(): Promise<Member | undefined> {
    await this.#skip();
    let extended: Extended = { records: new Map(this.#global) };
    this.start = this.#feed.taken;
    for (;;) {
      const at = this.#feed.taken;
      const block = (await this.#feed.take(BLOCK)).slice();
      if (block.length < BLOCK) {
        if (this.#isFirst) await this.#complaints.error('This does not look like a tar archive');
        return undefined;
      }
      if (block.every((byte) => byte === 0)) {
        this.start = at;
        if (this.#ignoresZeros) continue;
        await this.#end(at);
        return undefined;
      }
      if (!hasChecksum(block)) {
        await this.#damaged();
        extended = { records: new Map(this.#global) };
        this.start = this.#feed.taken;
        continue;
      }
      this.#isFirst = this.#isSkipping = false;
      const letter = String.fromCharCode(block[156] as number);
      const size = numberAt(block, 124, 12);
      if (!'xgXLK'.includes(letter)) return this.#member(block, letter, extended);
      await this.#extend(letter, size, extended);
    }
  }

  /** The content of the member that was read last. The parts are the caller's only until it asks for the next. */
  async *content(): AsyncGenerator<Uint8Array> {
    while (this.#left > 0) {
      const data = await this.#feed.next(Math.min(this.#left, 1 << 16));
      if (data.length === 0) await this.#complaints.fatal('Unexpected EOF in archive');
      this.#left -= data.length;
      yield data;
    }
  }

  async #skip(): Promise<void> {
    for await (const _ of this.content());
    if (this.#padding > 0 && (await this.#feed.take(this.#padding)).length < this.#padding)
      await this.#complaints.fatal('Unexpected EOF in archive');
    this.#padding = 0;
  }

  /** Two blocks of zeros are the end; one alone is taken for it too. */
  async #end(at: number): Promise<void> {
    const next = await this.#feed.take(BLOCK);
    if (next.length === BLOCK && next.some((byte) => byte !== 0))
      await this.#complaints.warn(`A lone zero block at ${at / BLOCK + 1}`);
  }

  async #damaged(): Promise<void> {
    if (this.#isFirst) await this.#complaints.error('This does not look like a tar archive');
    this.#isFirst = false;
    if (!this.#isSkipping) await this.#complaints.error('Skipping to next header');
    this.#isSkipping = true;
  }

  async #extend(letter: string, size: number, extended: Extended): Promise<void> {
    const room = size + paddingOf(size);
    if (!(size >= 0 && size <= EXTENDED_MAX))
      await this.#complaints.fatal('the extended header of a member is too large');
    const body = (await this.#feed.take(room)).slice(0, size);
    if (body.length < size) await this.#complaints.fatal('Unexpected EOF in archive');
    if (letter === 'L') extended.name = untilNul(body);
    else if (letter === 'K') extended.link = untilNul(body);
    else if (!readRecords(body, extended.records))
      await this.#complaints.error('Malformed extended header: missing newline');
    if (letter === 'g') for (const [key, value] of extended.records) this.#global.set(key, value);
  }

  #member(block: Uint8Array, letter: string, { records, name, link }: Extended): Member {
    const number = (key: string, at: number, width: number): number =>
      Number(records.get(key) ?? numberAt(block, at, width));
    const isUstar = textOf(block.subarray(257, 263)) === 'ustar\0';
    const prefix = isUstar ? untilNul(block.subarray(345, 500)) : '';
    const plain = untilNul(block.subarray(0, 100));
    const own = prefix === '' ? plain : `${prefix}/${plain}`;
    const shown = records.get('GNU.sparse.name') ?? records.get('path') ?? name ?? own;
    const known = types[letter] ?? 'file';
    const type = known === 'file' && letter !== 'S' && shown.endsWith('/') ? 'dir' : known;
    const size = number('size', 124, 12);
    const hasContent = type === 'file' || letter === 'D' || letter === 'M';
    this.#left = hasContent && size > 0 ? size : 0;
    this.#padding = paddingOf(this.#left);
    const isSparse =
      letter === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.'));
    return {
      name: shown,
      type,
      letter,
      mode: numberAt(block, 100, 8) & 0o7777,
      uid: number('uid', 108, 8),
      gid: number('gid', 116, 8),
      uname: records.get('uname') ?? untilNul(block.subarray(265, 297)),
      gname: records.get('gname') ?? untilNul(block.subarray(297, 329)),
      size: this.#left,
      mtime: timeOf(records.get('mtime')) ?? BigInt(numberAt(block, 136, 12) || 0) * SECOND,
      link: records.get('linkpath') ?? link ?? untilNul(block.subarray(157, 257)),
      refused: isSparse ? 'sparse files are not supported here' : undefined,
    };
  }
}

const untilNul = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return textOf(end < 0 ? bytes : bytes.subarray(0, end));
};

function readRecords(body: Uint8Array, into: Map<string, string>): boolean {
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(textOf(body.subarray(at, space)));
    const end = at + length;
    if (!(length > space - at + 2) || end > body.length || body[end - 1] !== 10) return false;
    const text = textOf(body.subarray(space + 1, end - 1));
    const equals = text.indexOf('=');
    if (equals < 1) return false;
    into.set(text.slice(0, equals), text.slice(equals + 1));
    at = end;
  }
  return true;
}

function timeOf(text: string | undefined): bigint | undefined {
  const found = /^(-?)(\d{1,18})(?:\.(\d*))?$/.exec(text ?? '');
  if (!found) return undefined;
  const fraction = (found[3] ?? '').slice(0, 9).padEnd(9, '0');
  const value = BigInt(found[2] as string) * SECOND + BigInt(fraction);
  return found[1] === '-' ? -value : value;
}

/** The sum of all bytes with the field itself as blanks. Some old tars have added signed bytes. */
export function hasChecksum(block: Uint8Array): boolean {
  const told = numberAt(block, 148, 8);
  let [sum, signed] = [0, 0];
  for (const [i, each] of block.entries()) {
    const byte = i >= 148 && i < 156 ? 32 : each;
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return told === sum || told === signed;
}

/** Octal digits, or base 256 in two's complement where the first bit is set. NaN where it is neither. */
function numberAt(block: Uint8Array, at: number, width: number): number {
  const field = block.subarray(at, at + width);
  const first = field[0] as number;
  if (first & 0x80) {
    let value = BigInt(first & 0x7f);
    for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
    return Number(first & 0x40 ? value - (1n << BigInt(8 * width - 1)) : value);
  }
  const text = /^[ \0]*([0-7]*)/.exec(textOf(field))?.[1] ?? '';
  return text === '' ? 0 : Number.parseInt(text, 8);
}
