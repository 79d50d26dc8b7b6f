/** xargs(1): runs a command with arguments that it reads. */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, shellWord } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';
import { words } from './strerror.ts';
import { delimitedItems, delimiterOf, type Item, UnmatchedQuote, wordItems } from './xargsitems.ts';

/** The longest command, and the most of it that findutils allows. */
const LONGEST = 131_072;
const MOST = 2_092_000;

interface Settings {
  readonly command: readonly string[];
  readonly mark: string | undefined;
  readonly mostItems: number;
  readonly mostLines: number;
  readonly mostBytes: number;
  readonly mostRunning: number;
  readonly slot: string | undefined;
  readonly isShown: boolean;
  readonly isExact: boolean;
  readonly isRunEmpty: boolean;
}

export const xargs: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage:
      '[-0rtx] [-a FILE] [-d CHARACTER] [-E END] [-I MARK | -L LINES | -n COUNT] [-P COUNT] [-s BYTES] [COMMAND [ARGUMENT]...]',
    inOrder: true,
    options: [
      '0|null',
      'a|arg-file=',
      'd|delimiter=',
      'E=',
      'e|eof=?',
      'I=',
      'i|replace=?',
      'L|max-lines=',
      'l=?',
      'n|max-args=',
      'o|open-tty',
      'P|max-procs=',
      'p|interactive',
      'process-slot-var=',
      'r|no-run-if-empty',
      's|max-chars=',
      'show-limits',
      't|verbose',
      'x|exit',
    ],
  });
  refuse(flags, 'open-tty', 'interactive', 'show-limits');
  const settings = await settingsOf(host, flags);
  const file = flags.value('arg-file');
  const opened = file === undefined || file === '-' ? undefined : await openItems(host, file);
  try {
    const items = await itemsOf(host, flags, opened ?? host.stdin, settings.mark !== undefined);
    return await new Runner(host, settings, opened === undefined).run(items);
  } finally {
    await opened?.close();
  }
};

async function openItems(host: Host, file: string): ReturnType<Host['open']> {
  try {
    return await host.open(file, OPEN.read);
  } catch (error) {
    throw new ToolError(`Cannot open input file ${inQuotes(file)}: ${reasonOf(error)}`);
  }
}

async function itemsOf(
  host: Host,
  flags: Flags,
  source: Source,
  isLines: boolean,
): Promise<AsyncGenerator<Item>> {
  const end = flags.last('E', 'eof');
  const last = end === undefined ? undefined : flags.value(end);
  const how = flags.last('null', 'delimiter');
  if (how === undefined)
    return wordItems(source, { isLines, end: last, warn: (message) => warn(host, message) });
  if (last !== undefined)
    await warn(host, 'warning: the -E option has no effect if -0 or -d is used.\n');
  return delimitedItems(source, how === 'null' ? 0 : delimiterOf(flags.value('delimiter') ?? ''));
}

const NAMES: Readonly<Record<string, string>> = {
  mark: '--replace/-I/-i',
  lines: '--max-lines',
  items: '--max-args',
};
/** What is said where the option before is dropped. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  mark: '--replace/-I/-i',
  lines: '-L',
  items: '--max-args/-n',
};

/** -I, -L and -n exclude each other: the last holds, but for -n 1 after -I. */
async function batchOf(host: Host, flags: Flags): Promise<{ kind?: string; value: string }> {
  const kinds: Readonly<Record<string, string>> = {
    I: 'mark',
    replace: 'mark',
    'max-lines': 'lines',
    l: 'lines',
    'max-args': 'items',
  };
  let found: { kind?: string; value: string } = { value: '' };
  for (const { name, value } of flags.options) {
    const kind = kinds[name];
    if (kind === undefined) continue;
    const text = value ?? (kind === 'mark' ? '{}' : '1');
    if (kind !== 'mark') counted(host, text, name === 'max-args' ? 'n' : 'L', 1);
    if (found.kind !== undefined && found.kind !== kind) {
      if (kind === 'items' && found.kind === 'mark' && Number(text) === 1) continue;
      const before = NAMES[found.kind]?.replace('/-I/-i', '');
      await warn(
        host,
        `warning: options ${before} and ${NEW_NAMES[kind]} are mutually exclusive, ignoring previous ${before} value`,
      );
    }
    found = { kind, value: text };
  }
  return found;
}

async function settingsOf(host: Host, flags: Flags): Promise<Settings> {
  const { kind, value } = await batchOf(host, flags);
  const limit = (name: string): number =>
    kind === name ? Number(value) : Number.POSITIVE_INFINITY;
  const bytes = flags.value('max-chars');
  const procs = flags.value('max-procs');
  const running = procs === undefined ? 1 : counted(host, procs, 'P', 0);
  return {
    command: flags.operands.length > 0 ? flags.operands : ['echo'],
    mark: kind === 'mark' ? value : undefined,
    mostItems: limit('items'),
    mostLines: limit('lines'),
    mostBytes: bytes === undefined ? LONGEST : Math.min(MOST, counted(host, bytes, 's', 1)),
    mostRunning: running === 0 ? Number.POSITIVE_INFINITY : running,
    slot: flags.value('process-slot-var'),
    isShown: flags.has('verbose'),
    isExact: flags.has('exit') || kind === 'mark' || kind === 'lines',
    isRunEmpty: !flags.has('no-run-if-empty'),
  };
}

