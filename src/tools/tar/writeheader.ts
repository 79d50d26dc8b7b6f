/** The headers of a member, byte for byte as GNU tar 1.34 writes them. */
import { concat } from '../../kernel/bytes.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { baseName, dirName } from '../files.ts';
import { BLOCK, type Member, paddingOf, SECOND, secondsOf } from './member.ts';

export type Format = 'v7' | 'oldgnu' | 'gnu' | 'ustar' | 'pax';

/** The member has no form in this format: a sentence that says why. */
export class NoForm extends Error {}

const NAME = 100;
const PREFIX = 155;

type Fields = Pick<Member, 'mode' | 'uid' | 'gid' | 'uname' | 'gname' | 'size' | 'letter'> & {
  readonly seconds: bigint;
  readonly name: Uint8Array;
  readonly link: Uint8Array;
  readonly prefix?: Uint8Array;
};

/** All blocks in front of the content. Throws NoForm. `deleted` are the pax records that are left out. */
export function headerBlocks(
  member: Member,
  format: Format,
  deleted: ReadonlySet<string>,
): Uint8Array {
  const own: Fields = {
    ...member,
    seconds: secondsOf(member.mtime),
    name: bytesOf(member.name),
    link: bytesOf(member.link),
  };
  if (format === 'pax') return paxBlocks(member, own, deleted);
  if (format === 'gnu' || format === 'oldgnu') return gnuBlocks(own, format);
  return plainBlocks(member, own, format);
}

function gnuBlocks(own: Fields, format: Format): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [letter, text] of [
    ['K', own.link],
    ['L', own.name],
  ] as const) {
    if (text.length <= NAME) continue;
    const size = text.length + 1;
    const header: Fields = {
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: own.uname === '' ? '' : 'root',
      gname: own.gname === '' ? '' : 'root',
      size,
      letter,
      seconds: 0n,
      name: bytesOf('././@LongLink'),
      link: new Uint8Array(0),
    };
    parts.push(block(header, format), text, new Uint8Array(1 + paddingOf(size)));
  }
  parts.push(
    block({ ...own, name: own.name.subarray(0, NAME), link: own.link.subarray(0, NAME) }, format),
  );
  return concat(parts);
}

function plainBlocks(member: Member, own: Fields, format: Format): Uint8Array {
  if (own.link.length > NAME) throw new NoForm(`${member.link}: link name is too long; not dumped`);
  if (own.name.length <= NAME) return block(own, format);
  const split = format === 'v7' ? undefined : splitName(own.name);
  if (split) return block({ ...own, ...split }, format);
  throw new NoForm(
    format === 'v7'
      ? `${member.name}: file name is too long (max ${NAME - 1}); not dumped`
      : `${member.name}: file name is too long (cannot be split); not dumped`,
  );
}

/** The name in two parts at a slash; undefined where no slash is in the right place. */
function splitName(name: Uint8Array): { name: Uint8Array; prefix: Uint8Array } | undefined {
  if (name.length > PREFIX + 1 + NAME) return undefined;
  for (let at = Math.min(name.length - 2, PREFIX); at > 0; at--)
    if (name[at] === 47) {
      const rest = name.subarray(at + 1);
      return rest.length <= NAME ? { name: rest, prefix: name.subarray(0, at) } : undefined;
    }
  return undefined;
}

