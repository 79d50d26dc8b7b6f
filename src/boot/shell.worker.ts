/// <reference lib="webworker" />
/** The worker of a shell: runs one shell process, over a port to its kernel. */
import { serveShell } from '../shell/serve.ts';
import { removeAuthority } from './authority.ts';

declare const self: DedicatedWorkerGlobalScope;

removeAuthority(self);

/** A turn of the event loop, in which an interrupt is heard. The parts of a pipeline may ask for one at once. */
const pingPong = new MessageChannel();
const resume: (() => void)[] = [];
pingPong.port1.onmessage = () => resume.shift()?.();
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    resume.push(resolve);
    pingPong.port2.postMessage(0);
  });

self.addEventListener(
  'message',
  ({ data: port }: MessageEvent<MessagePort>) => serveShell(port, breathe),
  { once: true },
);
