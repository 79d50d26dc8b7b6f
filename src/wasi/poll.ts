/**
 * poll_oneoff: several clocks and descriptors at once. Clocks alone are slept through in the worker; with
 * streams the kernel waits, which knows when they change. No time is spent looking again and again.
 */
import { wasi } from '@bjorn3/browser_wasi_shim';
import { FsError } from '../kernel/errors.ts';
import type { PollReady } from '../kernel/poll.ts';
import type { Caller } from './caller.ts';
import { CLOCK, clock } from './clock.ts';
import { type Descriptor, errnoFrom } from './descriptors.ts';
import { errnoOf, SUCCESS } from './errno.ts';
import type { Imports } from './imports.ts';
import type { Memory } from './memory.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
/** Subscriptions in one poll. */
const COUNT_MAX = 1024;
const HANGUP = 1;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** For a clock: nanoseconds from the start of the poll until it is due. */
  readonly due: bigint | undefined;
  /** For a stream: whom the kernel is asked about. */
  readonly wanted: { readonly fd: number; readonly what: 'read' | 'write' } | undefined;
  error: number;
  bytes: bigint;
  flags: number;
}

export function pollImports(
  kernel: Caller,
  memory: Memory,
  find: (fd: number) => Descriptor,
): Imports {
  return {
    poll_oneoff(from: number, to: number, count: number, result: number) {
      if (count === 0 || count >>> 0 > COUNT_MAX) return errnoOf('EINVAL');
      memory.range(to, count * EVENT_BYTES);
      memory.range(result, 4);
      const started = kernel.once(() => clock(CLOCK.monotonic));
      const all = Array.from({ length: count }, (_, i) =>
        readSubscription(memory, (from >>> 0) + i * SUBSCRIPTION_BYTES, find),
      );
      const events = wait(kernel, all, () => clock(CLOCK.monotonic) - started);
      for (const [i, event] of events.entries())
        writeEvent(memory.view, (to >>> 0) + i * EVENT_BYTES, event);
      memory.view.setUint32(result >>> 0, events.length, true);
      return SUCCESS;
    },
  };
}

/** The subscriptions that have something to tell; waits until there is one. */
function wait(kernel: Caller, all: readonly Subscription[], elapsed: () => bigint): Subscription[] {
  const isClock = ({ due, error }: Subscription): boolean => due !== undefined && error === SUCCESS;
  const isStream = ({ wanted }: Subscription): boolean => wanted !== undefined;
  const ready = new Set(all.filter((each) => !isClock(each) && !isStream(each)));
  const clocks = all.filter(isClock);
  const streams = all.filter(isStream);
  const first = clocks.reduce<bigint | undefined>(
    (least, { due }) => (least === undefined || (due as bigint) < least ? due : least),
    undefined,
  );
  if (streams.length > 0) {
    const patience = ready.size > 0 ? 0 : first === undefined ? -1 : toMs(first);
    const wanted = streams.map((each) => each.wanted);
    const found = kernel.call('poll', { wanted, timeout: patience }).ready as PollReady[];
    for (const { index, bytes, hangup, error } of found) {
      const each = streams[index] as Subscription;
      each.bytes = BigInt(bytes);
      each.flags = hangup ? HANGUP : 0;
      each.error = error === undefined ? SUCCESS : errnoOf(error as never);
      ready.add(each);
    }
  }
  if (first !== undefined && ready.size === 0) {
    for (let left = first - elapsed(); left > 0n; left = first - elapsed())
      kernel.sleep(toMs(left));
  }
  if (clocks.length > 0) {
    const now = elapsed();
    for (const each of clocks) if ((each.due as bigint) <= now) ready.add(each);
  }
  // In the order in which they were asked for.
  return all.filter((each) => ready.has(each));
}

/** Timers count in 31 bits of milliseconds: whoever waits longer is asked again by the loop. */
const toMs = (ns: bigint): number => (ns <= 0n ? 0 : Math.min(Number(ns) / 1e6, 2 ** 31 - 1));

function readSubscription(
  memory: Memory,
  at: number,
  find: (fd: number) => Descriptor,
): Subscription {
  const { view } = memory;
  const userdata = view.getBigUint64(at, true);
  const type = view.getUint8(at + 8);
  let due: bigint | undefined;
  let wanted: Subscription['wanted'];
  let bytes = 0n;
  const error = errnoFrom(() => {
    if (type === wasi.EVENTTYPE_CLOCK) {
      const timeout = view.getBigUint64(at + 24, true);
      const flags = view.getUint16(at + 40, true);
      const now = clock(view.getUint32(at + 16, true));
      due = (flags & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0 ? timeout - now : timeout;
      return;
    }
    if (type !== wasi.EVENTTYPE_FD_READ && type !== wasi.EVENTTYPE_FD_WRITE)
      throw new FsError('EINVAL');
    const reads = type === wasi.EVENTTYPE_FD_READ;
    const found = find(view.getUint32(at + 16, true));
    if (found.kind === 'stream' || found.kind === 'terminal')
      wanted = { fd: found.fd, what: reads ? 'read' : 'write' };
    else bytes = reads && found.kind === 'file' ? found.left() : 1n;
  });
  return {
    userdata,
    type,
    due: error === SUCCESS ? due : undefined,
    wanted,
    error,
    bytes,
    flags: 0,
  };
}

function writeEvent(view: DataView, at: number, event: Subscription): void {
  view.setBigUint64(at, event.userdata, true);
  view.setUint16(at + 8, event.error, true);
  view.setUint8(at + 10, event.type);
  view.setBigUint64(at + 16, event.bytes, true);
  view.setUint16(at + 24, event.flags, true);
}
