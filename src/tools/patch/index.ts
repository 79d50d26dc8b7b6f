/** patch(1), as GNU patch 2.7 has it. */
import { OPEN } from '../../kernel/operations.ts';
import { octetsOf } from '../awk/octets.ts';
import { isDirectory } from '../files.ts';
import type { Host, Tool } from '../host.ts';
import { readAll, reasonOf } from '../stdio.ts';
import { linesOf } from './files.ts';
import { Job } from './job.ts';
import { fatal, optionsOf } from './options.ts';
import { PatchReader } from './reader.ts';
import { Talk } from './talk.ts';

export const patch: Tool = async (host) => {
  if (host.args.some((each) => each === '-v' || each === '--version')) {
    await host.stdout.write(new TextEncoder().encode('GNU patch 2.7.6\n'));
    return 0;
  }
  const options = optionsOf(host);
  let here = host;
  if (options.directory !== undefined) {
    const { directory } = options;
    if (!(await isDirectory(host, directory))) {
      const reason = await host.open(directory, OPEN.read | OPEN.directory).then(
        () => 'Not a directory',
        (error: unknown) => reasonOf(error),
      );
      fatal(`Can't change to directory ${directory} : ${reason}`);
    }
    here = within(host, directory);
  }
  const lines = linesOf(await patchText(here, options.input));
  const talk = new Talk(here, options);
  const reader = new PatchReader(lines, options);
  const written = new Set<string>();
  let status = 0;
  for (let isFirst = true; ; isFirst = false) {
    const section = reader.section();
    if (section === 'ed') return fatal('scripts for ed are not supported here');
    if (section === undefined) {
      if (isFirst && lines.length > 0) fatal('Only garbage was found in the patch input.');
      return status;
    }
    if (section.stripsCr)
      await talk.say('(Stripping trailing CRs from patch; use --binary to disable.)\n');
    if (section.indent > 0) {
      const spaces = section.indent === 1 ? 'space' : 'spaces';
      await talk.say(`(Patch is indented ${section.indent} ${spaces}.)\n`);
    }
    const job = new Job(here, options, { reader, section, talk, written });
    if (!(await job.run())) status = 1;
    await host.checkpoint();
  }
};

/** The same with another working directory. */
function within(host: Host, directory: string): Host {
  const inside = (text: string): string =>
    text.startsWith('/') || text === '' ? text : `${directory}/${text}`;
  return {
    ...host,
    path: (text) => host.path(inside(text)),
    open: (text, flags) => host.open(inside(text), flags),
  };
}

async function patchText(host: Host, name: string | undefined): Promise<string> {
  if (name === undefined || name === '-') return octetsOf(await readAll(host.stdin));
  try {
    const file = await host.open(name, OPEN.read);
    try {
      return octetsOf(await readAll(file));
    } finally {
      await file.close();
    }
  } catch (error) {
    return fatal(`Can't open patch file ${name} : ${reasonOf(error)}`);
  }
}
