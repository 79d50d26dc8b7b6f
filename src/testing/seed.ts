/** A setup file of every test: it gives property tests the seed of the run, so that a run can be repeated. */
import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The seed that vitest.config.ts got from tooling/seed.mjs. */
    seed: number;
  }
}

fc.configureGlobal({ seed: inject('seed') });
