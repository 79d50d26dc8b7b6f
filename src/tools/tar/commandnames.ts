/** The names on tar(1)'s command line, and the options that hold for the names behind them. */
import { OPEN } from '../../kernel/operations.ts';
import { textOf } from '../../kernel/rawtext.ts';
import { isDirectory, stat } from '../files.ts';
import { type Host, ToolError } from '../host.ts';
import type { Given } from '../options.ts';
import { readAll, reasonOf } from '../stdio.ts';
import { fatal } from './commandline.ts';
import { type Pattern, pattern } from './names.ts';
import type { Named, TarOptions } from './options.ts';

const VCS = [
  'CVS',
  '.cvsignore',
  'RCS',
  'SCCS',
  '.git',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  '.arch-ids',
  '{arch}',
  '=RELEASE-ID',
  '=meta-update',
  '=update',
  '.svn',
  '.bzr',
  '.bzrignore',
  '.bzrtags',
  '.hg',
  '.hgignore',
  '.hgtags',
  '_darcs',
];
const BACKUPS = ['.#*', '*~', '#*#'];

/** What stands in the order of the command line: directories, names, and how patterns are read. */
export async function namesIn(
  host: Host,
  given: readonly Given[],
): Promise<
  Pick<
    TarOptions,
    'names' | 'dir' | 'excludes' | 'usesWildcards' | 'ignoresCase' | 'isAnchored' | 'recurses'
  >
> {
  const names: Named[] = [];
  const excludes: Pattern[] = [];
  let dir = '.';
  let [anchored, wild, ignoresCase, recurses, isNull]: [
    boolean | undefined,
    boolean | undefined,
    boolean,
    boolean,
    boolean,
  ] = [undefined, undefined, false, true, false];
  const exclude = (text: string): void => {
    excludes.push(pattern(text, { anchored: anchored ?? false, wild: wild ?? true, ignoresCase }));
  };
  for (const { name, value = '' } of given) {
    if (name === '') names.push({ name: value, dir });
    else if (name === 'directory') dir = await enter(host, dir, value);
    else if (name === 'exclude') exclude(value);
    else if (name === 'exclude-from')
      for (const line of await linesIn(host, value, false, '')) exclude(line);
    else if (name === 'exclude-vcs') for (const each of VCS) exclude(each);
    else if (name === 'exclude-backups') for (const each of BACKUPS) exclude(each);
    else if (name === 'files-from')
      for (const line of await linesIn(host, value, isNull, 'Cannot stat: ')) {
        if (
          line.startsWith('-') &&
          !isNull &&
          !given.some((each) => each.name === 'verbatim-files-from')
        )
          throw new ToolError(
            `${value}: options in a list of names are not supported here: ${line}`,
            2,
          );
        names.push({ name: line, dir });
      }
    else if (name === 'null' || name === 'no-null') isNull = name === 'null';
    else if (name === 'anchored' || name === 'no-anchored') anchored = name === 'anchored';
    else if (name === 'wildcards' || name === 'no-wildcards') wild = name === 'wildcards';
    else if (name === 'ignore-case' || name === 'no-ignore-case')
      ignoresCase = name === 'ignore-case';
    else if (name === 'recursion' || name === 'no-recursion') recurses = name === 'recursion';
  }
  return {
    names,
    dir,
    excludes,
    usesWildcards: wild,
    ignoresCase,
    isAnchored: anchored ?? true,
    recurses,
  };
}

async function enter(host: Host, from: string, to: string): Promise<string> {
  const dir = to.startsWith('/') || from === '.' ? to : `${from}/${to}`;
  try {
    await stat(host, dir);
  } catch (error) {
    return fatal(`${to}: Cannot open: ${reasonOf(error)}`);
  }
  return (await isDirectory(host, dir)) ? dir : fatal(`${to}: Cannot open: Not a directory`);
}

async function linesIn(
  host: Host,
  name: string,
  isNull: boolean,
  complaint: string,
): Promise<string[]> {
  let text: string;
  try {
    const source = name === '-' ? host.stdin : await host.open(name, OPEN.read);
    text = textOf(await readAll(source));
    if ('close' in source) await (source as { close(): Promise<void> }).close();
  } catch (error) {
    return fatal(`${name}: ${complaint}${reasonOf(error)}`);
  }
  const lines = text.split(isNull ? '\0' : '\n');
  return lines.filter((line) => line !== '');
}
