/** truncate(1): sets the lengths of files. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError, hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { closing } from './closing.ts';
import { stat } from './files.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type OpenFile, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

const BLOCK = 4096n;
const MOST = 2n ** 63n - 1n;
const POWERS = 'kMGTPEZY';

/** `<` and `>` keep a length within a limit, `/` and `%` round it down and up, `+` stands for `+` and `-`. */
type Relation = '' | '<' | '>' | '/' | '%' | '+';

interface Length {
  readonly relation: Relation;
  readonly size: bigint;
}

export const truncate: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: 'OPTION... FILE...',
    options: ['c|no-create', 'o|io-blocks', 'r|reference=', 's|size='],
  });
  const given = lengthOf(host, flags);
  const reference = flags.value('reference');
  if (reference === undefined && !given)
    misuse(host.name, 'you must specify either ‘--size’ or ‘--reference’');
  if (reference !== undefined && given?.relation === '')
    misuse(host.name, 'you must specify a relative ‘--size’ with ‘--reference’');
  if (flags.has('io-blocks') && !given)
    misuse(host.name, '‘--io-blocks’ was specified but ‘--size’ was not');
  if (flags.operands.length === 0) misuse(host.name, 'missing file operand');
  const from = reference === undefined ? undefined : await referenceSize(host, reference);
  const length = given ?? { relation: '', size: from ?? 0n };
  const unit = flags.has('io-blocks') ? BLOCK : 1n;
  let status = 0;
  for (const name of flags.operands) {
    await host.checkpoint();
    try {
      await cut(host, name, { ...length, size: length.size * unit }, from, flags);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      await warn(host, error.message);
      status = 1;
    }
  }
  return status;
};

/** The length of the last -s. Each of them is read. */
function lengthOf(host: Host, flags: Flags): Length | undefined {
  let length: Length | undefined;
  for (const { name, value = '' } of flags.options) {
    if (name !== 'size') continue;
    const [, sign = '', text = ''] = /^[ \t-\r]*([<>/%]?)[ \t-\r]*([\s\S]*)$/.exec(value) ?? [];
    const isSigned = /^[-+]/.test(text);
    if (isSigned && sign !== '') misuse(host.name, 'multiple relative modifiers specified');
    const size = sizeOf(text);
    if ((sign === '/' || sign === '%') && size === 0n) throw new ToolError('division by zero');
    length = { relation: isSigned ? '+' : (sign as Relation), size };
  }
  return length;
}

function sizeOf(text: string): bigint {
  const [, sign = '', digits, letter = '', unit = ''] =
    /^[ \t-\r]*([-+]?)(\d*)(?:([kKmMgGtTPEZY])(iB|B|D)?)?$/.exec(text) ?? [];
  const fail = (reason = ''): never => {
    throw new ToolError(`Invalid number: ${inQuotes(text)}${reason}`);
  };
  if (digits === undefined || (digits === '' && (letter === '' || sign !== ''))) return fail();
  const power = letter === '' ? 0 : POWERS.toLowerCase().indexOf(letter.toLowerCase()) + 1;
  const base = unit === 'B' || unit === 'D' ? 1000n : 1024n;
  const size = BigInt(digits || '1') * base ** BigInt(power);
  if (size > MOST) return fail(': Value too large for defined data type');
  return sign === '-' ? -size : size;
}

async function referenceSize(host: Host, name: string): Promise<bigint> {
  let found: NamespaceStat;
  try {
    found = await stat(host, name);
  } catch (error) {
    throw new ToolError(`cannot stat ${quoted(name)}: ${reasonOf(error)}`);
  }
  if (found.kind === 'dir')
    throw new ToolError(`cannot get the size of ${quoted(name)}: Is a directory`);
  return BigInt(found.size);
}

/** Sets the length of one file, from its own or that of a reference. */
async function cut(
  host: Host,
  name: string,
  length: Length,
  reference: bigint | undefined,
  flags: Flags,
): Promise<void> {
  let file: OpenFile;
  const create = flags.has('no-create') ? 0 : OPEN.create;
  try {
    file = await host.open(name, OPEN.write | create);
  } catch (error) {
    const reason = reasonOf(error);
    if (create === 0 && hasCode(error, 'ENOENT')) return;
    throw new ToolError(`cannot open ${quoted(name)} for writing: ${reason}`);
  }
  await closing(
    file,
    async () => {
      const size = reference ?? BigInt((await host.call('fstat', { fd: file.fd })).stat.size);
      const wanted = length.relation === '' ? length.size : related(size, length, name);
      await setSize(host, file, name, wanted < 0n ? 0n : wanted);
    },
    (reason) => new ToolError(`failed to close ${quoted(name)}: ${reason}`),
  );
}

function related(from: bigint, { relation, size }: Length, name: string): bigint {
  if (relation === '>') return from > size ? from : size;
  if (relation === '<') return from < size ? from : size;
  if (relation === '/') return from - (from % size);
  const rest = from % (size || 1n);
  const more = relation === '+' ? size : rest === 0n ? 0n : size - rest;
  if (from + more > MOST) throw new ToolError(`overflow extending size of file ${quoted(name)}`);
  return from + more;
}

async function setSize(host: Host, file: OpenFile, name: string, size: bigint): Promise<void> {
  try {
    await host.call('truncate', { fd: file.fd, size: Number(size) });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new ToolError(`failed to truncate ${quoted(name)} at ${size} bytes: ${reasonOf(error)}`);
  }
}
