/** Verifies files by the lines that checksum tools print, as their option `-c` does. */
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import type { Algorithm } from './digests.ts';
import type { Flags } from './flags.ts';
import type { Host, OpenFile } from './host.ts';
import { quotedIfNeeded } from './quote.ts';
import { blocksOf, lineBlocks, linesOf, Output, reasonOf, warn } from './stdio.ts';

/** A line that names a file and its checksum. */
interface Entry {
  readonly algorithm: Algorithm;
  readonly bits: number;
  readonly hex: string;
  readonly name: string;
}

export async function verify(
  host: Host,
  flags: Flags,
  algorithms: readonly Algorithm[],
  bits: number | undefined,
): Promise<number> {
  let status = 0;
  for (const name of flags.operands.length > 0 ? flags.operands : ['-']) {
    const check = new CheckFile(host, flags, algorithms, bits, name);
    if (!(await check.run())) status = 1;
  }
  return status;
}

class CheckFile {
  readonly #host: Host;
  readonly #flags: Flags;
  readonly #algorithms: readonly Algorithm[];
  readonly #bits: number | undefined;
  readonly #name: string;
  readonly #out: Output;
  /** The mark of text or binary is left out; known after the first line without a tag. */
  #isBare: boolean | undefined;
  readonly #counts = { lines: 0, misformatted: 0, unreadable: 0, mismatched: 0, matched: 0 };

  constructor(
    host: Host,
    flags: Flags,
    algorithms: readonly Algorithm[],
    bits: number | undefined,
    name: string,
  ) {
    this.#host = host;
    this.#flags = flags;
    this.#algorithms = algorithms;
    this.#bits = bits;
    this.#name = name;
    this.#out = new Output(host.stdout);
  }

  /** Returns whether all files are as the lines say. */
  async run(): Promise<boolean> {
    let file: OpenFile | undefined;
    try {
      if (this.#name !== '-') file = await this.#host.open(this.#name, OPEN.read);
    } catch (error) {
      const reason = reasonOf(error);
      const shown = reason === 'Is a directory' ? 'read error' : reason;
      await warn(this.#host, `${quotedIfNeeded(this.#name)}: ${shown}`);
      return false;
    }
    try {
      await this.#lines(file ?? this.#host.stdin);
    } finally {
      await file?.close();
    }
    return this.#summary();
  }

  async #lines(source: Host['stdin']): Promise<void> {
    let number = 0;
    for await (const block of lineBlocks(source))
      for (const { line } of linesOf(block)) {
        number++;
        const text = textOf(line).replace(/\r$/, '');
        if (text === '' || text.startsWith('#')) continue;
        const entry = this.#entry(text);
        if (entry) await this.#check(entry);
        else await this.#misformatted(number);
      }
  }

  async #misformatted(number: number): Promise<void> {
    this.#counts.misformatted++;
    if (!this.#flags.has('warn')) return;
    const shown = quotedIfNeeded(this.#shown());
    const tag = this.#algorithms.length === 1 ? (this.#algorithms[0] as Algorithm).tag : 'CRC';
    await warn(this.#host, `${shown}: ${number}: improperly formatted ${tag} checksum line`);
  }

  #shown(): string {
    return this.#name === '-' ? 'standard input' : this.#name;
  }

  #entry(line: string): Entry | undefined {
    const [, mark = '', rest = ''] = /^[ \t]*(\\?)(.*)$/s.exec(line) ?? [];
    const found = this.#tagged(rest) ?? this.#plain(rest);
    if (!found || mark === '') return found;
    const name = unescaped(found.name);
    return name === undefined ? undefined : { ...found, name };
  }

  #tagged(line: string): Entry | undefined {
    const [, title, size, name, hex] =
      /^([A-Za-z0-9]+)(?:-(\d+))? ?\((.*)\)[ \t]*=[ \t]*([0-9a-fA-F]+)$/s.exec(line) ?? [];
    const algorithm = this.#algorithms.find(({ tag }) => tag === title);
    if (!algorithm || name === undefined || hex === undefined) return undefined;
    if (size !== undefined && algorithm.tag !== 'BLAKE2b') return undefined;
    const bits = size === undefined ? algorithm.bits : Number(size);
    if (bits % 8 !== 0 || bits > algorithm.bits || hex.length !== bits / 4) return undefined;
    return { algorithm, bits, hex, name };
  }

