/// <reference lib="webworker" />
/** A program's worker: nothing but the guest. Network and storage are taken away before any program runs. */
import { type GuestStart, runGuest } from '../wasi/guest.ts';
import { removeAuthority } from './authority.ts';

declare const self: DedicatedWorkerGlobalScope;

removeAuthority(self);

/** The page hands on the kernel's end of a channel; over it comes what to run. */
self.addEventListener(
  'message',
  ({ data: port }: MessageEvent<MessagePort>) => {
    port.onmessage = async ({ data }: MessageEvent<GuestStart>) =>
      port.postMessage(await runGuest(data));
  },
  { once: true },
);
