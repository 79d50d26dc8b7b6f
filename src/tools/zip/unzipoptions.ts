/** The command line of unzip(1): options, the archive, the members, `-x` and those that are left out. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { globRegex } from '../globs.ts';
import { type Host, ToolError } from '../host.ts';
import { Help } from '../options.ts';

export type Action =
  | 'extract'
  | 'list'
  | 'verbose'
  | 'test'
  | 'pipe'
  | 'print'
  | 'names'
  | 'comment';

export interface Wanted {
  readonly text: string;
  readonly matches: (name: string) => boolean;
  isFound: boolean;
}

export interface UnzipOptions {
  readonly action: Action;
  readonly archive: string;
  readonly members: readonly Wanted[];
  readonly excluded: readonly Wanted[];
  readonly dir: string;
  readonly quiet: number;
  readonly overwrites: 'ask' | 'always' | 'never';
  /** Only newer files, or only files that are there, are written. */
  readonly updates: boolean;
  readonly freshens: boolean;
  readonly junksPaths: boolean;
}

const usage = `[-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]
  Default action is to extract files in list, except those in xlist, to exdir;
  file[.zip] may be found with the suffix added.

  -p  extract files to pipe, no messages     -l  list files (short format)
  -f  freshen existing files, create none    -t  test compressed archive data
  -u  update files, create if necessary      -z  display archive comment only
  -v  list verbosely                         -x  exclude files that follow (in xlist)
  -d  extract files into exdir               -c  extract files to standard output, with names
modifiers:
  -n  never overwrite existing files         -q  quiet mode (-qq => quieter)
  -o  overwrite files WITHOUT prompting      -j  junk paths (do not make directories)
`;

export function unzipOptions(host: Host): UnzipOptions {
  const letters: string[] = [];
  const members: string[] = [];
  const excluded: string[] = [];
  let [archive, dir, isExcluding]: [string | undefined, string, boolean] = [undefined, '', false];
  const words = [...host.args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    // Behind the archive only -x and -d are options.
    if (!word.startsWith('-') || word === '-' || (archive !== undefined && !/^-[xd]/.test(word))) {
      if (archive === undefined) archive = word;
      else (isExcluding ? excluded : members).push(word);
      continue;
    }
    if (word === '--help') throw new Help(`Usage: unzip ${usage}`);
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (letter === 'x') isExcluding = true;
      else if (letter === 'd') {
        const value = word.slice(at + 1) || words.shift();
        if (value === undefined)
          throw new ToolError(' must specify directory to which to extract with -d option', 10);
        dir = value.replace(/(?<=.)\/+$/, '');
        isExcluding = false;
        break;
      } else if ('lvtpcfuqnojzhZ1'.includes(letter)) letters.push(letter);
      else throw new ToolError(`the option -${letter} is not supported here`, 10);
    }
  }
  const has = (letter: string): boolean => letters.includes(letter);
  if (archive === undefined || has('h')) throw new Help(`Usage: unzip ${usage}`);
  if (has('Z') !== has('1')) throw new ToolError('of zipinfo only -Z1 is supported here', 10);
  const wanted = (text: string): Wanted => ({ text, matches: matcherOf(text), isFound: false });
  return {
    action: actionOf(has),
    archive,
    members: members.map(wanted),
    excluded: excluded.map(wanted),
    dir,
    quiet: letters.filter((letter) => letter === 'q').length,
    overwrites: has('n') ? 'never' : has('o') ? 'always' : 'ask',
    updates: has('u') || has('f'),
    freshens: has('f'),
    junksPaths: has('j'),
  };
}

function actionOf(has: (letter: string) => boolean): Action {
  if (has('Z')) return 'names';
  if (has('z')) return 'comment';
  if (has('v')) return 'verbose';
  if (has('l')) return 'list';
  if (has('t')) return 'test';
  return has('p') ? 'pipe' : has('c') ? 'print' : 'extract';
}

function matcherOf(text: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(text)) return (name) => name === text;
  const regex = globRegex(text);
  return (name) => regex.find(bytesOf(name)) !== undefined;
}
