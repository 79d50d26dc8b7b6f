/** The formats of od(1): how a piece of the input is shown. */
import { escapedBytes } from './cescapes.ts';
import { ToolError } from './host.ts';

/** How a piece of `size` bytes is shown, in a column of `width`. */
export interface Format {
  readonly size: number;
  readonly width: number;
  /** `-t x1z`: the line as text at its end. */
  readonly isShown: boolean;
  readonly show: (view: DataView, at: number) => string;
}

const sizes: Readonly<Record<string, number>> = { C: 1, S: 2, I: 4, L: 8, F: 4, D: 8 };

/** Of `-t`: letters of kinds, each with its size and perhaps a z. */
export function formatsOf(text: string, isLittle: () => boolean): Format[] {
  const out: Format[] = [];
  const form = /([ac]|[doux](?:[CSIL]|\d+)?|f(?:[FDL]|\d+)?)(z?)/y;
  while (form.lastIndex < text.length) {
    const at = form.lastIndex;
    const found = form.exec(text);
    if (!found) throw new ToolError(badFormat(text, at));
    const [, kind = '', shown] = found;
    out.push(formatOf(kind[0] as string, kind.slice(1), shown === 'z', text, isLittle));
  }
  return out;
}

const badFormat = (text: string, at: number): string =>
  /[doux]/.test(text[at] ?? '')
    ? `invalid type string ‘${text}’`
    : `invalid character '${text[at]}' in type string ‘${text}’`;

function formatOf(
  kind: string,
  sizeText: string,
  isShown: boolean,
  text: string,
  isLittle: () => boolean,
): Format {
  if (kind === 'a') return { size: 1, width: 4, isShown, show: named };
  if (kind === 'c') return { size: 1, width: 4, isShown, show: character };
  const size = sizes[sizeText] ?? (sizeText === '' ? (kind === 'f' ? 8 : 4) : Number(sizeText));
  const supported = kind === 'f' ? [4, 8] : [1, 2, 4, 8];
  if (!supported.includes(size))
    throw new ToolError(
      `invalid type string ‘${text}’;\nthis system doesn't provide a ${size}-byte ${kind === 'f' ? 'floating point' : 'integral'} type`,
    );
  if (kind === 'f') return floating(size as 4 | 8, isShown, isLittle);
  return integer(kind, size, isShown, isLittle);
}

const widths: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 },
  o: { 1: 3, 2: 6, 4: 11, 8: 22 },
  u: { 1: 3, 2: 5, 4: 10, 8: 20 },
  x: { 1: 2, 2: 4, 4: 8, 8: 16 },
};

function integer(kind: string, size: number, isShown: boolean, isLittle: () => boolean): Format {
  const digits = widths[kind]?.[size] ?? 0;
  const base = kind === 'o' ? 8 : kind === 'x' ? 16 : 10;
  const read = (view: DataView, at: number): bigint | number => {
    const little = isLittle();
    if (size === 1) return kind === 'd' ? view.getInt8(at) : view.getUint8(at);
    if (size === 2) return kind === 'd' ? view.getInt16(at, little) : view.getUint16(at, little);
    if (size === 4) return kind === 'd' ? view.getInt32(at, little) : view.getUint32(at, little);
    return kind === 'd' ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
  };
  const fill = base === 10 ? ' ' : '0';
  return {
    size,
    width: digits + 1,
    isShown,
    show: (view, at) => read(view, at).toString(base).padStart(digits, fill),
  };
}

function floating(size: 4 | 8, isShown: boolean, isLittle: () => boolean): Format {
  const isNegative = (view: DataView, at: number): boolean =>
    view.getUint8(isLittle() ? at + size - 1 : at) > 127;
  const read = (view: DataView, at: number): string =>
    size === 4
      ? shortest(view.getFloat32(at, isLittle()), Math.fround, 9, isNegative(view, at))
      : shortest(view.getFloat64(at, isLittle()), (value) => value, 17, isNegative(view, at));
  return { size, width: size === 4 ? 16 : 25, isShown, show: read };
}

/** The fewest digits that read as the same number, as %g writes them. */
function shortest(
  value: number,
  round: (value: number) => number,
  most: number,
  isNegative: boolean,
): string {
  if (Number.isNaN(value)) return isNegative ? '-nan' : 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < most && round(Number(value.toPrecision(digits))) !== value) digits++;
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return value.toFixed(Math.max(0, digits - 1 - exponent));
}

const names =
  'nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp'.split(
    ' ',
  );

const named = (view: DataView, at: number): string => {
  const byte = view.getUint8(at) & 127;
  return byte === 127 ? 'del' : (names[byte] ?? String.fromCharCode(byte));
};

const character = (view: DataView, at: number): string => {
  const byte = view.getUint8(at);
  const isPrinted = byte >= 32 && byte < 127;
  return (
    escapedBytes[byte] ??
    (isPrinted ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
  );
};
