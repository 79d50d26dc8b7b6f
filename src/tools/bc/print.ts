/** How bc(1) writes: numbers in any base, in lines that are broken. */
import type { Output } from '../stdio.ts';
import { type Num, tenTo } from './number.ts';

/** Writes text and breaks lines that are too long. */
export class Printer {
  readonly #out: Output;
  /** Lines are not broken where it is 0. */
  readonly #width: number;
  readonly #breaksText: boolean;
  #column = 0;

  constructor(out: Output, width: number, breaksText: boolean) {
    this.#out = out;
    this.#width = width;
    this.#breaksText = breaksText;
  }

  number(value: Num, base: number): void {
    this.#write(textOf(value, base), true);
  }

  text(text: string): void {
    this.#write(text, this.#breaksText);
  }

  newline(): void {
    this.#write('\n', true);
  }

  #write(text: string, isBroken: boolean): void {
    if (this.#width === 0 || !isBroken) {
      this.#put(text);
      if (text.includes('\n')) this.#column = 0;
      return;
    }
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '\n') {
        this.#column = 0;
        continue;
      }
      if (++this.#column < this.#width - 1) continue;
      this.#put(`${text.slice(from, at)}\\\n`);
      from = at;
      this.#column = 1;
    }
    this.#put(text.slice(from));
  }

  /** Each character is a byte. */
  #put(text: string): void {
    for (let at = 0; at < text.length; at++) this.#out.byte(text.charCodeAt(at));
  }
}

export function textOf({ value, scale, isMinusZero }: Num, base: number): string {
  if (value === 0n) return isMinusZero ? '-0' : '0';
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  if (base === 10) {
    const digits = String(size);
    if (scale === 0) return sign + digits;
    const padded = digits.padStart(scale, '0');
    return `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
  }
  const unit = tenTo(scale);
  const whole = size / unit;
  return (
    sign + wholeText(whole, base) + (scale > 0 ? `.${fractionText(size % unit, scale, base)}` : '')
  );
}

function wholeText(whole: bigint, base: number): string {
  if (whole === 0n) return '';
  if (base <= 16) return whole.toString(base).toUpperCase();
  const width = String(base - 1).length;
  return digitsIn(whole, BigInt(base))
    .map((digit) => ` ${String(digit).padStart(width, '0')}`)
    .join('');
}

/** The digits from the first, found in halves: one after the other would take quadratic time. */
function digitsIn(value: bigint, base: bigint): bigint[] {
  const powers = [base];
  for (let last = base; last * last <= value; powers.push(last)) last *= last;
  const split = (part: bigint, level: number, isFirst: boolean): bigint[] => {
    if (level < 0) return isFirst && part === 0n ? [] : [part];
    const power = powers[level] as bigint;
    const high = split(part / power, level - 1, isFirst);
    return [...high, ...split(part % power, level - 1, isFirst && high.length === 0)];
  };
  return split(value, powers.length - 1, true);
}

/** As many digits as tell numbers of this scale apart. */
function fractionText(fraction: bigint, scale: number, base: number): string {
  const unit = tenTo(scale);
  const radix = BigInt(base);
  const width = String(base - 1).length;
  let rest = fraction;
  const parts: string[] = [];
  for (let reached = 1n; reached < unit; reached *= radix) {
    rest *= radix;
    const digit = rest / unit;
    rest %= unit;
    parts.push(
      base <= 16 ? digit.toString(base).toUpperCase() : String(digit).padStart(width, '0'),
    );
  }
  return parts.join(base <= 16 ? '' : ' ');
}
