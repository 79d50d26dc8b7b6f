/** How hexdump(1) prints the bytes of a block. Each character of the text is a byte. */

import { numberBy } from './awk/decimal.ts';
import { escapedBytes } from './cescapes.ts';
import type { Format, Print, Unit } from './hexdumpformat.ts';

const named =
  'nul soh stx etx eot enq ack bel bs ht lf vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us'.split(
    ' ',
  );

const isPrinted = (byte: number): boolean => byte >= 32 && byte < 127;

const pad = (text: string, { flags, width }: Print): string =>
  flags.includes('-') ? text.padEnd(width) : text.padStart(width);

/** An integer by its conversion. */
export function integerText(print: Print, value: bigint): string {
  const { flags, width, precision, letter } = print;
  const size = value < 0n ? -value : value;
  const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
  let digits = precision === 0 && value === 0n ? '' : size.toString(radix);
  if (letter === 'X') digits = digits.toUpperCase();
  digits = digits.padStart(precision ?? 0, '0');
  const isAlternate = flags.includes('#');
  if (isAlternate && radix === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  const isSigned = letter === 'd' || letter === 'i';
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const sign = value < 0n ? '-' : isSigned ? plus : '';
  const prefix = isAlternate && radix === 16 && value !== 0n ? `0${letter}` : '';
  const isFilled = flags.includes('0') && !flags.includes('-') && precision === undefined;
  if (isFilled) digits = digits.padStart(width - sign.length - prefix.length, '0');
  return pad(sign + prefix + digits, print);
}

function readInteger(view: DataView, at: number, { kind, size }: Print): bigint {
  const isSigned = kind === 'signed';
  if (size === 8) return isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return isSigned ? BigInt.asIntN(size * 8, BigInt(value)) : BigInt(value);
}

function doubleText(print: Print, view: DataView, at: number): string {
  const { size, flags, width, precision, letter } = print;
  const value = size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  if (Number.isNaN(value)) {
    const isNegative = view.getUint8(at + size - 1) > 127;
    const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    return pad(sign + (letter === letter.toUpperCase() ? 'NAN' : 'nan'), print);
  }
  return numberBy({ flags, width, precision, letter }, value);
}

function stringText(print: Print, view: DataView, at: number): string {
  let text = '';
  for (let i = at; i < view.byteLength && view.getUint8(i) !== 0; i++) {
    if (print.precision !== undefined && text.length >= print.precision) break;
    text += String.fromCharCode(view.getUint8(i));
  }
  return pad(text, print);
}

function byteText(print: Print, byte: number): string {
  const char = String.fromCharCode(byte);
  if (print.kind === 'char') return pad(char, print);
  if (print.kind === 'printed') return pad(isPrinted(byte) ? char : '.', print);
  if (print.kind === 'escaped')
    return pad(
      escapedBytes[byte] ?? (isPrinted(byte) ? char : byte.toString(8).padStart(3, '0')),
      print,
    );
  const name = byte === 127 ? 'del' : named[byte];
  return pad(name ?? (isPrinted(byte) ? char : byte.toString(16).padStart(2, '0')), print);
}

function printed(print: Print, view: DataView, at: number, address: number): string {
  if (print.kind === 'text') return print.before;
  if (print.kind === 'address') return print.before + integerText(print, BigInt(address));
  if (print.kind === 'signed' || print.kind === 'unsigned')
    return print.before + integerText(print, readInteger(view, at, print));
  if (print.kind === 'double') return print.before + doubleText(print, view, at);
  if (print.kind === 'string') return print.before + stringText(print, view, at);
  return print.before + byteText(print, view.getUint8(at));
}

/** A block by one format. `end` is the address after the last byte, where the block is not full. */
export function blockText(
  { units }: Format,
  view: DataView,
  address: number,
  end: number | undefined,
): string {
  let text = '';
  let at = 0;
  for (const unit of units) {
    if (unit.isAtEnd) break;
    for (let left = unit.repetitions; left > 0; left--)
      for (const [i, print] of unit.prints.entries()) {
        const isLast = left === 1 && i === unit.prints.length - 1 && unit.endsWithSpace;
        if (end !== undefined && address + at >= end && print.kind !== 'text')
          text += print.before + pad('', print);
        else if (isLast) text += print.before.slice(0, -1);
        else text += printed(print, view, at, address + at);
        at += print.size;
      }
  }
  return text;
}

/** What a unit with `%_A` prints at the end. */
export const endText = ({ prints }: Unit, address: number): string =>
  prints
    .map((print) =>
      print.kind === 'address' || print.kind === 'text'
        ? printed(print, new DataView(new ArrayBuffer(0)), 0, address)
        : '',
    )
    .join('');
