/** more(1): shows files a screen at a time; where there is no terminal, it copies them under their names. */

import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { flagsOf } from '../flags.ts';
import type { Host, Tool } from '../host.ts';
import { blocksOf, reasonOf } from '../stdio.ts';
import { page } from './less.ts';
import type { PagerSettings } from './options.ts';

const RULE = ':'.repeat(14);

const out = (host: Host, text: string): Promise<void> => host.stdout.write(bytesOf(text));

async function copyOne(host: Host, name: string, isTitled: boolean): Promise<void> {
  const { stat } = await host.call('stat', { dir: -1, path: host.path(name), follow: true });
  if (stat.kind === 'dir') return out(host, `\n*** ${name}: directory ***\n\n`);
  const file = await host.open(name, OPEN.read);
  try {
    if (isTitled) await out(host, `${RULE}\n${name}\n${RULE}\n`);
    for await (const data of blocksOf(file)) {
      await host.stdout.write(data);
      await host.checkpoint();
    }
  } finally {
    await file.close();
  }
}

async function copy(host: Host, files: readonly string[]): Promise<number> {
  const isInput = !host.isTerminal(0);
  if (isInput) for await (const data of blocksOf(host.stdin)) await host.stdout.write(data);
  for (const name of files)
    try {
      await copyOne(host, name, isInput || files.length > 1);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await host.stderr.write(bytesOf(`more: cannot open ${name}: ${reasonOf(error)}\n`));
    }
  return 0;
}

export const more: Tool = async (host) => {
  // A number and a place stand among the options.
  const numbers = host.args.filter((word) => /^-\d+$/.test(word));
  const first = host.args.find((word) => /^\+./.test(word));
  const args = host.args.filter((word) => !/^-\d+$|^\+./.test(word));
  const flags = flagsOf(
    { ...host, args },
    {
      usage: '[options] <file>...',
      options: [
        'd|silent',
        'f|logical',
        'l|no-pause',
        'c|print-over',
        'p|clean-print',
        'e|exit-on-eof',
        's|squeeze',
        'u|plain',
        'n|lines=',
        'V|version',
      ],
    },
  );
  if (flags.has('version')) {
    await out(host, 'more from util-linux 2.38.1\n');
    return 0;
  }
  const files = flags.operands;
  if (!host.isTerminal(1)) return copy(host, files);
  if (files.length === 0 && host.isTerminal(0)) {
    await host.stderr.write(bytesOf("more: bad usage\nTry 'more --help' for more information.\n"));
    return 1;
  }
  const given = flags.value('lines') ?? numbers.at(-1)?.slice(1);
  const settings: PagerSettings = {
    flags: new Set(['E', 'X', 'm', '~', 'R', ...(flags.has('squeeze') ? ['s'] : [])]),
    tab: 8,
    pattern: undefined,
    first: first?.slice(1),
    window: given === undefined ? undefined : Math.max(1, Number(given)),
  };
  const named = files.length > 0 ? files : ['-'];
  return (await page(host, { settings, files: named })) ?? copy(host, files);
};
