/** Workers that the page starts at the kernel's order (decision 2), as the kernel's worker has them. */
import type { NostrCrypto } from '../executors/nostr/crypto.ts';
import { Remote } from '../kernel/rpc.ts';
import { never } from '../kernel/service.ts';
import type { ShellWorker } from '../shell/shellrunner.ts';
import type { GuestEnd } from '../wasi/guest.ts';
import type { ProgramWorker } from '../wasi/runner.ts';
import type { WorkerFailure, WorkerKind, WorkerOrder } from './protocol.ts';

/** The scope of the kernel's worker. */
declare const self: { postMessage(message: WorkerOrder, transfer: Transferable[]): void };

/** Who hears of a worker's failure; or the failure, where it came before anyone listened. */
const failures = new Map<number, ((reason: string) => void) | string>();
let last = 0;

/** The page could not start one, or it died. */
export function workerFailed({ worker, failed }: WorkerFailure): void {
  const heard = failures.get(worker);
  if (typeof heard === 'function') heard(failed);
  else failures.set(worker, failed);
}

/** We talk to it over a channel of our own. */
function makeWorker(kind: WorkerKind): ShellWorker {
  const id = ++last;
  const { port1, port2 } = new MessageChannel();
  order({ worker: id, start: port2, kind }, [port2]);
  return {
    port: port1,
    onError: (listener) => {
      const early = failures.get(id);
      failures.set(id, listener);
      if (typeof early === 'string') listener(early);
    },
    terminate: () => {
      failures.delete(id);
      port1.close();
      order({ worker: id, end: true }, []);
    },
  };
}

export const makeShellWorker = (): ShellWorker => makeWorker('shell');

export function makeProgramWorker(): ProgramWorker {
  const { port, onError, terminate } = makeWorker('program');
  return {
    start: (message, transfer) => port.postMessage(message, transfer),
    onEnd: (listener) => {
      port.onmessage = ({ data }: MessageEvent<GuestEnd>) => listener(data);
    },
    onError,
    terminate,
  };
}

/** Its worker is made for the first event or key, and again after it has failed. */
export function makeCrypto(): NostrCrypto {
  let remote: Remote | undefined;
  const ask = async <T>(op: keyof NostrCrypto, ...args: unknown[]): Promise<T> => {
    if (!remote) {
      const { port, onError } = makeWorker('nostr');
      const made = new Remote(port);
      remote = made;
      onError((reason) => {
        made.die(reason);
        remote = undefined;
      });
    }
    return (await remote.call(op, args, never)) as T;
  };
  return {
    verify: (events) => ask('verify', events),
    seal: (secret, passphrase) => ask('seal', secret, passphrase),
    open: (ncryptsec, passphrase) => ask('open', ncryptsec, passphrase),
  };
}

function order(what: WorkerOrder, transfer: Transferable[]): void {
  self.postMessage(what, transfer);
}
