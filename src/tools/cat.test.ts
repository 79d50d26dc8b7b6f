/** cat and tee beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = `cat > b; printf 'a\\n\\n\\n\\nb\\r\\n\\tc\\r' > f; printf 'd\\n' > g;`;
const bytes = Uint8Array.from({ length: 600 }, (_, at) => at & 255);

describe.runIf(isDebian)('cat is as Debian has it', () => {
  it.each([
    ...['', '-n', '-b', '-s', '-E', '-T', '-v', '-A', '-e', '-t', '-u', '-sn', '-bE', '-nE -s'],
    ...['--number', '--show-all', '--squeeze-blank --number-nonblank', '--number-non', '--show'],
    ...['- g', 'nofile g', '. g', '-x', '--help=1', "'no file'", '-- -n', "$'a\\nb'"],
  ])('cat %s', (args) => expectDebian(`${files} cat ${args} f g b < f`, bytes));
});

describe.runIf(isDebian)('cat does not read what it writes', () => {
  it.each([
    'cat out >> out',
    'cat < out >> out',
    'cat -n nofile out g >> out',
    'cat g out >> out',
    'cat out > out',
    'cat out 1<> out',
    '{ read; cat; } < out >> out',
    'cat /dev/null > /dev/null',
  ])('%s', (script) =>
    expectDebian(`echo a > out; echo b > g; { ${script}; } 2> err; echo $?; cat out err`),
  );
});

describe.runIf(isDebian)('an empty name names nothing', () => {
  it.each(['cat ""', 'head -n 1 ""', 'cat < ""', ': > ""', 'tee "" < /dev/null', 'touch ""'])(
    '%s',
    (script) => expectDebian(script),
  );
});

describe.runIf(isDebian)('tee is as Debian has it', () => {
  it.each([
    'tee a b; cat a b',
    'echo x > a; tee -a a; cat a',
    'tee . a; cat a',
    'tee no/file; echo $?',
    'tee -i a | head -c 3',
    'tee --output-error=exit . a; ls',
    'tee --output-error=wrong a',
    'tee --output-error=ex a',
    'tee -p a > /dev/null; cat a',
    'tee --append a; tee --ap a < b; cat a',
    'tee -z a',
  ])('%s', (script) => expectDebian(script, bytes));
});
