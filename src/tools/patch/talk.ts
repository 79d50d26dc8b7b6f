/** What patch says and asks. Without a terminal every question has its first answer. */
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import type { Host } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import type { PatchOptions } from './options.ts';

export class Talk {
  readonly #host: Host;
  readonly #options: PatchOptions;

  constructor(host: Host, options: PatchOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Says something, unless patch is silent. */
  async say(text: string): Promise<void> {
    if (!this.#options.isSilent) await this.tell(text);
  }

  /** Says something in any case. Where the patched file is written to standard output, on standard error. */
  async tell(text: string): Promise<void> {
    const to = this.#options.output === '-' ? this.#host.stderr : this.#host.stdout;
    await to.write(bytesOf(text));
  }

  async ask(question: string): Promise<string> {
    await this.tell(question);
    const answer = this.#host.isTerminal(1) ? await this.#answer() : undefined;
    if (answer === undefined) await this.tell('\n');
    return answer ?? '';
  }

  async #answer(): Promise<string | undefined> {
    try {
      const terminal = await this.#host.open('/dev/tty', OPEN.read);
      try {
        let text = '';
        while (!text.endsWith('\n')) {
          const data = await terminal.read(1);
          if (data.length === 0) break;
          text += textOf(data);
        }
        return text.replace(/\n$/, '');
      } finally {
        await terminal.close();
      }
    } catch (error) {
      reasonOf(error);
      return undefined;
    }
  }

  /** Whether the patch is to be reversed, `skip` or as it is. */
  async mayReverse(reason: string, isReverse: boolean): Promise<'reverse' | 'skip' | 'apply'> {
    const { isForward, isForced, isBatch, isSilent } = this.#options;
    if (isForward || !(isForced && isSilent)) await this.tell(reason);
    if (isForward) {
      await this.say('  Skipping patch.\n');
      return 'skip';
    }
    if (isForced) {
      await this.say('  Applying it anyway.\n');
      return 'apply';
    }
    if (isBatch) {
      await this.say(isReverse ? '  Ignoring -R.\n' : '  Assuming -R.\n');
      return 'reverse';
    }
    const answer = await this.ask(isReverse ? '  Ignore -R? [n] ' : '  Assume -R? [n] ');
    if (answer.startsWith('y')) return 'reverse';
    if ((await this.ask('Apply anyway? [n] ')).startsWith('y')) return 'apply';
    await this.say('Skipping patch.\n');
    return 'skip';
  }
}
