/**
 * Starts, stops and watches executors. Each is loaded when the first service that needs it is attached; services come
 * and go while it runs. `shutdown` stops intake, drains until a deadline, and aborts the rest.
 */
import { ExecutorError } from './error.ts';

/** What one kind of executor does for the services that are attached to it. */
export interface Executor<Service> {
  /** Returns the end: what is under way for the service is aborted. */
  attach(service: Service): () => void;
  health(): ExecutorHealth;
  /** Nothing new is begun from now on. */
  stopIntake(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** What is under way ends now. */
  abort(): void;
}

export interface ExecutorHealth {
  readonly attached: number;
  /** Under way. */
  readonly active: number;
  /** Waits for its turn. */
  readonly waiting: number;
  readonly limit: number;
  /** Since it was started. */
  readonly done: number;
  readonly failed: number;
  readonly last_error?: string;
}

export interface ManagerHealth {
  readonly state: 'running' | 'shutting_down' | 'stopped';
  readonly executors: Readonly<Record<string, ExecutorHealth>>;
}

type Loaders<Services> = {
  readonly [Kind in keyof Services]: () => Promise<Executor<Services[Kind]>>;
};

export class ExecutorManager<Services extends object> {
  readonly #loaders: Loaders<Services>;
  readonly #after: (ms: number, run: () => void) => () => void;
  readonly #loaded = new Map<keyof Services, Promise<Executor<unknown>>>();
  readonly #running = new Map<keyof Services, Executor<unknown>>();
  readonly #ends = new Map<unknown, () => void>();
  #state: ManagerHealth['state'] = 'running';

  constructor(loaders: Loaders<Services>, after: (ms: number, run: () => void) => () => void) {
    this.#loaders = loaders;
    this.#after = after;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** ExecutorError shutting_down; a failed load is tried again by the next. */
  async attach<Kind extends keyof Services>(kind: Kind, service: Services[Kind]): Promise<void> {
    this.#checkRunning();
    const executor = await this.#load(kind);
    this.#checkRunning();
    this.#ends.set(service, executor.attach(service));
  }

  /** ExecutorError not_attached. */
  detach(service: unknown): void {
    const end = this.#ends.get(service);
    if (!end) throw new ExecutorError('not_attached', 'the service is not attached');
    this.#ends.delete(service);
    end();
  }

  health(): ManagerHealth {
    return {
      state: this.#state,
      executors: Object.fromEntries(
        [...this.#running].map(([kind, executor]) => [kind, executor.health()]),
      ),
    };
  }

  /** Resolves when all has ended: by itself within `ms`, or aborted then. Returns whether nothing was aborted. */
  async shutdown(ms: number): Promise<boolean> {
    if (this.#state === 'stopped') return true;
    this.#state = 'shutting_down';
    const all = [...this.#running.values()];
    for (const executor of all) executor.stopIntake();
    const drained = Promise.all(all.map((executor) => executor.idle())).then(() => true);
    let stop: () => void = () => undefined;
    const deadline = new Promise<false>((resolve) => {
      stop = this.#after(ms, () => resolve(false));
    });
    const graceful = await Promise.race([drained, deadline]);
    stop();
    for (const executor of all) executor.abort();
    await drained;
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#state = 'stopped';
    return graceful;
  }

  #load<Kind extends keyof Services>(kind: Kind): Promise<Executor<Services[Kind]>> {
    const known = this.#loaded.get(kind) as Promise<Executor<Services[Kind]>> | undefined;
    if (known) return known;
    const loading = this.#loaders[kind]().then(
      (executor) => {
        this.#running.set(kind, executor as Executor<unknown>);
        return executor;
      },
      (error: unknown) => {
        this.#loaded.delete(kind);
        throw error;
      },
    );
    this.#loaded.set(kind, loading as Promise<Executor<unknown>>);
    return loading;
  }

  #checkRunning(): void {
    if (this.#state !== 'running')
      throw new ExecutorError('shutting_down', 'the network is being shut down');
  }
}
