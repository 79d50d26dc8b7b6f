/// <reference lib="webworker" />
/** Verifies events and seals keys beside the kernel, which must not wait for either. */
import { nostrCrypto } from '../executors/nostr/crypto.ts';
import { answerOn } from '../kernel/rpc.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener(
  'message',
  ({ data: port }: MessageEvent<MessagePort>) => {
    answerOn(port, (op, args) => {
      const [first, second] = args as [never, never];
      return nostrCrypto[op as keyof typeof nostrCrypto](first, second);
    });
  },
  { once: true },
);
