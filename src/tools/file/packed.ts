/** What `file` says of compressed data and of archives other than zip and tar. */
import { binary, headOf, latin1, textAt, viewOf } from './format.ts';
import type { Kind } from './text.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** As ctime(3), in UTC. */
function timeOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const clock = date.toISOString().slice(11, 19);
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

/** By the number in the header (RFC 1952). */
const gzipSystems: readonly string[] = [
  'FAT filesystem (MS-DOS, OS/2, NT)',
  'Amiga',
  'VMS',
  'Unix',
  'VM/CMS',
  'Atari',
  'HPFS filesystem (OS/2, NT)',
  'MacOS',
  'Z-System',
  'CP/M',
  'TOPS/20',
  'NTFS filesystem (NT)',
  'QDOS',
  'Acorn RISCOS',
];

const [ASCII, HAS_CRC, EXTRA, NAME, COMMENT, ENCRYPTED] = [1, 2, 4, 8, 16, 32];

export function gzip(data: Uint8Array, tail: Uint8Array): Kind {
  const view = headOf(data);
  const flags = view.getUint8(3);
  const says = ['gzip compressed data'];
  if (flags & ASCII) says.push('ASCII');
  if (flags & HAS_CRC) says.push('has CRC');
  if (flags & EXTRA) says.push('extra field');
  // Behind an extra field file(1) does not look for the name.
  else if (flags & NAME) says.push(`was "${textAt(data, 10)}"`);
  if (flags & COMMENT) says.push('has comment');
  if (flags & ENCRYPTED) says.push('encrypted');
  const time = view.getUint32(4, true);
  if (time > 0) says.push(`last modified: ${timeOf(time)}`);
  if (data[8] === 2) says.push('max compression');
  if (data[8] === 4) says.push('max speed');
  const system = gzipSystems[view.getUint8(9)];
  if (system) says.push(`from ${system}`);
  says.push(`original size modulo 2^32 ${viewOf(tail.slice(-4)).getUint32(0, true)}`);
  return binary(says.join(', '), 'application/gzip');
}

const xzChecks: Readonly<Record<number, string>> = {
  0: 'NONE',
  1: 'CRC32',
  4: 'CRC64',
  10: 'SHA-256',
};

export const xz = (data: Uint8Array): Kind =>
  binary(`XZ compressed data, checksum ${xzChecks[data[7] ?? 0] ?? ''}`, 'application/x-xz');

export const bzip2 = (data: Uint8Array): Kind =>
  binary(`bzip2 compressed data, block size = ${latin1(data, 3, 4)}00k`, 'application/x-bzip2');

/** RFC 8878: how many bytes the dictionary's number takes stands in the descriptor. */
export function zstd(data: Uint8Array): Kind {
  const view = headOf(data);
  const descriptor = view.getUint8(4);
  const isSingle = (descriptor & 32) !== 0;
  const at = isSingle ? 5 : 6;
  const id = ['None', view.getUint8(at), view.getUint16(at, true), view.getUint32(at, true)][
    descriptor & 3
  ];
  return binary(`Zstandard compressed data (v0.8+), Dictionary ID: ${id}`, 'application/zstd');
}

export const zstdSkipped = (): Kind =>
  binary('Zstandard compressed data (v0.8+), Dictionary ID: None', 'application/zstd');

export const sevenZip = (data: Uint8Array): Kind =>
  binary(
    `7-zip archive data, version ${headOf(data).getInt8(6)}.${headOf(data).getInt8(7)}`,
    'application/x-7z-compressed',
  );

export const lzip = (data: Uint8Array): Kind =>
  binary(`lzip compressed data, version: ${data[4] ?? 0}`, 'application/x-lzip');

export const lz4 = (): Kind => binary('LZ4 compressed data (v1.4+)', 'application/x-lz4');

export const compress = (data: Uint8Array): Kind =>
  binary(`compress'd data ${(data[2] ?? 0) & 0x1f} bits`, 'application/x-compress');

export const rar = (data: Uint8Array): Kind =>
  binary(`RAR archive data${data[6] === 1 ? ', v5' : ''}`, 'application/x-rar');

const cpioKinds: Readonly<Record<string, string>> = {
  '070701': 'SVR4 with no CRC',
  '070702': 'SVR4 with CRC',
  '070707': 'pre-SVR4 or odc',
};

export const cpio = (data: Uint8Array): Kind =>
  binary(`ASCII cpio archive (${cpioKinds[latin1(data, 0, 6)]})`, 'application/x-cpio', 'us-ascii');
