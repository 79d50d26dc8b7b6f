/**
 * What receives signals: a shell, or a job of it that the shell runs itself. A signal that is trapped waits until the
 * command that runs has ended; one that is not interrupts what runs.
 */
import { defaultOf, nameAmongProcesses } from '../tools/signals.ts';
import type { State } from './state.ts';
import type { Sys } from './sys.ts';

export class Receiver {
  readonly #sys: Sys;
  /** The state whose traps hold. */
  state: State | undefined;
  /** It reads what a person types: an interrupt ends the line, and the shell goes on. */
  interactive = false;
  /** The signal that has ended it. */
  endedBy: string | undefined;
  /** Called when a signal ends it. */
  onEnd: (signal: string) => void = () => undefined;
  /** Hears the kernel's names of the signals that it catches, whenever the traps have changed. */
  onCatch: (names: readonly string[]) => void = () => undefined;
  /** Signals whose traps have still to run. */
  readonly #pending: string[] = [];
  #onPending: () => void = () => undefined;

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  /** A signal of the keyboard is also for what runs in front. A shell ignores QUIT unless it traps it. */
  deliver(signal: string, fromKeys = false): void {
    const trap = signal === 'KILL' ? undefined : this.state?.traps.get(signal);
    if (trap === '' || this.endedBy !== undefined) return;
    if (trap !== undefined) {
      this.#pending.push(signal);
      this.#onPending();
      if (fromKeys) this.#sys.interrupt();
    } else if (this.interactive && ['INT', 'TERM', 'QUIT'].includes(signal)) {
      if (signal === 'INT') this.#sys.interrupt();
    } else if (signal !== 'QUIT' && defaultOf(signal) === 'end') this.#end(signal);
  }

  /** The traps of an environment have changed. At the end of the shell its trap runs also after these two. */
  trapsChanged(state: State): void {
    if (state !== this.state) return;
    const events = [...state.traps.keys()];
    const caught = events.flatMap((event) => (event === 'EXIT' ? ['TERM', 'HUP'] : [event]));
    this.onCatch([...new Set(caught.map(nameAmongProcesses))]);
  }

  /** What ran in front has ended by an interrupt that the shell gets, too, where it does not trap it. */
  interruptWithChild(): void {
    if (this.state?.traps.get('INT') !== undefined) return;
    if (this.interactive) this.#sys.interrupt();
    else this.#end('INT');
  }

  #end(signal: string): void {
    this.endedBy = signal;
    this.onEnd(signal);
    this.#sys.interrupt();
  }

  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Whether what was interrupted in an environment goes on with a trap. */
  goesOn(state: State): boolean {
    return state === this.state && this.endedBy === undefined && this.#pending.length > 0;
  }

  /** The next signal whose trap runs in this environment. */
  take(state: State): string | undefined {
    return state === this.state ? this.#pending.shift() : undefined;
  }

  /** Resolves when a signal comes that is trapped: with it. */
  trapped(): { readonly signal: Promise<string>; stop(): void } {
    const signal = new Promise<string>((resolve) => {
      const tell = (): void => {
        const [first] = this.#pending;
        if (first !== undefined) resolve(first);
      };
      this.#onPending = tell;
      tell();
    });
    return {
      signal,
      stop: () => {
        this.#onPending = () => undefined;
      },
    };
  }
}
