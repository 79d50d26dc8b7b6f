/** Lenstra's method: a divisor of a composite number by elliptic curves in Montgomery's form. */
import type { Pause } from './factorize.ts';
import { gcd, inverse, primesBelow } from './primes.ts';

/** A point without its second coordinate. */
interface Point {
  readonly x: bigint;
  readonly z: bigint;
}

/** How many curves are tried with each bound before the next. */
const plan: readonly { readonly bound: number; readonly curves: number }[] = [
  { bound: 2_000, curves: 25 },
  { bound: 11_000, curves: 90 },
  { bound: 50_000, curves: 220 },
  { bound: 250_000, curves: Number.POSITIVE_INFINITY },
];

/** The second bound is so many times the first. */
const SECOND = 60;
/** Giant steps of the second stage; it is a product of the first primes. */
const GIANT = 2310;
/** Operations between two pauses. */
const TURN = 4096;

/** A divisor that is neither 1 nor the number itself. The number is composite. */
export async function curveDivisor(value: bigint, pause: Pause): Promise<bigint> {
  let sigma = 6n;
  for (const { bound, curves } of plan) {
    const primes = Uint32Array.from(primesBelow(bound * SECOND));
    for (let i = 0; i < curves; i++) {
      const divisor = await tryCurve(value, sigma++, bound, primes, pause);
      if (divisor !== undefined) return divisor;
    }
  }
  throw new Error('unreachable: the last bound has no end');
}

const isProper = (divisor: bigint, value: bigint): boolean => divisor !== 1n && divisor !== value;

async function tryCurve(
  value: bigint,
  sigma: bigint,
  bound: number,
  primes: Uint32Array,
  pause: Pause,
): Promise<bigint | undefined> {
  const u = sigma * sigma - 5n;
  const v = 4n * sigma;
  const below = 16n * u ** 3n * v;
  const inverted = inverse(below, value);
  if (inverted === undefined) {
    const divisor = gcd(below, value);
    return isProper(divisor, value) ? divisor : undefined;
  }
  const curve = new Curve(value, ((v - u) ** 3n * (3n * u + v) * inverted) % value);
  let point: Point = { x: u ** 3n % value, z: v ** 3n % value };
  let count = 0;
  for (const prime of primes) {
    if (prime > bound) break;
    for (let power = prime; power <= bound; power *= prime) point = curve.times(point, prime);
    if (++count % 256 === 0) await pause();
  }
  const divisor = gcd(point.z, value);
  if (divisor !== 1n) return isProper(divisor, value) ? divisor : undefined;
  return secondStage(curve, point, bound, primes, pause);
}

/** Finds the divisor where one prime above the first bound is lacking. */
async function secondStage(
  curve: Curve,
  point: Point,
  bound: number,
  primes: Uint32Array,
  pause: Pause,
): Promise<bigint | undefined> {
  const { value } = curve;
  const small = new Map<number, Point & { readonly product: bigint }>();
  for (let j = 1; j < GIANT / 2; j += 2) {
    if (j % 3 === 0 || j % 5 === 0 || j % 7 === 0 || j % 11 === 0) continue;
    const each = curve.times(point, j);
    small.set(j, { ...each, product: (each.x * each.z) % value });
  }
  const step = curve.times(point, GIANT);
  let giant = Math.max(1, Math.round(bound / GIANT));
  let before = giant === 1 ? undefined : curve.times(step, giant - 1);
  let here = curve.times(step, giant);
  let hereProduct = (here.x * here.z) % value;
  let product = 1n;
  let count = 0;
  for (const prime of primes) {
    if (prime <= bound) continue;
    while (prime > giant * GIANT + GIANT / 2) {
      const next = before ? curve.add(here, step, before) : curve.double(here);
      [before, here] = [here, next];
      giant++;
      hereProduct = (here.x * here.z) % value;
    }
    const baby = small.get(Math.abs(prime - giant * GIANT));
    if (baby)
      product =
        (product * ((here.x - baby.x) * (here.z + baby.z) - hereProduct + baby.product)) % value;
    if (++count % TURN === 0) await pause();
  }
  const divisor = gcd(product, value);
  return isProper(divisor, value) ? divisor : undefined;
}

class Curve {
  readonly value: bigint;
  readonly #a24: bigint;

  constructor(value: bigint, a24: bigint) {
    this.value = value;
    this.#a24 = a24;
  }

  double({ x, z }: Point): Point {
    const { value } = this;
    const sum = (x + z) ** 2n % value;
    const difference = (x - z) ** 2n % value;
    const t = sum - difference;
    return { x: (sum * difference) % value, z: (t * (difference + this.#a24 * t)) % value };
  }

  /** The sum of two points whose difference is known. */
  add(a: Point, b: Point, difference: Point): Point {
    const { value } = this;
    const u = (a.x - a.z) * (b.x + b.z);
    const v = (a.x + a.z) * (b.x - b.z);
    const sum = (u + v) % value;
    const other = (u - v) % value;
    return {
      x: (difference.z * ((sum * sum) % value)) % value,
      z: (difference.x * ((other * other) % value)) % value,
    };
  }

  times(point: Point, factor: number): Point {
    if (factor === 1) return point;
    let low = point;
    let high = this.double(point);
    for (let bit = Math.floor(Math.log2(factor)) - 1; bit >= 0; bit--) {
      const sum = this.add(high, low, point);
      if ((factor >> bit) & 1) [low, high] = [sum, this.double(high)];
      else [low, high] = [this.double(low), sum];
    }
    return low;
  }
}
