/** The lists of GNU grep (tests/*.tests): a status, a pattern and a line in which it is looked for, separated by `@`. */
import fs from 'node:fs';
import { join } from 'node:path';
import { compare } from './compare.mjs';

const lists = {
  'bre.tests': '-G',
  'ere.tests': '-E',
  'spencer1.tests': '-E',
  'spencer2.tests': '-E',
};

export async function* runLists(dir, only) {
  // Not every version of grep has each of them.
  const present = Object.entries(lists).filter(([list]) => fs.existsSync(join(dir, list)));
  for (const [list, syntax] of present)
    for (const line of fs.readFileSync(join(dir, list), 'latin1').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const name = `${list}: ${line}`;
      const [, pattern, text] = line.split('@');
      if (only && !name.includes(only)) continue;
      const args = [
        '-c',
        'grep -o "$1" -e "$2"; grep -c "$1" -e "$2" /dev/null',
        'bash',
        syntax,
        pattern,
      ];
      // The second command tells whether the pattern is valid where the first one finds nothing.
      yield {
        name,
        ...(await compare({ args, stdin: `${text}\n` }, ['stdout', 'stderr', 'status'])),
      };
    }
}
