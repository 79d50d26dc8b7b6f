/** The tests of mksh (check.t): fields at the beginning of a line, their texts indented by a tab, `---` between tests. */
import fs from 'node:fs';
import { join } from 'node:path';
import { compare } from './compare.mjs';
import { reference } from './shells.mjs';

export const name = 'mksh';
export const isSuite = (dir) => fs.existsSync(join(dir, 'check.t'));

const WALL = 15_000;
/** What a test needs that no script has: a terminal, or Perl. */
const NEEDS = ['need-ctty', 'perl-setup'];
/** What bash says of a script in another language. */
const FOREIGN =
  /syntax error|command not found|invalid option|bad substitution|unexpected|not a valid identifier|invalid signal|: not found/;

export async function* run(dir, only) {
  for (const test of testsOf(fs.readFileSync(join(dir, 'check.t'), 'latin1'))) {
    const id = test.name;
    if (only && !id.includes(only)) continue;
    const script = test.stdin ?? '';
    const job = { args: test.args, stdin: script, env: test.env, files: test.files, wall: WALL };
    if (
      NEEDS.some((field) => field in test.fields) ||
      test.args.some((arg) => arg.startsWith('-i'))
    )
      yield { name: id, verdict: 'not applicable', detail: 'it needs a terminal or Perl' };
    else if (FOREIGN.test(reference(job).stderr))
      yield { name: id, verdict: 'not applicable', detail: 'it is not in the language of bash' };
    else yield { name: id, ...(await compare(job)), script };
  }
}

function testsOf(text) {
  return text
    .split(/^---\n/m)
    .map(fieldsOf)
    .filter(({ name, stdin }) => name && stdin !== undefined);
}

function fieldsOf(block) {
  const fields = {};
  const files = {};
  let add = () => undefined;
  for (const line of block.split('\n')) {
    const [, key, value] = /^([a-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (key === 'file-setup') add = fileIn(files, value);
    else if (key) {
      fields[key] = value;
      let lines = '';
      add = (more) => {
        lines += more;
        fields[key] = lines;
      };
    } else if (line.startsWith('\t')) add(`${line.slice(1)}\n`);
  }
  return {
    name: fields.name,
    stdin: fields.stdin,
    fields,
    files,
    args: listOf(fields.arguments),
    env: {
      __progname: 'bash',
      ...Object.fromEntries(listOf(fields['env-setup']).map((pair) => pair.split(/=(.*)/s, 2))),
    },
  };
}

/** `file 644 "name"` and `dir 755 "name"`: returns what takes its text. */
function fileIn(files, value) {
  const [, kind, path] = /^(\S+) \S+ "(.*)"/.exec(value);
  const at = join('work', path) + (kind === 'dir' ? '/' : '');
  files[at] = '';
  return (more) => {
    files[at] += more;
  };
}

/** `!-e!-c!`: the first character separates. */
const listOf = (text = '') => text.split(text[0] ?? '!').slice(1, -1);