  #plain(line: string): Entry | undefined {
    const [algorithm] = this.#algorithms;
    if (!algorithm || this.#algorithms.length > 1) return undefined;
    const [, hex = '', rest = ''] = /^([0-9a-fA-F]+)[ \t](.+)$/s.exec(line) ?? [];
    const isAny = algorithm.tag === 'BLAKE2b' && this.#bits === undefined;
    const bits = isAny ? hex.length * 4 : (this.#bits ?? algorithm.bits);
    if (hex.length * 4 !== bits || bits === 0 || bits % 8 !== 0 || bits > algorithm.bits)
      return undefined;
    const hasMark = rest.length > 1 && /^[ *]/.test(rest);
    if (!hasMark && this.#isBare === false) return undefined;
    this.#isBare ??= !hasMark;
    return { algorithm, bits, hex, name: this.#isBare ? rest : rest.slice(1) };
  }

  async #check({ algorithm, bits, hex, name }: Entry): Promise<void> {
    const counts = this.#counts;
    const { has } = this.#flags;
    counts.lines++;
    const digest = await algorithm.create(bits);
    let file: OpenFile | undefined;
    try {
      if (name !== '-') file = await this.#host.open(name, OPEN.read);
      for await (const data of blocksOf(file ?? this.#host.stdin)) {
        digest.update(data);
        await this.#host.checkpoint();
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (has('ignore-missing') && reason === 'No such file or directory') return;
      counts.unreadable++;
      await warn(this.#host, `${quotedIfNeeded(name)}: ${reason}`);
      await this.#say(name, 'FAILED open or read');
      return;
    } finally {
      await file?.close();
    }
    const isRight = digest.hex() === hex.toLowerCase();
    if (isRight) counts.matched++;
    else counts.mismatched++;
    if (!isRight) await this.#say(name, 'FAILED');
    else if (!has('quiet')) await this.#say(name, 'OK');
  }

  async #say(name: string, result: string): Promise<void> {
    if (this.#flags.has('status')) return;
    const shown = name.includes('\n')
      ? `\\${name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}`
      : name;
    this.#out.text(`${shown}: ${result}\n`);
    await this.#out.flush();
  }

  async #summary(): Promise<boolean> {
    const { lines, misformatted, unreadable, mismatched, matched } = this.#counts;
    const { has } = this.#flags;
    const shown = quotedIfNeeded(this.#shown());
    if (lines === 0) {
      await warn(this.#host, `${shown}: no properly formatted checksum lines found`);
      return false;
    }
    if (!has('status')) {
      const tell = async (count: number, one: string, many: string): Promise<void> => {
        if (count > 0) await warn(this.#host, `WARNING: ${count} ${count === 1 ? one : many}`);
      };
      await tell(misformatted, 'line is improperly formatted', 'lines are improperly formatted');
      await tell(unreadable, 'listed file could not be read', 'listed files could not be read');
      await tell(mismatched, 'computed checksum did NOT match', 'computed checksums did NOT match');
      if (has('ignore-missing') && matched === 0)
        await warn(this.#host, `${shown}: no file was verified`);
    }
    const isStrict = has('strict') && misformatted > 0;
    return matched > 0 && mismatched === 0 && unreadable === 0 && !isStrict;
  }
}

/** The name that was escaped; undefined where an escape is none. */
function unescaped(name: string): string | undefined {
  if (/\\(?![\\nr])/.test(name.replaceAll('\\\\', ''))) return undefined;
  return name.replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char === 'r' ? '\r' : char));
}
