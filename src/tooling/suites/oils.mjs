/** The spec tests of Oils: files `*.test.sh`, in which a line `#### title` begins a case and lines `##` say what is expected. */
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { filesOf, here, reference } from './shells.mjs';

export const name = 'Oils';
export const isSuite = (dir) => fs.readdirSync(dir).some((file) => file.endsWith('.test.sh'));

/** Other languages of that project, whose files no other shell reads. */
const FOREIGN = /^(ysh|hay)/;
/** What a case needs that is no shell: a Python, a real kernel, or another shell. */
const NEEDS =
  /\bpython[23]?\b|\.py\b(?<!argv\.py|printenv\.py|stdout_stderr\.py|read_from_fd\.py)|\/proc\/|\bstrace\b|\bulimit\b|\b(osh|ysh|dash|mksh|zsh|ash)\b.*-c|\bpgrep\b|\bps\b/;

const quoted = `quote() { local s=\${1//\\\\/\\\\\\\\}; printf "'%s'" "\${s//\\'/\\\\\\'}"; }`;
/** The commands that the cases call, without Python. */
const commands = {
  'argv.py': `#!/bin/bash\n${quoted}\nsep=; printf '['\nfor a in "$@"; do printf '%s' "$sep"; quote "$a"; sep=', '; done\nprintf ']\\n'\n`,
  'printenv.py': `#!/bin/bash\nfor name in "$@"; do\n  if [[ -v $name ]]; then printf '%s\\n' "\${!name}"; else echo None; fi\ndone\n`,
  'stdout_stderr.py': `#!/bin/bash\necho "\${1-STDOUT}"\necho "\${2-STDERR}" >&2\nexit "\${3-0}"\n`,
  'read_from_fd.py': `#!/bin/bash\nfor fd in "$@"; do\n  printf '%s: ' "$fd"\n  head -c 1024 <&"$fd" || { echo "FATAL: $fd" >&2; exit 1; }\ndone\n`,
};

/** Yields `{ name, verdict, detail }` for each case. */
export async function* run(dir, only) {
  const files = {
    ...Object.fromEntries(
      Object.entries(commands).map(([file, text]) => [join('tools', file), text]),
    ),
    ...filesOf(join(dir, 'testdata'), 'repo/spec/testdata'),
  };
  for (const file of fs.readdirSync(dir).sort()) {
    if (!file.endsWith('.test.sh') || FOREIGN.test(file)) continue;
    const { cases, compares } = casesOf(fs.readFileSync(join(dir, file), 'latin1'));
    if (!compares) continue;
    for (const [i, { title, script }] of cases.entries()) {
      const id = `${basename(file, '.test.sh')} ${i}: ${title}`;
      if (only && !id.includes(only)) continue;
      if (NEEDS.test(script)) {
        yield { name: id, verdict: 'not applicable', detail: '' };
        continue;
      }
      const job = { args: ['-c', script], files, env: { SH: 'bash', REPO_ROOT: '/repo' }, script };
      yield { name: id, ...compare(reference(job), await here(job)), script };
    }
  }
}

function compare(expected, actual) {
  if (expected.status === 124) return { verdict: 'not applicable', detail: 'bash does not end' };
  if (expected.stdout === actual.stdout && expected.status === actual.status)
    return { verdict: 'passes', detail: '' };
  return { verdict: 'fails', detail: '', expected, actual };
}

function casesOf(text) {
  const cases = [];
  let compares = true;
  for (const line of text.split('\n')) {
    const shells = /^## compare_shells: (.*)/.exec(line)?.[1];
    if (shells) compares = /\bbash\b/.test(shells);
    if (line.startsWith('####'))
      cases.push({ title: line.slice(4).trim(), lines: [], inside: false });
    const last = cases.at(-1);
    if (!last || line.startsWith('####')) continue;
    // What is expected may have many lines, up to END.
    if (/^## ((OK|BUG|N-I)\S* \S+ )?(STDOUT|STDERR):/.test(line)) last.inside = true;
    else if (line.startsWith('## END')) last.inside = false;
    else if (!last.inside && !line.startsWith('## ')) last.lines.push(line);
  }
  return {
    compares,
    cases: cases.map(({ title, lines }) => ({ title, script: lines.join('\n') })),
  };
}
