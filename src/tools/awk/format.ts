/** Values as printf(3) writes them by a format. */
import { characterOf, offsetOf } from './characters.ts';
import { type Conversion, numberBy, padded, partsOf } from './decimal.ts';
import { AwkError } from './errors.ts';
import { parseNumber, toNumber, toText, type Value } from './values.ts';

export function formatText(format: string, args: readonly Value[], convfmt: string): string {
  let next = 0;
  const take = (position = 0): Value => {
    const at = position > 0 ? position - 1 : next++;
    if (at >= args.length) throw new AwkError(`not enough arguments passed to printf("${format}")`);
    return args[at];
  };
  const size = (text: string): number =>
    text.startsWith('*') ? Math.trunc(toNumber(take(parseNumber(text.slice(1))))) : Number(text);
  let out = '';
  for (const part of partsOf(format)) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    const width = size(part.width);
    const precision = part.precision === undefined ? undefined : size(part.precision);
    const conversion: Conversion = {
      flags: width < 0 ? `${part.flags}-` : part.flags,
      width: Math.abs(width),
      precision: precision !== undefined && precision < 0 ? undefined : precision,
      letter: part.letter,
    };
    out += converted(conversion, take(part.position), convfmt);
  }
  return out;
}

function converted(conversion: Conversion, value: Value, convfmt: string): string {
  const { letter, precision } = conversion;
  if (letter === 's') {
    const text = toText(value, convfmt);
    return padded(
      precision === undefined ? text : text.slice(0, offsetOf(text, precision)),
      conversion,
    );
  }
  if (letter === 'c') return padded(character(value), conversion);
  return numberBy(conversion, toNumber(value));
}

/** A number is the character of its code point; of text the first. */
function character(value: Value): string {
  const code = typeof value === 'object' ? value.number : value;
  if (typeof code === 'number') {
    const point = Math.trunc(code);
    const isOne = point >= 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    return isOne ? characterOf(point) : String.fromCharCode(point & 0xff);
  }
  const text = toText(value, '');
  return text.slice(0, offsetOf(text, 1)) || '\0';
}
