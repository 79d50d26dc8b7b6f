/**
 * The kinds of services whose files are made when they are read: devices, streams, control files and the network, and
 * those that show whole trees again. A walk over a namespace does not enter their mounts unasked.
 */
export const liveServices: ReadonlySet<string> = new Set([
  'cap',
  'dev',
  'envs',
  'http',
  'nostr',
  'pipe',
  'policy',
  'proc',
  'review',
  'sched',
  'snapshots',
  'ws',
]);
