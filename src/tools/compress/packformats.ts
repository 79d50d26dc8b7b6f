/** What bzip2(1) and xz(1) say, and what their files are called. */
import { type BadStream, CutStream } from '../../codec/badstream.ts';
import { bunzip2 as bzip2Parts } from '../../codec/bzip2.ts';
import { unxz as xzParts } from '../../codec/unxz.ts';

/** What differs between the two programs. */
export interface Format {
  readonly program: 'bzip2' | 'xz';
  readonly magic: readonly number[];
  readonly decode: (input: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** The endings of packed files, and of those that they were made from. */
  readonly suffixes: readonly (readonly [string, string])[];
  readonly noFormat: (name: string) => string;
  readonly damaged: (name: string, error: BadStream) => string;
  readonly missing: (name: string, reason: string) => string;
  readonly directory: (name: string) => string;
  readonly exists: (name: string, target: string) => string;
  /** The name of a file to be packed has the suffix already. */
  readonly packed: (name: string, suffix: string) => string;
  /** Packed bytes would go to a terminal. */
  readonly terminal: (tool: string) => string;
  /** The status of damage. */
  readonly status: number;
}

export const bzip2Format: Format = {
  program: 'bzip2',
  magic: [0x42, 0x5a, 0x68],
  decode: bzip2Parts,
  suffixes: [
    ['.bz2', ''],
    ['.bz', ''],
    ['.tbz2', '.tar'],
    ['.tbz', '.tar'],
  ],
  noFormat: (name) => `${name} is not a bzip2 file.`,
  damaged: (name, error) =>
    `${name}: ${error instanceof CutStream ? 'file ends unexpectedly' : 'data integrity (CRC) error in data'}`,
  missing: (name, reason) => `Can't open input file ${name}: ${reason}.`,
  directory: (name) => `Input file ${name} is a directory.`,
  exists: (_, target) => `Output file ${target} already exists.`,
  packed: (name, suffix) => `Input file ${name} already has ${suffix} suffix.`,
  terminal: (tool) =>
    `I won't write compressed data to a terminal.\n${tool}: For help, type: \`${tool} --help'.`,
  status: 2,
};

export const xzFormat: Format = {
  program: 'xz',
  magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
  decode: xzParts,
  suffixes: [
    ['.xz', ''],
    ['.txz', '.tar'],
  ],
  noFormat: (name) => `${name}: File format not recognized`,
  damaged: (name, error) =>
    `${name}: ${error instanceof CutStream ? 'Unexpected end of input' : 'Compressed data is corrupt'}`,
  missing: (name, reason) => `${name}: ${reason}`,
  directory: (name) => `${name}: Is a directory, skipping`,
  exists: (_, target) => `${target}: File exists`,
  packed: (name, suffix) => `${name}: File already has \`${suffix}' suffix, skipping`,
  terminal: (tool) =>
    `Compressed data cannot be written to a terminal\n${tool}: Try \`${tool} --help' for more information.`,
  status: 1,
};

/** The name of a file in front of what bzip2 tells of it; the lines of all files begin at one column. */
export function titleOf(name: string, names: readonly string[]): string {
  const longest = names.reduce((most, each) => Math.max(most, each.length), '(stdin)'.length);
  return `  ${name}: ${' '.repeat(longest - name.length)}`;
}
