/** paste, tac, rev, nl, fold, expand and unexpand beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = `printf '1\\n2\\n3' > f; printf 'a\\nb\\n' > g; : > e; printf 'x\\0y' > z;`;

describe.runIf(isDebian)('paste is as Debian has it', () => {
  it.each([
    ...[
      'f g',
      'g f',
      '-s f g',
      '-sd, f',
      '-d: f g f',
      "-d ':\\n' f g f",
      "-d '' f g",
      "-d '\\0' f g",
      '-sd: e f',
    ],
    ...[
      '-z z z',
      '- - < f',
      '- g - < f',
      'e e',
      'nofile f',
      '. f',
      '-s nofile f',
      "-d 'a\\' f",
      '-x',
      '--serial f',
    ],
    ...["-d ',;' -s f", '--delimiters=+ f g', 'f', '-s - < g', "-d '\\\\' f g"],
  ])('paste %s', (args) => expectDebian(`${files} paste ${args}`));
});

describe.runIf(isDebian)('tac and rev are as Debian has them', () => {
  it.each([
    ...[
      'tac f',
      'tac f g',
      'tac - < f',
      'tac e',
      'tac -b f',
      'tac -s 2 f',
      "tac -bs '2\n' f",
      'tac nofile f',
      'tac .',
    ],
    ...[
      "printf 'a--b--c' | tac -s --",
      "printf 'aYYYb' | tac -s YY",
      "printf 'x\\0y\\0' | tac -s ''",
      'tac -q',
      'tac z',
    ],
    ...[
      "printf 'é中a\\n\\nbc' | rev",
      'rev f g',
      'rev nofile f',
      'rev .',
      'seq 30000 | tac | tail -n 2',
      'rev -0 z',
      "printf 'ab\\n\\303\\251c\\n\\200x\\ny\\n' > i; rev i f; rev < i; printf 'a\\303\\nb' | rev; printf 'a\\355\\240\\200' | rev",
      "printf 'ab\\0c\\nd\\n\\0e\\n\\n' | rev; printf 'ab\\0c\\n' | rev; printf 'ab\\0c' | rev; printf 'a\\0\\200\\n' | rev",
      "printf 'ab\\n\\303' | rev; printf 'a\\342\\202' | rev; printf '\\357\\273\\277a\\n' | rev",
    ],
  ])('%s', (script) => expectDebian(`${files} ${script}`));
});

const pages = String.raw`printf '\\:\\:\\:\nhead\n\\:\\:\na\n\n\n\nb\n\\:\nfoot\n\\:\\:\nc' > f;`;

describe.runIf(isDebian)('nl is as Debian has it', () => {
  it.each([
    ...[
      'f',
      '-ba f',
      '-bn f',
      '-ha -fa f',
      '-i 5 -v 10 f',
      '-nln f',
      '-nrz -w3 f',
      '-s: f',
      '-p f',
      '-ba -l2 f',
    ],
    ...[
      '-v -3 -nrz f',
      '-d xy f',
      '-w1 f',
      '-b q f',
      '-n x f',
      '-w 0 f',
      '-l 0 f',
      '-i x f',
      'nofile',
      '-',
      '- < f',
    ],
    ...[
      '--body-numbering=a f',
      '--number-separator= f',
      '-ba </dev/null',
      '-v 9223372036854775807 -ba f',
      'f f',
    ],
  ])('nl %s', (args) => expectDebian(`${pages} nl ${args}`));
});

describe.runIf(isDebian)('fold, expand and unexpand are as Debian has them', () => {
  it.each([
    ...[
      'fold -w 10',
      'fold -sw 10',
      'fold -b -w 7',
      'fold -bs -w7',
      'fold -5',
      'fold',
      'fold -w 0',
      'fold -w x',
    ],
    ...[
      'fold nofile',
      'fold -w 1',
      'fold --width=20 --spaces',
      'expand',
      'expand -i',
      'expand -t4',
      'expand -t 2,5,9',
    ],
    ...[
      'expand -t 3,/4',
      'expand -t 3,+4',
      'expand -4',
      'expand -t x',
      'expand -t 0',
      'expand -t 5,2',
      'expand -t /3,+4',
    ],
    ...[
      'unexpand',
      'unexpand -a',
      'unexpand -t4',
      'unexpand -t 2,5,9',
      'unexpand --first-only -t 3',
      'unexpand -2',
    ],
    ...['unexpand nofile', 'unexpand -a -t 3,/4', 'expand nofile .', 'expand -t 4x', 'unexpand -q'],
  ])('%s', (command) =>
    expectDebian(
      `printf '        a\\tb  c   dd\\t\\te\\b\\bf  \\n   \\t x\\r\\ty      z        .\\nno end é of a very long line that goes on' | ${command}`,
    ),
  );
});
