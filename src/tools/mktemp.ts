/** mktemp(1). */
import { FsError, hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { join, place, setMode, statIf } from './files.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { reasonOf } from './stdio.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** How many names are tried where all are taken, as in glibc. */
const MAX_TRIES = LETTERS.length ** 3;

export const mktemp: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [TEMPLATE]',
    options: ['d|directory', 'u|dry-run', 'q|quiet', 'suffix=', 'p=', 'tmpdir=?', 't'],
  });
  const { path, from, count } = templateOf(host, flags);
  const kind = flags.has('directory') ? 'directory' : 'file';
  for (let left = MAX_TRIES; ; left--) {
    const name = path.slice(0, from) + letters(count) + path.slice(from + count);
    try {
      if (await make(host, name, flags)) {
        await host.stdout.write(bytesOf(`${name}\n`));
        return 0;
      }
      if (left === 0) throw new FsError('EEXIST');
    } catch (error) {
      const reason = reasonOf(error);
      if (flags.has('quiet')) return 1;
      throw new ToolError(`failed to create ${kind} via template ${inQuotes(path)}: ${reason}`);
    }
    await host.checkpoint();
  }
};

interface Template {
  readonly path: string;
  /** Where the random letters begin, and how many there are. */
  readonly from: number;
  readonly count: number;
}

function templateOf(host: Host, flags: Flags): Template {
  const [given, ...more] = flags.operands;
  if (more.length > 0) misuse(host.name, 'too many templates');
  const name = given ?? 'tmp.XXXXXXXXXX';
  const ending = flags.value('suffix');
  const end = name.lastIndexOf('X') + 1 || name.length;
  if (ending !== undefined && !name.endsWith('X'))
    throw new ToolError(`with --suffix, template ${inQuotes(name)} must end in X`);
  const suffix = ending ?? name.slice(end);
  if (suffix.includes('/'))
    throw new ToolError(`invalid suffix ${inQuotes(suffix)}, contains directory separator`);
  const count = /X*$/.exec(name.slice(0, end))?.[0].length ?? 0;
  if (count < 3) throw new ToolError(`too few X's in template ${inQuotes(name)}`);
  const whole = name.slice(0, end) + suffix;
  const folder = folderOf(host, flags, name);
  const path = folder === undefined ? whole : join(folder, whole);
  return { path, count, from: path.length - suffix.length - count };
}

/** The folder for the template; undefined where the template names it itself. */
function folderOf(host: Host, flags: Flags, name: string): string | undefined {
  const given = flags.options.findLast((each) => each.name === 'p' || each.name === 'tmpdir');
  const fallback = host.env['TMPDIR'] || '/tmp';
  if (flags.has('t')) {
    if (name.includes('/'))
      throw new ToolError(`invalid template, ${inQuotes(name)}, contains directory separator`);
    return host.env['TMPDIR'] || given?.value || '/tmp';
  }
  if (!given) return flags.operands.length > 0 ? undefined : fallback;
  if (name.startsWith('/'))
    throw new ToolError(
      `invalid template, ${inQuotes(name)}; with --tmpdir, it may not be absolute`,
    );
  return given.value || fallback;
}

/** Makes the file or folder. Returns false where the name is taken. */
async function make(host: Host, name: string, flags: Flags): Promise<boolean> {
  if (flags.has('dry-run')) return (await statIf(host, name, false)) === undefined;
  try {
    if (flags.has('directory')) await host.call('mkdir', place(host, name));
    else await (await host.open(name, OPEN.write | OPEN.create | OPEN.exclusive)).close();
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
  await setMode(host, name, flags.has('directory') ? 0o700 : 0o600);
  return true;
}

function letters(count: number): string {
  const bytes = new Uint8Array(1);
  let text = '';
  while (text.length < count) {
    crypto.getRandomValues(bytes);
    // The last eight of 256 values would make some letters likelier than others.
    text += (bytes[0] as number) < 248 ? LETTERS[(bytes[0] as number) % 62] : '';
  }
  return text;
}
