/** The page's side of program workers: starts and ends them at the kernel's order. */
import type { WorkerFailure, WorkerKind, WorkerOrder } from './protocol.ts';

const makers: { readonly [kind in WorkerKind]: () => Worker } = {
  program: () =>
    new Worker(new URL('./program.worker.ts', import.meta.url), {
      type: 'module',
      name: 'program',
    }),
  shell: () =>
    new Worker(new URL('./shell.worker.ts', import.meta.url), { type: 'module', name: 'shell' }),
  nostr: () =>
    new Worker(new URL('./nostr.worker.ts', import.meta.url), { type: 'module', name: 'nostr' }),
};

export class ProgramWorkers {
  readonly #workers = new Map<number, Worker>();
  readonly #kernel: Worker;

  constructor(kernel: Worker) {
    this.#kernel = kernel;
    kernel.addEventListener('message', ({ data }: MessageEvent<WorkerOrder | null>) => {
      if (typeof data !== 'object' || data === null || !('worker' in data)) return;
      if ('start' in data) this.#start(data.worker, data.start, data.kind);
      else this.#end(data.worker);
    });
  }

  endAll(): void {
    for (const id of [...this.#workers.keys()]) this.#end(id);
  }

  #start(id: number, port: MessagePort, kind: WorkerKind): void {
    const worker = makers[kind]();
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const failed = event.message || 'its worker could not be started';
      this.#kernel.postMessage({ worker: id, failed } satisfies WorkerFailure);
    });
    worker.postMessage(port, [port]);
    this.#workers.set(id, worker);
  }

  #end(id: number): void {
    this.#workers.get(id)?.terminate();
    this.#workers.delete(id);
  }
}
