/** Sizes that ls, du and df show: in units of so many bytes, or for people to read. */
import { ToolError } from './host.ts';
import { quoted } from './quote.ts';

/** How sizes are shown: in units of so many bytes, or for people to read. */
export interface Sizes {
  readonly unit: number;
  readonly suffix: string;
  /** 1024 or 1000; undefined where all digits are shown. */
  readonly human?: number;
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

export const human = (base: number): Sizes => ({ unit: 1, suffix: '', human: base });
export const BYTES: Sizes = { unit: 1, suffix: '' };
export const KIBIBYTES: Sizes = { unit: 1024, suffix: '' };

/** Reads the value of an option such as `--block-size`. */
export function blockSize(text: string, option: string, status = 1): Sizes {
  if (text === 'human-readable') return human(1024);
  if (text === 'si') return human(1000);
  const [, digits = '', letter = '', unit = ''] =
    /^(\d*)([kKmMgGtTPEZY]?)((?:iB|B)?)$/.exec(text) ?? [];
  const power = letter === '' ? 0 : 'KMGTPEZY'.indexOf(letter.toUpperCase()) + 1;
  const size = (digits === '' ? 1 : Number(digits)) * (unit === 'B' ? 1000 : 1024) ** power;
  if ((digits === '' && letter === '') || (letter === '' && unit !== '') || size === 0) {
    const isSuffix = /^(\d|[eEgGkKmMpPtTyYzZ])/.test(text) && !/^0*$/.test(text);
    const what = isSuffix ? 'invalid suffix in' : 'invalid';
    throw new ToolError(`${what} ${option} argument ${quoted(text)}`, status);
  }
  return { unit: size, suffix: digits === '' ? letter + unit : '' };
}

/** A size for people is rounded up, with one digit after the point below ten. */
export function sizeText(bytes: number, { unit, suffix, human }: Sizes): string {
  if (human === undefined) return `${Math.ceil(bytes / unit)}${suffix}`;
  if (bytes < human) return String(bytes);
  let value = bytes;
  let power = 0;
  for (; value >= human && power < UNITS.length - 1; power++) value /= human;
  const tenths = Math.ceil(value * 10 - 1e-9);
  const rounded = tenths < 100 ? (tenths / 10).toFixed(1) : String(Math.ceil(value - 1e-9));
  if (Number(rounded) >= human) return `1.0${letterOf(power + 1, human)}`;
  return rounded + letterOf(power, human);
}

const letterOf = (power: number, base: number): string =>
  base === 1000 && power === 1 ? 'k' : (UNITS[power] as string);
