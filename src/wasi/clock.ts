/** The clocks of preview1 that a page has. */
import { FsError } from '../kernel/errors.ts';

const CLOCK = { realtime: 0, monotonic: 1 } as const;

/** Nanoseconds of a clock; EINVAL for the two that a page cannot have. */
export function clock(id: number): bigint {
  if (id === CLOCK.realtime)
    return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
  if (id === CLOCK.monotonic) return BigInt(Math.round(performance.now() * 1000)) * 1000n;
  throw new FsError('EINVAL');
}
