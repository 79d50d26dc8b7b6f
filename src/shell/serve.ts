/** Runs one shell process over a port to its kernel: what every worker of a shell does, for each of its shells. */
import { Remote } from '../kernel/rpc.ts';
import { interacts } from './invocation.ts';
import { keysOf, runShell } from './session.ts';
import type { ShellStart } from './start.ts';
import { type Call, Sys } from './sys.ts';

/** What the kernel tells: a name, a shell to run beside this one, or a signal for a part of it. */
type ShellEvent =
  | string
  | { readonly serve: MessagePort }
  | { readonly part: number; readonly signal: string };

/** `breathe` gives the event loop a turn, in which an interrupt is heard. */
export function serveShell(port: MessagePort, breathe: () => Promise<void>): void {
  const kernel = new Remote(port);
  const call = ((operation: string, args: unknown, signal?: AbortSignal) =>
    kernel.call(operation, args, signal)) as Call;
  const sys = new Sys(call, breathe);
  const keys = keysOf(sys);
  const events: Readonly<Record<string, () => void>> = {
    stop: () => keys.stop(),
    interrupt: () => {
      keys.interrupt();
      // The kernel may have ended the shell meanwhile.
      void kernel.call('heard', undefined).catch(() => undefined);
    },
    over: () => {
      sys.end();
      kernel.die('the shell has ended');
      port.close();
    },
  };
  kernel.onEvent = (given) => {
    const event = given as ShellEvent;
    if (typeof event === 'string') (events[event] ?? (() => keys.signal(event)))();
    else if ('serve' in event) serveShell(event.serve, breathe);
    else keys.signalPart(event.part, event.signal);
  };
  keys.onCatch = (names) => void kernel.call('catch', names).catch(() => undefined);
  const run = async (): Promise<number> => {
    const start = (await kernel.call('begin', undefined)) as ShellStart;
    if (interacts(start)) await kernel.call('talks', undefined);
    return runShell(start, sys, keys);
  };
  void run()
    .then((status) => kernel.call('end', { status }))
    .catch((error: unknown) =>
      kernel.call('end', { failed: error instanceof Error ? error.message : String(error) }),
    )
    // The kernel may have ended it meanwhile, and then hears nothing more of it.
    .catch(() => undefined);
}
