/// <reference lib="webworker" />
/** A program's worker: nothing but the guest. Network and storage are taken away before anything loads. */
import { type GuestStart, runGuest } from '../wasi/guest.ts';
import { removeAuthority } from './authority.ts';

declare const self: DedicatedWorkerGlobalScope;

removeAuthority(self);

self.addEventListener('message', ({ data }: MessageEvent<GuestStart>) => self.postMessage(runGuest(data)), { once: true });
