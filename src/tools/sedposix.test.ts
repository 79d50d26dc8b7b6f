/** sed with --posix and POSIXLY_CORRECT, `0r`, and what it leaves of its input, beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = String.raw`printf '1 one\n2 two\n3 three\n' > f; printf 't\n\\\nn\n\t\nx]y+|w\n' > g`;
/** Runs sed with each of the scripts, over both files. */
const each = (sed: string, scripts: readonly string[]): string =>
  [files, ...scripts.map((script) => `${sed} '${script}' f g; echo "status $?"`)].join('\n');

const addresses = [
  '1~2p',
  '1,+1p',
  '+1p',
  '1,~2p',
  '/o/I p',
  '/o/,/T/Ip',
  '0,/o/d',
  '0~2d',
  '/o/M p',
  '0p',
  '0',
];
const commands = [
  'F',
  'v',
  'v 4.2\nz',
  'z',
  'Q',
  'T',
  'R f',
  'W o',
  'k',
  '1,p',
  '1,',
  'l 5',
  'l',
  'q5',
  'q',
];
const twoAddresses = [
  '1,2a\\\nx',
  '1,2i\\\nx',
  '1,2c\\\nx',
  '1,2=',
  '1,2l',
  '1,2r g',
  '1,2!=',
  '1,2w o',
  '1,2y/o/x/',
];
const texts = [
  'a foo',
  'afoo',
  'a\\foo',
  'a\\',
  'a',
  'i\\\nx\\',
  '2c\\\nx\\\ny',
  '$!N;N',
  'N',
  'n',
  '$!N;P;D',
];
const substitutions = [
  's/o/\\U&x/',
  's/o/\\u\\L\\E&/',
  's/o/\\t\\n\\x41/',
  's/o/x/I',
  's/o/x/M',
  's/o/x/2p',
  's/o/x/pw o',
  's/\\(o\\)/\\2/',
  's/z*/\\1/',
  '/\\(o\\)/s//[\\2]/',
];
const expressions = [
  's/[\\t]/X/g',
  's/[\\n]/X/g',
  's/[^\\t]/X/g',
  's/[[:alpha:]\\t]/X/g',
  's/[]\\t]/X/g',
  's/[[.\\.]\\t]/X/g',
  's/[x\\]]/X/g',
  's/[\\d116]/X/g',
  's/\\[*\\t[]y]/X/g',
  'N;s/[\\n]/X/g',
  'N;s/\\n/X/g',
  's/o\\|t/X/g',
  's/o\\+/X/g',
  's/o\\?n/X/g',
  's/\\w/X/g',
  's/\\W/X/g',
  's/\\s/X/g',
  's/\\bo/X/g',
  's/\\<t/X/g',
  's/\\`1/X/g',
  's/\\(o\\{1,2\\}\\).*/<\\1>/',
  's/\\(.\\)\\1/<\\1>/',
  's/)/x/',
];
const extended = [
  's/o|t/X/g',
  's/o+/X/g',
  's/\\w/X/g',
  's/e)/X/',
  's/(e)\\1/X/',
  's/e{2}/X/',
  's/(o))/X/',
];

const groups: Readonly<Record<string, readonly string[]>> = {
  addresses,
  commands,
  twoAddresses,
  texts,
  substitutions,
  expressions,
};
/** What only GNU has, and runs programs. */
const programs = ['e', 'L', 's/o/x/e'];
const kinds = Object.entries(groups);

describe.runIf(isDebian)('sed follows POSIX as Debian has it', () => {
  it.each(kinds)('--posix: %s', (_, scripts) => expectDebian(each('sed --posix', scripts)));
  it.each(kinds)('POSIXLY_CORRECT: %s', (_, scripts) =>
    expectDebian(each('POSIXLY_CORRECT= sed', scripts)),
  );

  it('--posix: programs', () => expectDebian(each('sed --posix', programs)));

  it('extended expressions', () =>
    expectDebian(
      each('sed -E', extended) +
        each('sed --posix -E', extended) +
        each('POSIXLY_CORRECT=1 sed -E', extended),
    ));

  it.each([
    "sed --posix -e 'a\\' -e x f",
    "sed --posix -n -e p -e 'i\\\nx\\' -e y f",
    'sed --posix -s -n p f f',
    "POSIXLY_CORRECT=1 sed -e 'a\\' -e x f",
    'POSIXLY_CORRECT=1 sed p f -n',
    'POSIXLY_CORRECT=1 sed -n p f',
    "POSIXLY_CORRECT=1 sed 'v\nN' f",
    "printf 'a\\\\\nfoo' > s; sed --posix -f s f",
  ])('%s', (script) => expectDebian(`${files}; ${script}; echo "status $?"`));
});

describe.runIf(isDebian)('sed is as Debian has it', () => {
  it.each([
    '0r g',
    '0rnone',
    '0!r g',
    '0{r g\n}',
    '0R g',
    '0w o',
    '0,/two/r g',
    '0,2r g',
    '0r g\n1d',
    '0r g\n1i\\\nx',
    'x;0r g',
    '$!d;0r g',
  ])('reads a file before the first line: %s', (script) =>
    expectDebian(
      `${files}; for o in -- -n -s; do sed $o '${script}' f f; echo "status $?"; done; sed -i '${script}' f; cat f`,
    ),
  );

  it.each([
    's/./\\c/',
    's/./x\\c/',
    's/\\c/x/',
    's/t\\c/x/',
    'y/t/\\c/',
    'y/\\c/t/',
    's/./\\c\\\\/',
    's/./\\cc/',
  ])('a control character without its letter: %s', (script) =>
    expectDebian(`${files}; sed '${script}' f; echo "status $?"`),
  );

  it.each([
    ['a byte that is no character', '\\246'],
    ['the beginning of a character', '\\316'],
    ['a character', '\\316\\246'],
    ['a byte of no encoding', '\\377'],
  ])('%s between the parts of a command', (_, byte) =>
    expectDebian(
      `${files}; printf 's${byte}o${byte}x${byte}\\n' > s; sed -f s f; echo "status $?"; printf 'y${byte}o${byte}x${byte}\\n' > s; sed -f s f; echo "status $?"`,
    ),
  );

  it.each([
    '1q',
    '1Q',
    '2q5',
    '-n 1q',
    '-u 1q',
    '-u 2Q',
    '-un "\\$!N;P;q"',
    '-n "N;P;q"',
    '--posix 1q',
    '-u 1d',
  ])('leaves the rest of a file to the next command: sed %s', (args) =>
    expectDebian(
      `seq 5 > f; (sed ${args}; echo "status $?"; cat) < f; (sed ${args} -; cat) < f; (sed ${args} f -; cat) < f; printf 'a\\nb\\nc' > g; (sed ${args}; cat) < g`,
    ),
  );

  // Line 12773 is the one that the first two parts of the file share.
  it.each(['12772q', '12773q', '12773{N;q}', '12773{$!q}', '12774q', '200000q'])(
    'and of a file of many parts: sed %s',
    (script) => expectDebian(`seq 400000 > f; (sed -n '${script}'; cksum) < f`),
  );

  it.each(['-u 1q', '-u 2Q', '-nu 3q'])('and the rest of a pipe: sed %s', (args) =>
    expectDebian(`seq 5 | (sed ${args}; cat); printf 'a\\nb\\nc' | (sed ${args}; cat)`),
  );
});
