/** The types of seed.mjs, which runs before any package is installed and so is not TypeScript. */
export function seedOfRun(): number;
