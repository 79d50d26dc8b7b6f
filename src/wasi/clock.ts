/** The clocks of preview1 that a page has. */
import { FsError } from '../kernel/errors.ts';

export const CLOCK = { realtime: 0, monotonic: 1 } as const;

let last = 0n;

/** Nanoseconds of a clock; EINVAL for the two that a page cannot have. The monotonic one always goes on. */
export function clock(id: number): bigint {
  if (id === CLOCK.realtime)
    return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  if (id !== CLOCK.monotonic) throw new FsError('EINVAL');
  const now = BigInt(Math.round(performance.now() * 1000)) * 1000n;
  last = now > last ? now : last + 1n;
  return last;
}
