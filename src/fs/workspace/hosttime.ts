/** Times as the calls of the host take them. */

/**
 * Seconds as a double: exact to some 200 ns. Node takes a negative number for the present, so that a time before 1970
 * is a Date, exact to the millisecond.
 */
export const hostTime = (ns: bigint): number | Date =>
  ns < 0n ? new Date(Number(ns) / 1e6) : Number(ns) / 1e9;
