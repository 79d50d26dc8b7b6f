/** Puts a thing at a name that may be taken. If somebody takes the name in the middle, the decision is made again. */
import { hasCode } from '../../kernel/errors.ts';
import type { Choice } from './conflicts.ts';
import { freeName } from './there.ts';

/** The name may be taken this often between the decision and its use. */
const TRIES_MAX = 20;

/**
 * Calls `decide`, which gives undefined if the name is free, and then `act` with the path that follows from the choice.
 * Calls both again if `act` finds that the path is taken (EEXIST).
 */
export async function settle<T>(
  to: string,
  decide: (tries: number) => Promise<Choice | undefined>,
  act: (path: string, choice: Choice | undefined) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const choice = await decide(tries);
    const path = choice === 'both' ? await freeName(to) : to;
    try {
      return await act(path, choice);
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || tries === TRIES_MAX) throw error;
    }
  }
}
