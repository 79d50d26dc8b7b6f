/** The files and commands that a program reads from and writes to, by their names. */
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import type { Host, Sink, Source } from '../host.ts';
import { Output, reasonOf } from '../stdio.ts';
import { AwkError } from './errors.ts';
import { bytesOfOctets, toShell } from './octets.ts';
import { Pipe } from './pipe.ts';
import { RecordReader } from './reader.ts';

/** A longer text is slow to collect: it becomes bytes. */
const LONG_TEXT = 1 << 16;

/** Text that is collected until there is enough to be handed on. */
export class TextOutput {
  readonly #out: Output;
  readonly #close: () => Promise<number>;
  #text = '';

  constructor(to: Sink, close: () => Promise<number> = async () => 0) {
    this.#out = new Output(to);
    this.#close = close;
  }

  put(text: string): void {
    this.#text += text;
    if (this.#text.length >= LONG_TEXT) this.#encode();
  }

  get isFull(): boolean {
    return this.#out.isFull;
  }

  #encode(): void {
    this.#out.bytes(bytesOfOctets(this.#text));
    this.#text = '';
  }

  async flush(): Promise<void> {
    if (this.#text !== '') this.#encode();
    await this.#out.flush();
  }

  async close(): Promise<number> {
    await this.flush();
    return this.#close();
  }
}

export type OutputMode = '>' | '>>' | '|';

export class Streams {
  readonly #host: Host;
  readonly stdout: TextOutput;
  readonly #stderr: TextOutput;
  readonly #outputs = new Map<string, TextOutput>();
  readonly #inputs = new Map<string, RecordReader>();

  constructor(host: Host) {
    this.#host = host;
    this.stdout = new TextOutput(host.stdout);
    this.#stderr = new TextOutput(host.stderr);
  }

  /** The stream of a redirection, where it is open already. */
  output(mode: OutputMode, name: string): TextOutput | undefined {
    const known = this.#outputs.get(`${mode === '|' ? '|' : '>'}${name}`);
    if (known || mode === '|') return known;
    if (name === '/dev/stdout' || name === '-') return this.stdout;
    return name === '/dev/stderr' ? this.#stderr : undefined;
  }

  async openOutput(mode: OutputMode, name: string): Promise<TextOutput> {
    if (name === '')
      throw new AwkError("expression for `>' redirection has null string value".replace('>', mode));
    const opened =
      mode === '|' ? await this.#commandOutput(name) : await this.#fileOutput(mode, name);
    this.#outputs.set(`${mode === '|' ? '|' : '>'}${name}`, opened);
    return opened;
  }

  async #fileOutput(mode: OutputMode, name: string): Promise<TextOutput> {
    const how = mode === '>' ? OPEN.truncate : OPEN.append;
    try {
      const file = await this.#host.open(toShell(name), OPEN.write | OPEN.create | how);
      return new TextOutput(file, async () => {
        await file.close().catch((error: unknown) => {
          throw new AwkError(`close failed on file ${name} (${reasonOf(error)})`, 'plain');
        });
        return 0;
      });
    } catch (error) {
      throw new AwkError(`cannot open "${name}" for output (${reasonOf(error)})`, 'plain');
    }
  }

  async #commandOutput(command: string): Promise<TextOutput> {
    await this.flush();
    const pipe = new Pipe();
    const done = this.#host
      .shell(toShell(command), { stdin: pipe })
      .finally(() => pipe.closeReader());
    // It is awaited when the pipe is closed.
    done.catch(() => undefined);
    const sink: Sink = { write: (data) => pipe.write(data).catch(ignoreBroken) };
    return new TextOutput(sink, () => {
      pipe.closeWriter();
      return done;
    });
  }

  input(kind: 'file' | 'command', name: string): RecordReader | undefined {
    return this.#inputs.get(kind + name);
  }

  /** Throws FsError for a file that there is not. */
  async openInput(kind: 'file' | 'command', name: string): Promise<RecordReader> {
    const opened = kind === 'file' ? await this.openFile(name) : await this.#commandInput(name);
    this.#inputs.set(kind + name, opened);
    return opened;
  }

  async openFile(name: string): Promise<RecordReader> {
    if (name === '-' || name === '/dev/stdin')
      return new RecordReader(this.#standardInput, async () => 0);
    const file = await this.#host.open(toShell(name), OPEN.read);
    return new RecordReader(file, async () => {
      await file.close();
      return 0;
    });
  }

  /** A program that waits for input has said what it has to say. */
  get #standardInput(): Source {
    return {
      read: async (count) => {
        await this.flush();
        return this.#host.stdin.read(count);
      },
    };
  }

  async #commandInput(command: string): Promise<RecordReader> {
    await this.flush();
    const pipe = new Pipe();
    const done = this.#host
      .shell(toShell(command), { stdout: pipe })
      .finally(() => pipe.closeWriter());
    done.catch(() => undefined);
    return new RecordReader(pipe, () => {
      pipe.closeReader();
      return done.catch((error: unknown) => {
        ignoreBroken(error);
        return 141;
      });
    });
  }

  async flush(): Promise<void> {
    await this.stdout.flush();
    for (const output of this.#outputs.values()) await output.flush();
  }

  async flushNamed(name: string): Promise<number> {
    const found = (['|', '>'] as const).map((mode) => this.output(mode, name)).find(Boolean);
    await found?.flush();
    return found ? 0 : -1;
  }

  async flushErrors(): Promise<void> {
    await this.#stderr.flush();
  }

  /** The status of a command; -1 where nothing of this name is open. */
  async close(name: string, how = ''): Promise<number> {
    let status = -1;
    for (const map of [this.#outputs, this.#inputs])
      for (const kind of map === this.#outputs ? ['|', '>'] : ['file', 'command']) {
        if (how !== '') continue;
        const found = map.get(kind + name);
        if (!found) continue;
        map.delete(kind + name);
        if (kind === '|') await this.stdout.flush();
        status = await found.close();
      }
    if (status < 0 && (name === '/dev/stdout' || name === '/dev/stderr')) {
      await this.flush();
      return 0;
    }
    return status;
  }

  /** What commands print comes before what still waits here, unless a terminal shows it at once. */
  async closeAll(): Promise<void> {
    if (this.#host.isTerminal(1)) await this.stdout.flush();
    await this.#stderr.flush();
    let failed: unknown;
    for (const [name, output] of this.#outputs) {
      this.#outputs.delete(name);
      await output.close().catch((error: unknown) => {
        failed ??= error;
      });
    }
    for (const [name, input] of this.#inputs) {
      this.#inputs.delete(name);
      await input.close();
    }
    await this.stdout.flush();
    if (failed) throw failed;
  }
}

function ignoreBroken(error: unknown): void {
  if (!(error instanceof FsError) || error.code !== 'EPIPE') throw error;
}
