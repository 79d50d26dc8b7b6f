/** The prime factors of whole numbers of any size. */
import { curveDivisor } from './ellipticcurve.ts';
import { gcd, isPrime, primesBelow } from './primes.ts';

/** Divisors below this are found by division. */
const TRIED = 1 << 14;
/** Steps of Pollard's method before elliptic curves are tried: they are faster from eleven digits on. */
const RHO_STEPS = 1 << 17;
/** Steps between two greatest common divisors. */
const BATCH = 256;

/** To be awaited in long computations. */
export type Pause = () => Promise<void>;

let smallPrimes: readonly number[] | undefined;

/** The prime factors in ascending order; none of 0 and 1. */
export async function factorize(value: bigint, pause: Pause): Promise<bigint[]> {
  const found: bigint[] = [];
  if (value < 2n) return found;
  const rest = divideOut(value, found);
  if (rest > 1n) await split(rest, found, pause);
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Takes the small factors out; the rest has none of them. */
function divideOut(value: bigint, found: bigint[]): bigint {
  smallPrimes ??= [...primesBelow(TRIED)];
  let rest = value;
  for (const prime of smallPrimes) {
    if (rest <= BigInt(Number.MAX_SAFE_INTEGER)) return divideOutSmall(Number(rest), prime, found);
    const divisor = BigInt(prime);
    while (rest % divisor === 0n) {
      found.push(divisor);
      rest /= divisor;
    }
  }
  return rest;
}

/** The same with fast numbers, from the prime `first` on. */
function divideOutSmall(value: number, first: number, found: bigint[]): bigint {
  let rest = value;
  for (const prime of smallPrimes ?? []) {
    if (prime < first) continue;
    if (prime * prime > rest) break;
    while (rest % prime === 0) {
      found.push(BigInt(prime));
      rest /= prime;
    }
  }
  return BigInt(rest);
}

async function split(value: bigint, found: bigint[], pause: Pause): Promise<void> {
  if (value < BigInt(TRIED) ** 2n || isPrime(value)) {
    found.push(value);
    return;
  }
  await pause();
  const divisor = (await rhoDivisor(value, pause)) ?? (await curveDivisor(value, pause));
  await split(divisor, found, pause);
  await split(value / divisor, found, pause);
}

/** A divisor by Pollard's rho method as Brent changed it; undefined where none is found soon. */
async function rhoDivisor(value: bigint, pause: Pause): Promise<bigint | undefined> {
  for (let constant = 1n; constant < 4n; constant++) {
    const step = (x: bigint): bigint => (x * x + constant) % value;
    let slow = 2n;
    let fast = 2n;
    let steps = 0;
    let isCollapsed = false;
    for (let round = 1; steps < RHO_STEPS && !isCollapsed; round *= 2) {
      slow = fast;
      for (let i = 0; i < round && !isCollapsed; i += BATCH) {
        const before = fast;
        const count = Math.min(BATCH, round - i);
        let product = 1n;
        for (let j = 0; j < count; j++) {
          fast = step(fast);
          product = (product * (slow - fast)) % value;
        }
        steps += count;
        if (steps % (BATCH * 64) === 0) await pause();
        if (gcd(product, value) === 1n) continue;
        const divisor = firstDivisor(slow, before, value, step);
        if (divisor !== value) return divisor;
        // All factors at once: another sequence may tell them apart.
        isCollapsed = true;
      }
    }
    if (!isCollapsed) return undefined;
  }
  return undefined;
}

/** Repeats a batch step by step. */
function firstDivisor(
  slow: bigint,
  from: bigint,
  value: bigint,
  step: (x: bigint) => bigint,
): bigint {
  for (let fast = step(from); ; fast = step(fast)) {
    const divisor = gcd(slow - fast, value);
    if (divisor !== 1n) return divisor;
  }
}
