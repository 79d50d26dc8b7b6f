/** The names of the files that csplit(1) writes. */

import { bytesOf } from '../kernel/rawtext.ts';
import { ToolError } from './host.ts';
import { shownByte } from './quote.ts';

/** A conversion of printf(3): flags, width, precision and kind. */
const CONVERSION = /%(?:%|([-0'#]*)(\d*)(?:\.(\d*))?(.?))/gsu;

/** A function that gives the name of a part by its number. */
export function namesOf(
  prefix: string,
  format: string | undefined,
  digits: number,
): (index: number) => string {
  if (format === undefined) return (index) => prefix + String(index).padStart(digits, '0');
  check(format);
  return (index) =>
    prefix +
    format.replace(CONVERSION, (text, flags = '', width = '', precision, kind = '') =>
      text === '%%' ? '%' : converted(index, { flags, width: Number(width), precision, kind }),
    );
}

function check(format: string): void {
  let count = 0;
  for (const [text, flags = '', , , kind = ''] of format.matchAll(CONVERSION)) {
    if (text === '%%') continue;
    if (++count > 1) throw new ToolError('too many % conversion specifications in suffix');
    if (kind === '') throw new ToolError('missing conversion specifier in suffix');
    if (!'diuoxX'.includes(kind)) {
      const shown = shownByte(bytesOf(kind)[0] as number);
      throw new ToolError(`invalid conversion specifier in suffix: ${shown}`);
    }
    const wrong = 'diu'.includes(kind) ? '#' : "'";
    if (flags.includes(wrong))
      throw new ToolError(`invalid flags in conversion specification: %${wrong}${kind}`);
  }
  if (count === 0) throw new ToolError('missing % conversion specification in suffix');
}

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: string | undefined;
  readonly kind: string;
}

function converted(value: number, { flags, width, precision, kind }: Conversion): string {
  const base = kind === 'o' ? 8 : kind.toLowerCase() === 'x' ? 16 : 10;
  let text =
    value === 0 && Number(precision) === 0 && precision !== undefined ? '' : value.toString(base);
  text = text.padStart(Number(precision ?? 0), '0');
  const isAlternative = flags.includes('#');
  if (isAlternative && base === 8 && !text.startsWith('0')) text = `0${text}`;
  const mark = isAlternative && base === 16 && value > 0 ? '0x' : '';
  if (flags.includes('-')) text = (mark + text).padEnd(width);
  else if (flags.includes('0') && precision === undefined)
    text = mark + text.padStart(width - mark.length, '0');
  else text = (mark + text).padStart(width);
  return kind === 'X' ? text.toUpperCase() : text;
}
