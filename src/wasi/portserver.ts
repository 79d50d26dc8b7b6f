/** The kernel's side of a program that calls over a port (replay.ts). */
import { FsError } from '../kernel/errors.ts';
import { type Args, guestOperations, type Operation } from '../kernel/operations.ts';
import { answerOn } from '../kernel/rpc.ts';
import type { Server } from './shared.ts';

/** What serves the calls of one program, however they come. */
export interface CallServer {
  readonly memoryPages: number;
  /** Reads that needed no call. */
  readonly servedAhead: number;
  /** Milliseconds that the program ran. */
  readonly running: number;
  end(): void;
}

export class PortServer implements CallServer {
  /** Not known before its end. */
  readonly memoryPages = 0;
  readonly servedAhead = 0;
  readonly #server: Server;
  readonly #started: number;
  readonly #stop: () => void;
  #waited = 0;
  #asked: number | undefined;

  constructor(port: MessagePort, server: Server) {
    this.#server = server;
    this.#started = server.now();
    const { stop } = answerOn(port, (operation, args) => this.#answer(operation, args));
    this.#stop = () => {
      stop();
      port.close();
    };
  }

  get running(): number {
    const now = this.#server.now();
    const waiting = this.#asked === undefined ? 0 : now - this.#asked;
    return Math.max(0, now - this.#started - this.#waited - waiting);
  }

  end(): void {
    this.#stop();
  }

  async #answer(operation: string, args: unknown): Promise<unknown> {
    if (!guestOperations.has(operation as Operation)) throw new FsError('ENOSYS');
    const from = this.#server.now();
    this.#asked = from;
    try {
      return await this.#server.answer(operation as Operation, args as Args<Operation>);
    } finally {
      this.#waited += this.#server.now() - from;
      this.#asked = undefined;
    }
  }
}
