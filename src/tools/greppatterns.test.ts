/** What grep makes of odd patterns, beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const lines = String.raw`printf 'b\n)b\n*)b\na\naa\nab)\n$\n\xe2\x82\xac euro\n\xce\xb1\xce\x91\n7 _\n' > f`;
const all = (options: string, patterns: readonly string[]): string =>
  [lines, ...patterns.map((each) => `grep ${options} '${each}' f; echo "status $?"`)].join('\n');

describe.runIf(isDebian)('grep is as Debian has it', () => {
  it('an operator without anything to repeat takes the meaning of a parenthesis behind it', () =>
    expectDebian(
      all('-E', [
        '(*)b',
        '(+)b',
        '(?)b',
        '(*b)',
        'a|*)',
        '(a|*)',
        '({1})b',
        '(*',
        '*)b',
        '((*)b)',
        '(^*)b',
        '(**)b',
        '(^**)b',
        '(a*)b',
        '(\\*)b',
      ]),
    ));

  it('a range without an end', () =>
    expectDebian(all('', ['a[1-', 'a[1', 'a[1-]', '[-', '[a-b-', '[a-b-c]', '[--', '[]-'])));

  it('a back-reference of Perl to a group that is not there', () =>
    expectDebian(
      all('-P', [
        '(.)\\2',
        '\\1',
        '\\9',
        '(.)\\1',
        '(?:a)\\1',
        '(?<n>a)\\1',
        '(?P<n>a)\\1',
        '(?=a)\\1',
        '(?<!a)\\1',
        '[\\2]',
        '[\\141]',
        '\\0',
        '\\012',
        '\\Q\\2',
      ]),
    ));

  it('a back-reference of Perl, for whole words and lines', () =>
    expectDebian([all('-xP', ['(.)\\1', '(.)\\2']), all('-wP', ['(.)\\1', '(.)\\2'])].join('\n')));

  it('properties of characters in Perl', () =>
    expectDebian(
      all('-oP', [
        '\\p{S}',
        '^\\P{S}',
        '\\p{Lu}',
        '\\pL+',
        '\\PL',
        '\\p{^L}+',
        '[\\p{L}\\d]+',
        '[^\\p{L}]',
        '\\p{Greek}+',
        '\\p{N}',
        '\\p{Sc}',
        '\\p{Any}',
      ]),
    ));

  it.each(['-I', '--binary-files=without-match', '', '-a', '-c', '-l', '-Il', '-Iq'])(
    'lines that are no text, with %s',
    (option) =>
      expectDebian(
        `printf 'Alfred\\nPedro P\\xe9rez\\nJohn\\n' > f; for p in ^A ^P ^J ^X . ; do grep ${option} "$p" f; echo "status $?"; done`,
      ),
  );
});
