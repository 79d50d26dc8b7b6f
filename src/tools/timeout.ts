/** timeout(1). */
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf, refuse } from './flags.ts';
import type { Host, Running, Tool } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { signalOf, statusOf } from './signals.ts';
import { secondsOf } from './sleep.ts';
import { warn } from './stdio.ts';
import { words } from './strerror.ts';

const LATE = 124;
const FAILED = 125;
/** The longest wait of one timer, in ms (setTimeout). */
const LONGEST_MS = 2 ** 31 - 1;

export const timeout: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[-v] [-s SIGNAL] [-k DURATION] [--preserve-status] DURATION COMMAND [ARGUMENT]...',
    status: FAILED,
    inOrder: true,
    options: ['foreground', 'k|kill-after=', 'preserve-status', 's|signal=', 'v|verbose'],
  });
  refuse(flags, 'foreground');
  const kill = flags.value('kill-after');
  const killMs = kill === undefined ? 0 : msOf(host, kill);
  const signal = signalNamed(host, flags.value('signal') ?? 'TERM');
  const [duration, ...command] = flags.operands;
  if (duration === undefined || command.length === 0) {
    await host.stderr.write(bytesOf(`Try '${host.name} --help' for more information.\n`));
    return FAILED;
  }
  const ms = msOf(host, duration);
  const name = command[0] as string;
  const reason = await host.missing(name);
  if (reason) {
    await warn(host, `failed to run command ${inQuotes(name)}: ${words[reason]}`);
    return reason === 'ENOENT' ? 127 : 126;
  }
  const limit = new Limit(host, host.launch(command), name, flags.has('verbose'));
  limit.after(ms, () => {
    void limit.send(signal);
    limit.after(killMs, () => void limit.send('KILL'));
  });
  return limit.status(flags.has('preserve-status'));
};

/** What ends a command that runs too long. */
class Limit {
  readonly #host: Host;
  readonly #running: Running;
  readonly #name: string;
  readonly #isVerbose: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The signal that was sent last. */
  #sent: string | undefined;

  constructor(host: Host, running: Running, name: string, isVerbose: boolean) {
    this.#host = host;
    this.#running = running;
    this.#name = name;
    this.#isVerbose = isVerbose;
  }

  /** A duration of 0 is none. */
  after(ms: number, act: () => void): void {
    if (ms > 0) this.#timer = setTimeout(act, Math.min(ms, LONGEST_MS));
  }

  /** Never fails: nobody waits for it, and the signal is sent whatever becomes of the message. */
  async send(signal: string): Promise<void> {
    this.#sent = signal;
    const message = `sending signal ${signal} to command ${inQuotes(this.#name)}`;
    if (this.#isVerbose) await warn(this.#host, message).catch(() => undefined);
    await this.#running.signal(signal).catch(() => undefined);
  }

  async status(isPreserved: boolean): Promise<number> {
    try {
      const status = await this.#running.done;
      if (this.#sent === undefined) return status;
      if (isPreserved) return status >= 128 ? statusOf(this.#sent) : status;
      return this.#sent === 'KILL' ? statusOf('KILL') : LATE;
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

function msOf(host: Host, text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined)
    return misuse(host.name, `invalid time interval ${inQuotes(text)}`, FAILED);
  return seconds * 1000;
}

const signalNamed = (host: Host, text: string): string =>
  signalOf(text) ?? misuse(host.name, `${inQuotes(text)}: invalid signal`, FAILED);
