/** md5sum(1), sha1sum(1) to sha512sum(1), b2sum(1) and cksum(1). */
import { verify } from './checkfile.ts';
import { type Algorithm, algorithms, sums } from './digests.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { meaningOf, misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { eachInput, Output, transientBlocks } from './stdio.ts';

const checking = ['ignore-missing', 'status', 'warn', 'quiet', 'strict'] as const;
const common = [
  'c|check',
  'ignore-missing',
  'quiet',
  'status',
  'strict',
  'w|warn',
  'z|zero',
  'tag',
];

/** A tool of one algorithm. */
const digestTool =
  (algorithm: Algorithm, more: readonly string[] = []): Tool =>
  async (host) => {
    const flags = flagsOf(host, {
      usage: '[OPTION]... [FILE]...',
      options: ['b|binary', 't|text', ...common, ...more],
    });
    const bits = bitsOf(host, flags, algorithm);
    const mode = flags.last('binary', 'text');
    refuseMixed(host, flags, mode !== undefined);
    if (flags.has('check')) return verify(host, flags, [algorithm], bits);
    return print(host, flags, {
      algorithm,
      bits: bits ?? algorithm.bits,
      isTagged: flags.has('tag'),
      mark: mode === 'binary' ? '*' : ' ',
    });
  };

const algorithm = (name: string): Algorithm => algorithms[name] as Algorithm;

export const md5sum = digestTool(algorithm('md5'));
export const sha1sum = digestTool(algorithm('sha1'));
export const sha224sum = digestTool(algorithm('sha224'));
export const sha256sum = digestTool(algorithm('sha256'));
export const sha384sum = digestTool(algorithm('sha384'));
export const sha512sum = digestTool(algorithm('sha512'));
export const b2sum = digestTool(algorithm('blake2b'), ['l|length=']);

/** The number of bits that `-l` names; undefined for all. */
function bitsOf(host: Host, flags: Flags, { tag, bits: most }: Algorithm): number | undefined {
  const text = flags.value('length');
  if (text === undefined) return undefined;
  const invalid = (reason: string): never => {
    throw new ToolError(`invalid length: ${inQuotes(text)}${reason}`);
  };
  if (!/^[ \t\n]*\+?\d+$/.test(text)) invalid('');
  const bits = Number(text);
  if (bits > most)
    invalid(`\n${host.name}: maximum digest length for ${inQuotes(tag)} is ${most} bits`);
  if (bits % 8 !== 0) invalid(`\n${host.name}: length is not a multiple of 8`);
  return bits === 0 ? undefined : bits;
}

function refuseMixed(host: Host, flags: Flags, hasMode: boolean): void {
  const { has } = flags;
  if (!has('check')) {
    const found = checking.find(has);
    if (found)
      misuse(host.name, `the --${found} option is meaningful only when verifying checksums`);
    return;
  }
  if (has('zero')) misuse(host.name, 'the --zero option is not supported when verifying checksums');
  if (has('tag')) misuse(host.name, 'the --tag option is meaningless when verifying checksums');
  if (hasMode)
    misuse(host.name, 'the --binary and --text options are meaningless when verifying checksums');
}

interface Form {
  readonly algorithm: Algorithm;
  readonly bits: number;
  readonly isTagged: boolean;
  readonly mark: string;
}

async function print(host: Host, flags: Flags, form: Form): Promise<number> {
  const out = new Output(host.stdout);
  const isZero = flags.has('zero');
  return eachInput(host, flags.operands, async (source, name) => {
    const digest = await form.algorithm.create(form.bits);
    await feed(host, source, digest);
    const isEscaped = !isZero && /[\\\n\r]/.test(name);
    const shown = isEscaped ? escaped(name) : name;
    const { tag, bits } = form.algorithm;
    const title = form.bits === bits ? tag : `${tag}-${form.bits}`;
    out.text(
      `${isEscaped ? '\\' : ''}${
        form.isTagged
          ? `${title} (${shown}) = ${digest.hex()}`
          : `${digest.hex()} ${form.mark}${shown}`
      }${isZero ? '\0' : '\n'}`,
    );
    await out.flush();
  });
}

const escaped = (name: string): string =>
  name.replace(/[\\\n\r]/g, (char) => (char === '\\' ? '\\\\' : char === '\n' ? '\\n' : '\\r'));

/** Returns the number of bytes. */
export async function feed(
  host: Host,
  source: Source,
  sink: { update(data: Uint8Array): void },
): Promise<number> {
  let size = 0;
  for await (const data of transientBlocks(source)) {
    sink.update(data);
    size += data.length;
    await host.checkpoint();
  }
  return size;
}

async function printSums(
  host: Host,
  { operands }: Flags,
  kind: keyof typeof sums,
  end: string,
): Promise<number> {
  const out = new Output(host.stdout);
  return eachInput(host, operands, async (source, name) => {
    const made = sums[kind]();
    const size = await feed(host, source, made);
    out.text(`${made.line(size)}${operands.length > 0 ? ` ${name}` : ''}${end}`);
    await out.flush();
  });
}

const kinds = ['bsd', 'sysv', 'crc', ...Object.keys(algorithms)];

export const cksum: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: ['a|algorithm=', ...common, 'debug', 'l|length=', 'untagged'],
  });
  const { has } = flags;
  const text = flags.value('algorithm');
  const table = Object.fromEntries(kinds.map((each) => [each, each]));
  const kind = text === undefined ? 'crc' : meaningOf(host.name, '--algorithm', text, table);
  if (has('length') && kind !== 'blake2b')
    throw new ToolError('--length is only supported with --algorithm=blake2b');
  const chosen = algorithms[kind];
  const bits = chosen && bitsOf(host, flags, chosen);
  if (!chosen && text !== undefined && has('check'))
    throw new ToolError('--check is not supported with --algorithm={bsd,sysv,crc}');
  refuseMixed(host, flags, false);
  if (has('check')) return verify(host, flags, chosen ? [chosen] : Object.values(algorithms), bits);
  if (!chosen) return printSums(host, flags, kind as keyof typeof sums, has('zero') ? '\0' : '\n');
  return print(host, flags, {
    algorithm: chosen,
    bits: bits ?? chosen.bits,
    isTagged: flags.last('tag', 'untagged') !== 'untagged',
    mark: ' ',
  });
};
