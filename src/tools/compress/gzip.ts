/** gzip(1), gunzip(1) and zcat(1), as gzip 1.12 has them. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import { baseName, dirName, join, list, place, stat } from '../files.ts';
import { type Host, type Source, type Tool, ToolError } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import { GzipError, type GzipHeader, GzipReader, gzipParts } from './gzipformat.ts';
import { gzipLine, gzipListHeading, ratioOf, type Totals } from './gziplist.ts';
import { type GzipOptions, gzipOptions, knownSuffix } from './gzipoptions.ts';
import { createFile, fillFile, takeStat, writeParts } from './inplace.ts';

const [ERROR, WARNING] = [1, 2];

export const gzip: Tool = (host) => gzipAs(host, []);
export const gunzip: Tool = (host) => gzipAs(host, ['-d']);
export const zcat: Tool = (host) => gzipAs(host, ['-cd']);

function gzipAs(host: Host, first: readonly string[]): Promise<number> {
  const own = { ...host, name: 'gzip', args: [...first, ...host.args] };
  const { options, operands } = gzipOptions(own);
  return new Gzip(own, options).run(operands);
}

/** Ends the work on all files. */
class Abort extends Error {}

class Gzip {
  readonly #host: Host;
  readonly #options: GzipOptions;
  readonly #totals: Totals = { bytesIn: 0, bytesOut: 0, header: 0, files: 0 };
  #status = 0;

  constructor(host: Host, options: GzipOptions) {
    this.#host = host;
    this.#options = options;
  }

  async run(operands: readonly string[]): Promise<number> {
    try {
      if (operands.length === 0) await this.#standardInput();
      for (const name of operands) await (name === '-' ? this.#standardInput() : this.#named(name));
      if (this.#options.lists && !this.#options.quiet && operands.length > 1)
        await this.#host.stdout.write(bytesOf(gzipLine(this.#options, this.#totals)));
    } catch (error) {
      if (!(error instanceof Abort)) throw error;
    }
    return this.#status;
  }

  /** To standard error, with the status that it means. */
  async #say(text: string, status: number): Promise<void> {
    if (status === WARNING ? this.#status === 0 : true) this.#status = status;
    if (status === WARNING && this.#options.quiet) return;
    await this.#tell(text);
  }

  #tell(text: string): Promise<void> {
    return this.#host.stderr.write(bytesOf(text));
  }

  async #standardInput(): Promise<void> {
    const { options, host } = { options: this.#options, host: this.#host };
    const isBinary = options.decompresses ? host.isTerminal(0) : host.isTerminal(1);
    if (!options.force && !options.lists && !options.tests && isBinary) {
      const what = options.decompresses ? 'read from' : 'written to';
      const verb = options.decompresses ? 'decompression' : 'compression';
      throw new ToolError(
        `compressed data not ${what} a terminal. Use -f to force ${verb}.\nFor help, type: gzip -h`,
      );
    }
    const found = await this.#statOfInput();
    if (options.lists) return this.#list(host.stdin, 'stdin', 'stdout', found);
    const ratio = await this.#report('stdin', () =>
      options.decompresses
        ? this.#unpack(host.stdin, 'stdin', async () => (options.tests ? undefined : host.stdout))
        : this.#pack(
            host.stdin,
            { time: this.#timeOf(found), name: new Uint8Array(0) },
            host.stdout,
          ),
    );
    if (ratio === undefined || !options.verbose) return;
    if (options.tests) await this.#tell(' OK\n');
    else if (!options.decompresses) await this.#tell(`${ratio}\n`);
  }

  async #statOfInput(): Promise<NamespaceStat | undefined> {
    const { fd } = this.#host.stdin;
    return fd === undefined ? undefined : (await this.#host.call('fstat', { fd })).stat;
  }

  /** The time that a header gets: none with -n, or where it does not fit. */
  #timeOf(found: NamespaceStat | undefined): number {
    const seconds = Number((found?.mtime ?? 0n) / 1_000_000_000n);
    return this.#options.keepsName === false || seconds < 0 || seconds >= 2 ** 32 ? 0 : seconds;
  }

