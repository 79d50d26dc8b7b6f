/** Tells whether this project's shell does what the computer's bash does. */
import { here, reference } from './shells.mjs';

/** The status that timeout(1) gives to a script that does not end. */
const ENDLESS = [124, 137];

/**
 * The verdict for a script, with what both printed where they differ. A script does not count where bash does not end, or where
 * bash itself prints something else the second time: process numbers, times. `parts` names what has to be the same.
 */
export async function compare(job, parts = ['stdout', 'status']) {
  const expected = reference(job);
  if (ENDLESS.includes(expected.status))
    return { verdict: 'not applicable', detail: 'bash does not end' };
  const actual = await here(job);
  const agrees = (other) => parts.every((part) => expected[part] === other[part]);
  if (agrees(actual)) return { verdict: 'passes', detail: '' };
  if (!agrees(reference(job)))
    return { verdict: 'not applicable', detail: 'bash differs from itself' };
  return { verdict: 'fails', detail: '', expected, actual };
}
