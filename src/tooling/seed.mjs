/**
 * The seed of every random test of a run. The process that starts first chooses it, unless OANIX_SEED is set, and
 * prints it. Processes that it starts inherit it by the environment, and do not print it again.
 */
export function seedOfRun() {
  const { env } = process;
  env.OANIX_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
  const seed = Number(env.OANIX_SEED);
  if (!/^-?\d+$/.test(env.OANIX_SEED) || seed !== (seed | 0))
    throw new Error(`OANIX_SEED must be a whole number of 32 bits, not '${env.OANIX_SEED}'`);
  if (env.OANIX_SEED_PRINTED === undefined)
    console.log(`The seed of the random tests is ${seed}: OANIX_SEED=${seed} repeats them.`);
  env.OANIX_SEED_PRINTED = '1';
  return seed;
}
