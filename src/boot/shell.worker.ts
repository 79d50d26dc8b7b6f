/// <reference lib="webworker" />
/** The worker of a shell: runs one shell process, over a port to its kernel. */
import { Remote } from '../kernel/rpc.ts';
import { runShell } from '../shell/session.ts';
import type { ShellStart } from '../shell/start.ts';
import { type Call, Sys } from '../shell/sys.ts';
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
  ({ data: port }: MessageEvent<MessagePort>) => {
    const kernel = new Remote(port);
    const call = ((operation: string, args: unknown, signal?: AbortSignal) =>
      kernel.call(operation, args, signal)) as Call;
    const sys = new Sys(call, breathe);
    kernel.onEvent = (event) => {
      if (event !== 'interrupt') return;
      sys.interrupt();
      void kernel.call('heard', undefined);
    };
    void kernel
      .call('begin', undefined)
      .then((start) => runShell(start as ShellStart, sys))
      .then((status) => kernel.call('end', { status }))
      .catch((error: unknown) =>
        kernel.call('end', { failed: error instanceof Error ? error.message : String(error) }),
      );
  },
  { once: true },
);
