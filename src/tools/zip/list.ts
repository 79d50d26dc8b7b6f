/** The lists of `unzip -l` and `unzip -v`. */
import { strftime } from '../strftime.ts';
import type { ZipEntry } from './directory.ts';

/** A name whose control characters are shown as `^A`. */
export const shown = (name: string): string =>
  [...name]
    .map((char) => (char < ' ' ? `^${String.fromCharCode(char.charCodeAt(0) + 64)}` : char))
    .join('');

/** The share that was saved, in percent. */
function savedPercent(size: number, packed: number): number {
  if (size === 0) return 0;
  const saved = size >= packed ? size - packed : packed - size;
  const percent = Math.floor((Math.floor((1000 * saved) / size) + 5) / 10);
  return size >= packed ? percent : -percent;
}

const methods: Readonly<Record<number, string>> = {
  0: 'Stored',
  1: 'Shrunk',
  6: 'Implode',
  9: 'Def64N',
  12: 'BZip2',
  14: 'LZMA',
  95: 'XZ',
};

const methodOf = ({ method, flags }: ZipEntry): string =>
  method === 8
    ? `Defl:${'NXFS'[(flags >> 1) & 3]}`
    : (methods[method] ?? `Unk:${String(method).padStart(3, '0')}`);

export function ziplist(
  entries: readonly ZipEntry[],
  isVerbose: boolean,
  quiet: number,
  zone: string | undefined,
): string {
  const lines: string[] = [];
  const [size, packed] = [
    entries.reduce((sum, each) => sum + each.size, 0),
    entries.reduce((sum, each) => sum + each.packed, 0),
  ];
  if (quiet < 2)
    lines.push(
      ...(isVerbose
        ? [
            ' Length   Method    Size  Cmpr    Date    Time   CRC-32   Name',
            '--------  ------  ------- ---- ---------- ----- --------  ----',
          ]
        : ['  Length      Date    Time    Name', '---------  ---------- -----   ----']),
    );
  for (const each of entries) {
    const date = strftime('%Y-%m-%d %H:%M', new Date(Number(each.mtime / 1_000_000n)), zone);
    const name = shown(each.name);
    lines.push(
      isVerbose
        ? `${String(each.size).padStart(8)}  ${methodOf(each).padEnd(7)}${String(each.packed).padStart(8)} ${percentOf(each.size, each.packed)} ${date} ${each.crc.toString(16).padStart(8, '0')}  ${name}`
        : `${String(each.size).padStart(9)}  ${date}   ${name}`,
    );
  }
  const files = `${entries.length} file${entries.length === 1 ? '' : 's'}`;
  if (quiet < 2)
    lines.push(
      ...(isVerbose
        ? [
            '--------          -------  ---                            -------',
            `${String(size).padStart(8)}         ${String(packed).padStart(8)} ${percentOf(size, packed)}${' '.repeat(28)}${files}`,
          ]
        : [
            '---------                     -------',
            `${String(size).padStart(9)}                     ${files}`,
          ]),
    );
  return lines.map((line) => `${line}\n`).join('');
}

const percentOf = (size: number, packed: number): string =>
  `${String(savedPercent(size, packed)).padStart(3)}%`;
