/** `window.oanix` over a kernel of this very thread, each call by way of a message port; programs are shells. */
import { Oanix } from '../boot/oanix.ts';
import type { Calls, Session } from '../boot/oanixfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { fail } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Args, Operation } from '../kernel/operations.ts';
import type { Process } from '../kernel/process.ts';
import { answerOn, Remote } from '../kernel/rpc.ts';
import { never } from '../kernel/service.ts';
import { shellFiles } from '../kernel/shellmark.ts';
import { type WorkBench, workBench } from './work.ts';

export interface PageBench {
  readonly bench: WorkBench;
  readonly oanix: Oanix;
  /** What reached the kernel so far. */
  readonly calls: Operation[];
  /** Another client of the same page. */
  connect(): Session;
  /** Closes the ports. */
  close(): void;
}

/** One end of a port to a kernel, as a client of the page has it. */
export function connect(
  kernel: Kernel,
  process: Process,
  called: (operation: Operation) => void = () => undefined,
): { readonly session: Session; close(): void } {
  const { port1, port2 } = new MessageChannel();
  answerOn(port1, (op, args, signal) => {
    called(op as Operation);
    return kernel.call(process, op as Operation, args as Args<Operation>, signal);
  });
  const remote = new Remote(port2);
  return {
    session: {
      call: (operation, args, signal) => remote.call(operation, args, signal) as never,
      onChanged: () => () => undefined,
    },
    close: () => port1.close(),
  };
}

export async function pageBench(): Promise<PageBench> {
  const bench = await workBench();
  const { kernel, page } = bench;
  const bin = kernel.sources.of(new MapFs(shellFiles));
  await page.namespace.mount(bin, '/bin', { create: true }, page.caller(-1, never));
  const calls: Operation[] = [];
  const open: { close(): void }[] = [];
  const client = (): Session => {
    const made = connect(kernel, page, (operation) => calls.push(operation));
    open.push(made);
    return made.session;
  };
  const session = client();
  const api: Calls = {
    booted: Promise.resolve(),
    call: session.call,
    session: async () => session,
    capability: async () => fail('ENOTSUP', 'there is no network here'),
  };
  return {
    bench,
    calls,
    oanix: new Oanix(api),
    connect: client,
    close: () => {
      for (const each of open) each.close();
    },
  };
}
