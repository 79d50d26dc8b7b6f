/** expr beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

describe.runIf(isDebian)('expr is as Debian has it', () => {
  const all = String.raw`
    -- 1 + 1 ; 1 + ; 1 + 2 \* 3 ; \( 1 + 2 \) \* 3 ; \( 1 + 2 ; \( 1 2 ; \) ; 1 \) ; 1 2 ; a + 1 ; 1 / 0 ; 1 % 0
    -5 / 2 ; -5 % 3 ; 7 % -2 ; 10 - 3 - 2 ; 99999999999999999999 \* 99999999999999999999 ; -0 ; 00 ; "" ; 1.5 + 1
    0 \| "" ; "" \| "" ; a \| b ; 0 \| b ; 1 \& 0 ; 1 \& 2 ; "" \& 1 ; 1 \| \( 1 / 0 \) ; 0 \& 1 / 0 ; \( \)
    a \< b ; b \< a ; a \<= a ; a = a ; a == b ; a != b ; 10 \< 9 ; 10 \> 9 ; 1 = 01 ; 10 \>= 9a ; ab \> a ; é \> z
    abc : 'a\(.\)' ; abc : b ; abc : '^a' ; abc : 'a\(' ; abc : '\(x\)*' ; abc : '\(b\)*' ; '*a' : '*a' ; a : '*'
    abc : '.*' ; äöü : '.*' ; abc : 'a\{1' ; a : a : a ; abc : '' ; 'a b' : 'a \(.*\)' ; /usr/x.c : '.*/\(.*\)\.c'
    match abc 'a.' ; match abc ; length ; length abc ; length äö ; length 1 + 2 ; length + length ; match a a : 1
    substr abc 2 9 ; substr abc 0 1 ; substr abc 2 x ; substr äöü 2 1 ; substr abc -1 2 ; index abc cb ; index abc x
    index äöü ü ; + match ; + + + + + ; + ; - 1 ; 1 + 1 = 2 ; 1 = 1 + 1 ; abc = abc \& def ; 3 \< 2 \| 5`;
  it.each(all.split(/ ; |\n/).map((each) => each.trim()))('expr %s', (words) =>
    expectDebian(`expr ${words}; echo $?`),
  );

  it('keeps bytes that are not UTF-8', () =>
    expectDebian(
      String.raw`expr $'a\xff\xfeb' : 'a\(.*\)b'; expr "$(printf 'a\nb')" : '.*'; echo $?`,
    ));
});

it('ends an expression that is nested too deep', async () => {
  const { stderr, status } = await ours(
    'set --; for i in {1..1000}; do set -- \'(\' "$@"; done; expr "$@" 1',
  );
  expect([stderr, status]).toEqual(['expr: the expression is nested too deep\n', 2]);
});
