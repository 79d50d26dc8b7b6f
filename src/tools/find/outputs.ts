/** The files that find(1) writes to. Each is opened once, however many actions write to it. */
import { OPEN } from '../../kernel/operations.ts';
import { closeAllOr } from '../closing.ts';
import { type Host, type OpenFile, type Sink, ToolError } from '../host.ts';
import { inQuotes } from '../quote.ts';
import { Output, reasonOf } from '../stdio.ts';

export class Outputs {
  readonly #host: Host;
  readonly #open = new Map<string, { output: Output; file?: OpenFile }>();
  readonly stdout: Output;

  constructor(host: Host) {
    this.#host = host;
    this.stdout = new Output(host.stdout);
    this.#open.set('/dev/stdout', { output: this.stdout });
  }

  async named(name: string): Promise<Output> {
    const known = this.#open.get(name);
    if (known) return known.output;
    let file: OpenFile | undefined;
    let sink: Sink = this.#host.stderr;
    if (name !== '/dev/stderr') {
      try {
        file = await this.#host.open(name, OPEN.write | OPEN.create | OPEN.truncate);
        sink = file;
      } catch (error) {
        throw new ToolError(`${inQuotes(name)}: ${reasonOf(error)}`);
      }
    }
    const output = new Output(sink);
    this.#open.set(name, file ? { output, file } : { output });
    return output;
  }

  async flush(): Promise<void> {
    for (const { output } of this.#open.values()) await output.flush();
  }

  async close(): Promise<void> {
    const files = [...this.#open].map(([name, { file }]) => [name, file] as const);
    await closeAllOr(files, (name, reason) => new ToolError(`${inQuotes(name)}: ${reason}`));
  }
}