function paxBlocks(member: Member, own: Fields, deleted: ReadonlySet<string>): Uint8Array {
  const records: [string, Uint8Array][] = [];
  const add = (key: string, value: string | Uint8Array): void => {
    if (!deleted.has(key)) records.push([key, typeof value === 'string' ? bytesOf(value) : value]);
  };
  const split = own.name.length > NAME ? splitName(own.name) : undefined;
  const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);
  if (!isAscii(own.name) || (own.name.length > NAME && !split)) add('path', own.name);
  if (own.link.length > NAME || !isAscii(own.link)) add('linkpath', own.link);
  for (const key of ['uname', 'gname'] as const)
    if (!isAscii(bytesOf(member[key])) || member[key].length > 31) add(key, member[key]);
  if (member.size >= 8 ** 11) add('size', String(member.size));
  for (const key of ['uid', 'gid'] as const)
    if (member[key] >= 8 ** 7) add(key, String(member[key]));
  const times = { mtime: member.mtime, atime: member.atime, ctime: member.ctime };
  for (const [key, time] of Object.entries(times)) {
    if (time === undefined) continue;
    const fits = time >= 0n && secondsOf(time) < 8n ** 11n;
    if (key !== 'mtime' || time % SECOND !== 0n || !fits) add(key, timeText(time));
  }
  const body = concat(records.map(([key, value]) => record(key, value)));
  const main = {
    ...own,
    ...(split ?? { name: own.name.subarray(0, NAME) }),
    link: own.link.subarray(0, NAME),
  };
  const last = block(main, 'pax');
  if (body.length === 0) return last;
  const parent = dirName(member.name);
  const name = `${parent}/PaxHeaders/${baseName(member.name)}`;
  const header: Fields = {
    mode: 0o644,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    size: body.length,
    letter: 'x',
    seconds: own.seconds,
    name: bytesOf(name).subarray(0, NAME),
    link: new Uint8Array(0),
  };
  return concat([block(header, 'pax'), body, new Uint8Array(paddingOf(body.length)), last]);
}

function timeText(time: bigint): string {
  const seconds = secondsOf(time);
  const rest = time - seconds * SECOND;
  const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? String(seconds) : `${seconds}.${fraction}`;
}

/** The length that a record begins with counts its own digits. */
function record(key: string, value: Uint8Array): Uint8Array {
  const rest = concat([bytesOf(` ${key}=`), value, Uint8Array.of(10)]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length)
    length = String(length).length + rest.length;
  return concat([bytesOf(String(length)), rest]);
}

function block(fields: Fields, format: Format): Uint8Array {
  const out = new Uint8Array(BLOCK);
  out.set(fields.name.subarray(0, NAME), 0);
  number(out, 100, 8, BigInt(fields.mode), format);
  number(out, 108, 8, BigInt(fields.uid), format);
  number(out, 116, 8, BigInt(fields.gid), format);
  number(out, 124, 12, BigInt(fields.size), format);
  number(out, 136, 12, fields.seconds, format);
  // A file has no letter in the first format.
  out[156] = format === 'v7' && fields.letter === '0' ? 0 : fields.letter.charCodeAt(0);
  out.set(fields.link.subarray(0, NAME), 157);
  if (format !== 'v7') {
    out.set(bytesOf(format === 'gnu' || format === 'oldgnu' ? 'ustar  \0' : 'ustar\x0000'), 257);
    out.set(bytesOf(fields.uname).subarray(0, 31), 265);
    out.set(bytesOf(fields.gname).subarray(0, 31), 297);
  }
  if (format !== 'gnu' && format !== 'oldgnu' && fields.letter !== 'x') {
    number(out, 329, 8, 0n, format);
    number(out, 337, 8, 0n, format);
  }
  if (fields.prefix) out.set(fields.prefix, 345);
  out.fill(32, 148, 156);
  const sum = out.reduce((total, byte) => total + byte, 0);
  out.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return out;
}

/** Octal digits and a NUL; GNU writes what does not fit in base 256. */
function number(out: Uint8Array, at: number, width: number, value: bigint, format: Format): void {
  const digits = value.toString(8);
  if (value >= 0n && digits.length < width) {
    out.set(bytesOf(digits.padStart(width - 1, '0')), at);
    return;
  }
  if (format === 'ustar' || format === 'v7')
    throw new NoForm(`value ${value} out of ${format === 'v7' ? 'time_t' : 'off_t'} range`);
  if (format === 'pax') {
    // A record of the extended header has the value.
    out.set(bytesOf('0'.repeat(width - 1)), at);
    return;
  }
  let rest = value < 0n ? value + (1n << BigInt(8 * width)) : value;
  for (let i = width - 1; i >= 0; i--) {
    out[at + i] = Number(rest & 255n);
    rest >>= 8n;
  }
  out[at] = (out[at] as number) | 0x80;
}
