/** Primes, and what is computed modulo a number. */

/** The primes below a bound, in ascending order. */
export function* primesBelow(bound: number): Generator<number> {
  const isComposite = new Uint8Array(bound);
  for (let i = 2; i < bound; i++) {
    if (isComposite[i]) continue;
    yield i;
    for (let j = i * i; j < bound; j += i) isComposite[j] = 1;
  }
}

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The inverse modulo `modulus`; undefined where there is none. */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r0, r1] = [modulus, ((value % modulus) + modulus) % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return r0 === 1n ? (t0 + modulus) % modulus : undefined;
}

export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** With these bases the test of Miller and Rabin proves numbers below 3.3e24; of larger ones it errs for none that is known by chance. */
const bases = [...primesBelow(174)].map(BigInt);
const PROVED = 3_317_044_064_679_887_385_961_981n;

/** Whether a number is prime, by the test of Miller and Rabin. */
export function isPrime(value: bigint): boolean {
  if (value < 2n) return false;
  for (const base of bases) if (value % base === 0n) return value === base;
  let odd = value - 1n;
  let twos = 0;
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  const used = value < PROVED ? bases.slice(0, 13) : bases;
  return used.every((base) => isProbablePrime(value, base, odd, twos));
}

function isProbablePrime(value: bigint, base: bigint, odd: bigint, twos: number): boolean {
  let power = powerModulo(base, odd, value);
  if (power === 1n || power === value - 1n) return true;
  for (let i = 1; i < twos; i++) {
    power = (power * power) % value;
    if (power === value - 1n) return true;
  }
  return false;
}
