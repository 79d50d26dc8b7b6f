/** random(3) of glibc with its first seed: the same numbers in the same order. */

const SIZE = 34;
const SKIPPED = 310;

function* glibcRandom(): Generator<number, never> {
  const state: number[] = [1];
  for (let i = 1; i < 31; i++) {
    const next = (16_807 * (state[i - 1] as number)) % 2_147_483_647;
    state.push(next < 0 ? next + 2_147_483_647 : next);
  }
  for (let i = 31; i < SIZE; i++) state.push(state[i - 31] as number);
  for (let i = SIZE; ; i++) {
    const next = ((state[3] as number) + (state[31] as number)) >>> 0;
    state.shift();
    state.push(next);
    if (i >= SIZE + SKIPPED) yield next >>> 1;
  }
}

/** Each call of what this gives is the next number. */
export function randomNumbers(): () => number {
  const numbers = glibcRandom();
  return () => numbers.next().value;
}
