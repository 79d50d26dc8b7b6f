/** What `tail -f` shows after the end of files: they are looked at again and again, by their descriptors or their names. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError, fail, hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import type { Host, Source } from './host.ts';
import { closeInput, shownName } from './inputs.ts';
import { quoted } from './quote.ts';
import { BLOCK, type Output, reasonOf, warn } from './stdio.ts';

export interface Followed {
  readonly name: string;
  /** Undefined while there is no such file. */
  source: Source | undefined;
}

interface FollowRules {
  readonly isByName: boolean;
  readonly isRetried: boolean;
  readonly seconds: number;
  /** It ends when these processes have. */
  readonly pids: readonly number[];
  readonly isTitled: boolean;
  /** The file whose title was shown last. */
  readonly shown: string;
}

export class Follower {
  readonly #host: Host;
  readonly #out: Output;
  readonly #rules: FollowRules;
  #shown: string;

  constructor(host: Host, out: Output, rules: FollowRules) {
    this.#host = host;
    this.#out = out;
    this.#rules = rules;
    this.#shown = rules.shown;
  }

  async run(files: Followed[]): Promise<number> {
    let left = files;
    try {
      for (;;) {
        if (left.length === 0 && !this.#rules.isRetried) {
          if (files.length === 0) await warn(this.#host, 'no files remaining');
          return files.length === 0 ? 1 : 0;
        }
        const isOver = this.#rules.pids.length > 0 && !(await this.#isAnyAlive());
        for (const file of left) await this.#look(file);
        left = left.filter(({ source }) => source !== undefined || this.#rules.isRetried);
        if (isOver) return 0;
        await this.#checkReader();
        await this.#host.sleep(this.#rules.seconds * 1000);
      }
    } finally {
      for (const { source } of files) if (source) await closeInput(this.#host, source);
    }
  }

  /** Ends where nobody reads any more, though there is nothing to write. */
  async #checkReader(): Promise<void> {
    const { fd } = this.#host.stdout;
    if (fd === undefined) return;
    const { ready } = await this.#host.call('poll', {
      wanted: [{ fd, what: 'write' }],
      timeout: 0,
    });
    const [state] = ready as { hangup?: boolean }[];
    if (state?.hangup) fail('EPIPE');
  }

  async #isAnyAlive(): Promise<boolean> {
    const { processes } = await this.#host.call('processes', {});
    return (processes as { pid: number; state?: string }[]).some(
      ({ pid, state }) => this.#rules.pids.includes(pid) && state !== 'exited',
    );
  }

  async #look(file: Followed): Promise<void> {
    if (this.#rules.isByName) await this.#reopen(file);
    else if (!file.source && this.#rules.isRetried) await this.#reopen(file);
    const { source } = file;
    if (!source) return;
    await this.#rewind(file.name, source);
    for (let data = await source.read(BLOCK); data.length > 0; data = await source.read(BLOCK)) {
      this.#title(file.name);
      this.#out.bytes(data);
      await this.#out.flush();
      await this.#host.checkpoint();
    }
  }

  #title(name: string): void {
    if (this.#rules.isTitled && this.#shown !== name)
      this.#out.text(`\n==> ${shownName(name)} <==\n`);
    this.#shown = name;
  }

  /** A file that was cut is shown from its beginning. */
  async #rewind(name: string, { fd, unread }: Source): Promise<void> {
    if (fd === undefined || unread) return;
    const { stat } = await this.#host.call('fstat', { fd });
    if (stat.kind !== 'file') return;
    const { position } = await this.#host.call('seek', { fd, offset: 0, whence: 1 });
    if (stat.size >= position) return;
    await warn(this.#host, `${name}: file truncated`);
    await this.#host.call('seek', { fd, offset: 0, whence: 0 });
  }

  /** Takes the file that has the name now. */
  async #reopen(file: Followed): Promise<void> {
    const { name, source } = file;
    let now: NamespaceStat;
    try {
      ({ stat: now } = await this.#host.call('stat', {
        dir: -1,
        path: this.#host.path(name),
        follow: true,
      }));
    } catch (error) {
      if (!(error instanceof FsError) || hasCode(error, 'EPIPE')) throw error;
      if (source) {
        await warn(this.#host, `${quoted(name)} has become inaccessible: ${reasonOf(error)}`);
        await closeInput(this.#host, source);
        file.source = undefined;
      }
      return;
    }
    if (source?.fd !== undefined) {
      const { stat } = await this.#host.call('fstat', { fd: source.fd });
      if (stat.dev === now.dev && stat.ino === now.ino) return;
    }
    if (now.kind === 'dir') return;
    const opened = await this.#host.open(name, OPEN.read);
    const what = source ? 'been replaced' : 'appeared';
    await warn(this.#host, `${quoted(name)} has ${what};  following new file`);
    if (source) await closeInput(this.#host, source);
    file.source = opened;
  }
}
