/** Runs one shell process over a port to its kernel: what every worker of a shell does. */
import { type Port, Remote } from '../kernel/rpc.ts';
import { keysOf, runShell } from './session.ts';
import type { ShellStart } from './start.ts';
import { type Call, Sys } from './sys.ts';

/** `breathe` gives the event loop a turn, in which an interrupt is heard. */
export function serveShell(port: Port, breathe: () => Promise<void>): void {
  const kernel = new Remote(port);
  const call = ((operation: string, args: unknown, signal?: AbortSignal) =>
    kernel.call(operation, args, signal)) as Call;
  const sys = new Sys(call, breathe);
  const keys = keysOf(sys);
  kernel.onEvent = (event) => {
    if (event === 'stop') keys.stop();
    else if (event === 'interrupt') {
      keys.interrupt();
      void kernel.call('heard', undefined);
    } else keys.signal(String(event));
  };
  keys.onCatch = (names) => void kernel.call('catch', names);
  void kernel
    .call('begin', undefined)
    .then((start) => runShell(start as ShellStart, sys, keys))
    .then((status) => kernel.call('end', { status }))
    .catch((error: unknown) =>
      kernel.call('end', { failed: error instanceof Error ? error.message : String(error) }),
    );
}
