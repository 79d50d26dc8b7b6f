/** What grep makes of odd patterns, beside Debian's. */
import fc from 'fast-check';
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

  it('patterns whose matches all contain a rare text', async () => {
    const atom = fc.constantFrom(
      'Q',
      'Qx',
      'x',
      'a',
      'é',
      '.',
      '[ab]',
      '[^a]',
      '(a|Q)',
      '(b|)',
      '\\b',
      '^',
      '$',
    );
    const pattern = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '', '+', '*', '{2}')), {
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) =>
        parts.map(([each, times]) => each + (/^[\^$\\]/.test(each) ? '' : times)).join(''),
      );
    const line = fc
      .array(fc.constantFrom('a', 'b', 'x', 'Q', 'Qx', 'é', ' '), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const options = fc.constantFrom('', '-i', '-v', '-x', '-w', '-o', '-c', '-n');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.tuple(options, pattern), { minLength: 8, maxLength: 8 }),
        async (lines, calls) => {
          const greps = calls.map(([option, each]) => `grep ${option} -E '${each}' f; echo $?`);
          const seds = calls.map(
            ([, each]) => `sed -E 's/${each}/<&>/g' f; sed -nE '/${each}/=' f`,
          );
          await expectDebian(
            [
              `printf '%s\\n' ${lines.map((each) => `'${each}'`).join(' ')} > f`,
              ...greps,
              ...seds,
            ].join('\n'),
          );
        },
      ),
      { numRuns: 4 },
    );
  }, 60_000);
});