function counted(host: Host, text: string, option: string, least: number): number {
  if (!/^\s*[-+]?\d+$/.test(text))
    return misuse(host.name, `invalid number "${text}" for -${option} option`);
  const value = Number(text);
  if (value < least)
    return misuse(host.name, `value ${text} for -${option} option should be >= ${least}`);
  return value;
}

const sizeOf = (word: string): number => bytesOf(word).length + 1;

class Runner {
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #isInputTaken: boolean;
  readonly #running = new Map<number, Promise<void>>();
  #status = 0;
  /** What ends the whole. */
  #end: ToolError | undefined;

  constructor(host: Host, settings: Settings, isInputTaken: boolean) {
    this.#host = host;
    this.#settings = settings;
    this.#isInputTaken = isInputTaken;
  }

  async run(items: AsyncGenerator<Item>): Promise<number> {
    try {
      if (this.#settings.mark === undefined) await this.#batches(items);
      else
        for await (const { whole } of items) {
          await this.#start(this.#replaced(whole));
          if (this.#end) break;
        }
    } finally {
      await Promise.all(this.#running.values());
    }
    if (this.#end) throw this.#end;
    return this.#status;
  }

  #replaced(text: string): string[] {
    const { command, mark = '', mostBytes } = this.#settings;
    const line = command.map((word) => word.replaceAll(mark, () => text));
    if (line.reduce((sum, word) => sum + sizeOf(word), 0) > mostBytes)
      throw new ToolError('argument list too long');
    return line.map((word) => word.split('\0', 1)[0] as string);
  }

  async #batches(items: AsyncGenerator<Item>): Promise<void> {
    const { command, mostItems, mostLines, mostBytes, isExact, isRunEmpty } = this.#settings;
    const first = command.reduce((sum, word) => sum + sizeOf(word), 0);
    if (first > mostBytes)
      throw new ToolError('cannot fit single argument within argument list size limit');
    let batch: string[] = [];
    let [size, lines, started] = [first, 0, 0];
    const flush = async (): Promise<void> => {
      const words_ = batch;
      [batch, size, lines] = [[], first, 0];
      started++;
      await this.#start([...command, ...words_]);
    };
    for await (const { text, endsLine } of this.#whole(items)) {
      const more = sizeOf(text);
      if (size + more > mostBytes) {
        if (batch.length === 0) throw new ToolError('argument line too long');
        if (isExact && (Number.isFinite(mostItems) || Number.isFinite(mostLines)))
          throw new ToolError('argument list too long');
        await flush();
        if (size + more > mostBytes) throw new ToolError('argument line too long');
      }
      if (this.#end) return;
      batch.push(text);
      size += more;
      if (endsLine) lines++;
      if (batch.length >= mostItems || lines >= mostLines) await flush();
      if (this.#end) return;
    }
    const end = this.#end;
    this.#end = undefined;
    // A quote that nothing ends keeps a command that must be whole from running.
    if (end instanceof UnmatchedQuote && isExact) batch = [];
    if (batch.length > 0 || (started === 0 && isRunEmpty && !end)) await flush();
    this.#end = end ?? this.#end;
  }

  /** What comes before a mistake in the input is still run. */
  async *#whole(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
    try {
      yield* items;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      this.#end = error;
    }
  }

  /** Starts a command, when fewer than the most run. */
  async #start(line: readonly string[]): Promise<void> {
    const { mostRunning, isShown } = this.#settings;
    await this.#host.checkpoint();
    while (this.#running.size >= mostRunning) await Promise.race(this.#running.values());
    if (this.#end) return;
    if (isShown) await this.#host.stderr.write(bytesOf(`${line.map(shellWord).join(' ')}\n`));
    let slot = 0;
    while (this.#running.has(slot)) slot++;
    const done = this.#run(line, slot).finally(() => this.#running.delete(slot));
    this.#running.set(slot, done);
    if (mostRunning === 1) await done;
  }

  async #run(line: readonly string[], slot: number): Promise<void> {
    const host = this.#host;
    const name = line[0] as string;
    const reason = await host.missing(name);
    if (reason) {
      this.#end ??= new ToolError(`${name}: ${words[reason]}`, reason === 'ENOENT' ? 127 : 126);
      return;
    }
    const variable = this.#settings.slot;
    const status = await host.run(line, {
      ...(this.#isInputTaken ? { stdin: new Uint8Array(0) } : {}),
      ...(variable === undefined ? {} : { env: { ...host.env, [variable]: String(slot) } }),
    });
    if (status === 255)
      this.#end ??= new ToolError(`${name}: exited with status 255; aborting`, 124);
    else if (status !== 0) this.#status = 123;
  }
}
