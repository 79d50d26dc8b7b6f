/** The lines of `gzip -l`. */
import { strftime } from '../strftime.ts';
import type { GzipOptions } from './gzipoptions.ts';

/** Counts of one file, or of all files together. */
export interface Totals {
  bytesIn: number;
  bytesOut: number;
  /** The frame of the file that was counted last. */
  header: number;
  files: number;
}

export const ratioOf = (part: number, whole: number): string =>
  `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1).padStart(5)}%`;

export const gzipListHeading = ({ verbose }: GzipOptions): string =>
  `${verbose ? 'method  crc     date  time  ' : ''}${'compressed'.padStart(19)}${'uncompressed'.padStart(20)}  ratio uncompressed_name\n`;

/** The line of a file, or that of the totals where no file is given. */
export function gzipLine(
  { verbose, zone }: GzipOptions,
  { bytesIn, bytesOut, header }: Totals,
  file?: { readonly name: string; readonly crc: number; readonly seconds: bigint },
): string {
  const when = file && strftime('%b %e %H:%M', new Date(Number(file.seconds) * 1000), zone);
  const start = !verbose
    ? ''
    : file
      ? `defla ${file.crc.toString(16).padStart(8, '0')} ${when} `
      : ' '.repeat(28);
  const sizes = `${String(bytesIn).padStart(19)} ${String(bytesOut).padStart(19)} `;
  const ratio = ratioOf(bytesOut - (bytesIn - header), bytesOut);
  return `${start}${sizes}${ratio} ${file?.name ?? '(totals)'}\n`;
}