  async #named(given: string): Promise<void> {
    const { options, host } = { options: this.#options, host: this.#host };
    const found = await this.#find(given);
    if (!found) return;
    const { name, found: about } = found;
    if (about.kind === 'dir') {
      if (options.recursive) return this.#directory(name);
      return this.#say(`gzip: ${name} is a directory -- ignored\n`, WARNING);
    }
    const target = await this.#targetOf(name);
    if (target === undefined) return;
    const source = await host.open(name, OPEN.read);
    try {
      if (options.lists) await this.#list(source, name, target, about);
      else if (options.toOutput || options.tests) await this.#toOutput(source, name, about);
      else if (await this.#mayReplace(name, about)) await this.#toFile(source, name, target, about);
    } finally {
      await source.close();
    }
  }

  /** The file of a name, or of a name with an ending where it is to be unpacked. */
  async #find(given: string): Promise<{ name: string; found: NamespaceStat } | undefined> {
    const { decompresses, toOutput, force, suffix } = this.#options;
    const tried =
      decompresses && knownSuffix(given, suffix) === undefined
        ? [given, ...new Set([suffix, '.gz', '.z', '-z', '.Z'].map((end) => given + end))]
        : [given];
    let failure: string | undefined;
    for (const name of tried)
      try {
        const found = await stat(this.#host, name, toOutput || force);
        if (found.kind === 'symlink') throw new FsError('ELOOP');
        return { name, found };
      } catch (error) {
        const reason = reasonOf(error);
        const shown = tried.length > 1 && hasCode(error, 'ENOENT') ? tried[1] : name;
        failure ??= `gzip: ${shown}: ${reason}\n`;
        if (!hasCode(error, 'ENOENT')) break;
      }
    await this.#say(failure as string, ERROR);
    return undefined;
  }

  async #directory(name: string): Promise<void> {
    for (const { name: inside } of await list(this.#host, name))
      await this.#named(join(name, inside));
  }

  /** The name of the file that is made; undefined where nothing is to be done. */
  async #targetOf(name: string): Promise<string | undefined> {
    const { decompresses, toOutput, lists, tests, recursive, verbose, quiet, suffix, force } =
      this.#options;
    if (toOutput && !lists && !tests) return 'stdout';
    const known = knownSuffix(name, suffix);
    if (decompresses) {
      if (known !== undefined) {
        const isTar = /^\.t[ag]z$/i.test(known);
        return name.slice(0, -known.length) + (isTar ? '.tar' : '');
      }
      if (lists || tests) return recursive ? undefined : name;
      if (verbose || (!recursive && !quiet))
        await this.#say(`gzip: ${name}: unknown suffix -- ignored\n`, WARNING);
      return undefined;
    }
    if (known === undefined || force) return name + suffix;
    if (verbose || (!recursive && !quiet))
      await this.#tell(`gzip: ${name} already has ${known} suffix -- unchanged\n`);
    return undefined;
  }

  async #mayReplace(name: string, about: NamespaceStat): Promise<boolean> {
    if (this.#options.force || about.nlink <= 1) return true;
    const count = about.nlink - 1;
    const text = `gzip: ${name} has ${count} other link${count === 1 ? '' : 's'} -- file ignored\n`;
    await this.#say(text, WARNING);
    return false;
  }

  async #toOutput(source: Source, name: string, about: NamespaceStat): Promise<void> {
    const { decompresses, tests, verbose } = this.#options;
    const open = async (): Promise<Host['stdout'] | undefined> => {
      if (verbose) await this.#tell(`${name}:\t`);
      return tests ? undefined : this.#host.stdout;
    };
    const ratio = await this.#report(name, async () =>
      decompresses
        ? this.#unpack(source, name, open)
        : this.#pack(source, this.#headerOf(name, about), await open()),
    );
    if (ratio === undefined || !verbose) return;
    await this.#tell(tests ? ' OK\n' : `${ratio} -- replaced with stdout\n`);
  }

  #headerOf(name: string, about: NamespaceStat): GzipHeader {
    const isNamed = this.#options.keepsName !== false;
    return {
      time: this.#timeOf(about),
      name: isNamed ? bytesOf(baseName(name)) : new Uint8Array(0),
    };
  }

  async #toFile(source: Source, name: string, target: string, about: NamespaceStat): Promise<void> {
    const { decompresses, verbose, keeps } = this.#options;
    let made = target;
    let time: bigint | undefined;
    const ratio = await this.#report(name, async () => {
      const reader = decompresses ? new GzipReader(source) : undefined;
      const header = await reader?.begin();
      if (reader && !header) throw new GzipError('not in gzip format', false);
      if (header && this.#options.keepsName) {
        const kept = baseName(textOf(header.name));
        if (header.name.length > 0) made = name.includes('/') ? join(dirName(name), kept) : kept;
        if (header.time > 0) time = BigInt(header.time) * 1_000_000_000n;
      }
      const file = await this.#create(made);
      if (!file) return undefined;
      if (verbose) await this.#tell(`${name}:\t`);
      let result = '';
      await fillFile(this.#host, made, file, async () => {
        result = reader
          ? await this.#drain(reader, name, file)
          : await this.#pack(source, this.#headerOf(name, about), file);
      });
      return result;
    });
    if (ratio === undefined) return;
    await takeStat(this.#host, made, about, time);
    if (!keeps) await this.#host.call('unlink', place(this.#host, name));
    if (verbose) await this.#tell(`${ratio} -- ${keeps ? 'created' : 'replaced with'} ${made}\n`);
  }

  /** A new file; undefined where one is there that stays. */
  async #create(name: string): Promise<Awaited<ReturnType<Host['open']>> | undefined> {
    const { host } = { host: this.#host };
    try {
      return await createFile(host, name, this.#options.force);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (host.isTerminal(0) && !this.#options.quiet) {
      await this.#tell(`gzip: ${name} already exists; do you wish to overwrite (y or n)? `);
      if (await this.#isYes()) return createFile(host, name, true);
      await this.#say('\tnot overwritten\n', WARNING);
    } else await this.#say(`gzip: ${name} already exists;\tnot overwritten\n`, WARNING);
    return undefined;
  }

  async #isYes(): Promise<boolean> {
    const answer: number[] = [];
    for (;;) {
      const [byte] = await this.#host.stdin.read(1);
      if (byte === undefined || byte === 0x0a) return answer[0] === 0x79 || answer[0] === 0x59;
      answer.push(byte);
      await this.#host.checkpoint();
    }
  }

  /** Runs work and says what is wrong with its input; undefined where it failed. */
  async #report(
    name: string,
    work: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FsError) {
        await this.#say(`gzip: ${name}: ${reasonOf(error)}\n`, ERROR);
        return undefined;
      }
      if (!(error instanceof GzipError)) throw error;
      const start = /^(unknown method|is encrypted|has flags)/.test(error.message) ? '' : '\n';
      for (const line of error.message.split('\n'))
        await this.#say(
          `${start}gzip: ${name}${/^(is|has) /.test(line) ? '' : ':'} ${line}\n`,
          ERROR,
        );
      if (error.isFatal && !(this.#options.tests && error.message.endsWith('error')))
        throw new Abort();
      return undefined;
    }
  }

  /** Packs a source; returns the ratio. */
  async #pack(source: Source, header: GzipHeader, to: Host['stdout'] | undefined): Promise<string> {
    const counts = { bytesIn: 0, bytesOut: 0, header: 0, crc: 0 };
    await writeParts(this.#host, to, gzipParts(source, header, this.#options.level, counts));
    return ratioOf(counts.bytesIn - (counts.bytesOut - counts.header), counts.bytesIn);
  }

  async #unpack(
    source: Source,
    name: string,
    open: () => Promise<Host['stdout'] | undefined>,
  ): Promise<string> {
    const reader = new GzipReader(source);
    const { force, toOutput } = this.#options;
    const passes = force && (toOutput || name === 'stdin');
    if (!(await this.#begin(reader, passes))) {
      await writeParts(this.#host, await open(), reader.raw());
      return ratioOf(0, 0);
    }
    return this.#drain(reader, name, await open());
  }

  /** False where the input is passed on as it is. */
  async #begin(reader: GzipReader, passes: boolean): Promise<boolean> {
    if (await reader.begin()) return true;
    if (passes) return false;
    throw new GzipError('not in gzip format', false);
  }

  async #drain(reader: GzipReader, name: string, to: Host['stdout'] | undefined): Promise<string> {
    await writeParts(this.#host, to, reader.parts());
    if (reader.hasTrailingGarbage)
      await this.#say(`\ngzip: ${name}: decompression OK, trailing garbage ignored\n`, WARNING);
    const { bytesIn, bytesOut, header } = reader.counts;
    return ratioOf(bytesOut - (bytesIn - header), bytesOut);
  }

  async #list(
    source: Source,
    name: string,
    target: string,
    about: NamespaceStat | undefined,
  ): Promise<void> {
    const reader = new GzipReader(source);
    let header: GzipHeader | undefined;
    const listed = await this.#report(name, async () => {
      header = await reader.begin();
      if (!header) throw new GzipError('not in gzip format', false);
      await writeParts(this.#host, undefined, reader.parts());
      if (!reader.hasTrailingGarbage) return '';
      await this.#say(`\ngzip: ${name}: decompression OK, trailing garbage ignored\n`, WARNING);
      return undefined;
    });
    if (listed === undefined || !header) return;
    const { counts, lastSize } = reader;
    const options = this.#options;
    const totals = this.#totals;
    if (totals.files++ === 0 && (!options.quiet || options.verbose))
      await this.#host.stdout.write(bytesOf(gzipListHeading(options)));
    totals.bytesIn += counts.bytesIn;
    totals.bytesOut += lastSize;
    totals.header = counts.header;
    const kept = options.keepsName ? textOf(header.name) : '';
    const seconds =
      options.keepsName && header.time > 0
        ? BigInt(header.time)
        : (about?.mtime ?? 0n) / 1_000_000_000n;
    const own = { bytesIn: counts.bytesIn, bytesOut: lastSize, header: counts.header, files: 1 };
    const shown = kept === '' ? target : kept;
    const line = gzipLine(options, own, { name: shown, crc: counts.crc, seconds });
    await this.#host.stdout.write(bytesOf(line));
  }
}
