/** less(1): shows files a screen at a time; where there is no terminal to show them on, it copies them. */

import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { type Host, type Tool, ToolError } from '../host.ts';
import { blocksOf, reasonOf } from '../stdio.ts';
import { Keys } from './keys.ts';
import { type PagerCommand, pagerCommandOf } from './options.ts';
import { type PagedFile, Pager } from './pager.ts';

const say = (host: Host, text: string): Promise<void> => host.stdout.write(bytesOf(text));

/** Opens a file to be paged; a text says why it cannot be. */
export async function openPaged(host: Host, name: string): ReturnType<PagedFile['open']> {
  if (name === '-') return { source: host.stdin, size: undefined, close: async () => undefined };
  if (name === '') return ': No such file or directory';
  try {
    const { stat } = await host.call('stat', { dir: -1, path: host.path(name), follow: true });
    if (stat.kind === 'dir') return `${name} is a directory`;
    const file = await host.open(name, OPEN.read);
    const size = stat.kind === 'file' && stat.version !== '' ? stat.size : undefined;
    return { source: file, size, close: () => file.close() };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return `${name}: ${reasonOf(error)}`;
  }
}

async function copy(host: Host, files: readonly string[]): Promise<number> {
  for (const name of files) {
    const opened = await openPaged(host, name);
    if (typeof opened === 'string') {
      await say(host, `${opened}\n`);
      continue;
    }
    try {
      for await (const data of blocksOf(opened.source)) {
        await host.stdout.write(data);
        await host.checkpoint();
      }
    } finally {
      await opened.close();
    }
  }
  return 0;
}

/** Pages files on the terminal; undefined where no keys can be read. */
export async function page(
  host: Host,
  { settings, files }: Pick<PagerCommand, 'settings' | 'files'>,
): Promise<number | undefined> {
  const keys = await Keys.open(host);
  if (!keys) return undefined;
  try {
    const { modes } = await host.terminal();
    const paged = files.map((name): PagedFile => ({ name, open: () => openPaged(host, name) }));
    return await new Pager(host, keys, settings, paged, modes).run();
  } finally {
    await keys.close();
  }
}

export const less: Tool = async (host) => {
  const command = pagerCommandOf(host);
  const { settings, mistakes, isFatal, refused } = command;
  for (const mistake of mistakes) await host.stderr.write(bytesOf(`${mistake}\n`));
  if (isFatal) return 0;
  if (settings.flags.has('V') || settings.flags.has('?')) {
    const version = 'less 590 (GNU regular expressions)\n';
    await say(host, settings.flags.has('V') ? version : 'Usage: less [OPTION]... [FILE]...\n');
    return 0;
  }
  const files = command.files.length > 0 ? command.files : ['-'];
  if (!host.isTerminal(1)) return copy(host, files);
  if (files.includes('-') && host.isTerminal(0)) {
    await host.stderr.write(bytesOf('Missing filename ("less --help" for help)\n'));
    return 1;
  }
  if (refused !== undefined) throw new ToolError(`the option ${refused} is not supported here`, 2);
  return (await page(host, { settings, files })) ?? copy(host, files);
};
