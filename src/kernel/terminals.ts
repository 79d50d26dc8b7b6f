/** The terminals of a kernel: which there are, and which processes their keys signal. */
import { fail } from './errors.ts';
import type { Process } from './process.ts';
import { streamFile } from './spawn.ts';
import type { Terminal, Winsize } from './terminal.ts';
import type { After } from './typed.ts';
import { Waiters } from './waiters.ts';

interface Host {
  processes(): readonly Process[];
  signal(process: Process, name: string): void;
  readonly after: After;
}

export class Terminals {
  readonly #host: Host;
  readonly #terminals = new Map<number, Terminal>();
  /** The first process on each: it hands the foreground on (the session leader, setsid(2)). */
  readonly #leaders = new WeakMap<Terminal, Process>();
  readonly #foreground = new WeakMap<Terminal, readonly Process[]>();
  /** Others were brought forward. */
  readonly #turns = new Waiters();
  #last = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** A new one; `fd` is its master, a descriptor of the owner. The code of terminals is loaded with the first of them. */
  async open(owner: Process, size: Winsize): Promise<{ id: number; fd: number }> {
    const { Terminal: Made } = await import('./terminal.ts');
    const terminal = new Made(size, this.#host.after);
    const id = ++this.#last;
    terminal.onSignal = (signal) => {
      const members = this.#host
        .processes()
        .filter((each) => each.terminal === terminal && !each.status);
      if (signal === 'hangup') {
        this.#terminals.delete(id);
        for (const member of members) member.kill('hangup');
        return;
      }
      for (const process of this.#foreground.get(terminal) ?? members)
        if (!process.status) this.#host.signal(process, signal === 'quit' ? 'QUIT' : signal);
    };
    const fd = owner.add(streamFile(terminal.master, 'both', 'terminal'));
    this.#terminals.set(id, terminal);
    return { id, fd };
  }

  /** To be told of every process that starts. */
  joined(process: Process): void {
    const { terminal } = process;
    if (terminal && !this.#leaders.has(terminal)) this.#leaders.set(terminal, process);
  }

  /** ENOTTY where there is none of that number. */
  get(id: number): Terminal {
    return this.#terminals.get(id) ?? fail('ENOTTY', `no terminal ${id}`);
  }

  /**
   * Whom the keys signal; until it is set, all of the terminal's processes. EPERM for who is in the
   * background himself (tcsetpgrp(3)): only the terminal's first process may always.
   */
  setForeground(caller: Process, terminal: Terminal, processes: readonly Process[]): void {
    const present = this.#foreground.get(terminal)?.filter(({ status }) => !status) ?? [];
    const leads = this.#leaders.get(terminal) === caller;
    if (present.length > 0 && !leads && this.isInBackground(caller))
      fail('EPERM', 'a process in the background cannot bring others forward');
    // A script brings its own programs forward, beside what is in front with it and is not who waits for it.
    const others = leads
      ? []
      : present.filter((each) => !this.#line(each).has(caller) && !this.#line(caller).has(each));
    this.#foreground.set(terminal, [...new Set([...others, ...processes])]);
    this.#turns.wake();
  }

  /** What is typed is for others. */
  isInBackground(process: Process): boolean {
    const { terminal } = process;
    const front = terminal && this.#foreground.get(terminal)?.filter(({ status }) => !status);
    const leader = terminal && this.#leaders.get(terminal);
    if (!front || front.length === 0 || leader === process) return false;
    const line = this.#line(process);
    return !front.some((each) => each !== leader && line.has(each));
  }

  /** One that ends may have been what others waited for. */
  ended(): void {
    this.#turns.wake();
  }

  /** A process and all that it comes from. */
  #line(process: Process): ReadonlySet<Process> {
    const all = this.#host.processes();
    const line = new Set([process]);
    for (const each of line) {
      const parent = all.find(({ pid }) => pid === each.ppid);
      if (parent) line.add(parent);
    }
    return line;
  }

  /** What is for the front waits in the background until it is its turn (SIGTTIN, termios(3), without the stop). EINTR. */
  async untilInFront(process: Process, signal: AbortSignal): Promise<void> {
    while (this.isInBackground(process)) await this.#turns.wait(signal);
  }
}
