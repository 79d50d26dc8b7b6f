/** mktemp(1). */
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { join, place, setMode, statIf } from './files.ts';
import { type Flags, flagsOf, misuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { quoteText } from './quoting.ts';
import { reasonOf } from './stdio.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const mktemp: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [TEMPLATE]',
    options: ['d|directory', 'u|dry-run', 'q|quiet', 'suffix=', 'p=', 'tmpdir=?', 't'],
  });
  const { path, from, count } = templateOf(host, flags);
  const kind = flags.has('directory') ? 'directory' : 'file';
  for (;;) {
    const name = path.slice(0, from) + letters(count) + path.slice(from + count);
    try {
      if (await make(host, name, flags)) {
        await host.stdout.write(bytesOf(`${name}\n`));
        return 0;
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (flags.has('quiet')) return 1;
      throw new ToolError(`failed to create ${kind} via template ${quoteText(path)}: ${reason}`);
    }
    await host.checkpoint();
  }
};

interface Template {
  readonly path: string;
  /** Where the letters that are chosen begin, and how many there are. */
  readonly from: number;
  readonly count: number;
}

function templateOf(host: Host, flags: Flags): Template {
  const [given, ...more] = flags.operands;
  if (more.length > 0) misuse(host, 'too many templates');
  const name = given ?? 'tmp.XXXXXXXXXX';
  const ending = flags.value('suffix');
  const end = name.lastIndexOf('X') + 1 || name.length;
  if (ending !== undefined && !name.endsWith('X'))
    throw new ToolError(`with --suffix, template ${quoteText(name)} must end in X`);
  const suffix = ending ?? name.slice(end);
  if (suffix.includes('/'))
    throw new ToolError(`invalid suffix ${quoteText(suffix)}, contains directory separator`);
  const count = /X*$/.exec(name.slice(0, end))?.[0].length ?? 0;
  if (count < 3) throw new ToolError(`too few X's in template ${quoteText(name)}`);
  const whole = name.slice(0, end) + suffix;
  const folder = folderOf(host, flags, name);
  const path = folder === undefined ? whole : join(folder, whole);
  return { path, count, from: path.length - suffix.length - count };
}

/** Where the template is in; undefined where it tells that itself. */
function folderOf(host: Host, flags: Flags, name: string): string | undefined {
  const given = flags.options.findLast((each) => each.name === 'p' || each.name === 'tmpdir');
  const fallback = host.env['TMPDIR'] || '/tmp';
  if (flags.has('t')) {
    if (name.includes('/'))
      throw new ToolError(`invalid template, ${quoteText(name)}, contains directory separator`);
    return host.env['TMPDIR'] || given?.value || '/tmp';
  }
  if (!given) return flags.operands.length > 0 ? undefined : fallback;
  if (name.startsWith('/'))
    throw new ToolError(
      `invalid template, ${quoteText(name)}; with --tmpdir, it may not be absolute`,
    );
  return given.value || fallback;
}

/** False where there is something of this name. */
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
    // Of 256 values the last eight would make some letters likelier.
    text += (bytes[0] as number) < 248 ? LETTERS[(bytes[0] as number) % 62] : '';
  }
  return text;
}
