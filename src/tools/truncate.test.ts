/** truncate beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

describe.runIf(isDebian)('truncate sets lengths as Debian has it', () => {
  it.each([
    `printf abc > f; truncate -s 5 f; od -c f; truncate -s +2 f; stat -c %s f; truncate -s -3 f; stat -c %s f; truncate -s '<2' f; stat -c %s f; truncate -s '>10' f; stat -c %s f; truncate -s /4 f; stat -c %s f; truncate -s %5 f; stat -c %s f; truncate -s -100 f; stat -c %s f; truncate -s 1K f; stat -c %s f; truncate -s 1KB f; stat -c %s f; truncate -o -s 1 f; stat -c %s f; truncate -s 0 f; stat -c %s f`,
    `truncate; echo $?; truncate -s 1; echo $?; truncate f; echo $?; truncate -r nosuch f; echo $?; truncate -s x f; echo $?; truncate -s 1x f; echo $?; truncate -s '' f; echo $?; truncate -s '%0' f; echo $?; truncate -s '%-5' f; echo $?; truncate -o f; echo $?; printf abcd > r; truncate -r r f; stat -c %s f; truncate -r r -s 2 f; echo $?; truncate -r r -s +2 f; stat -c %s f; truncate -r r -s %3 f; stat -c %s f; truncate -s 99999999999999999999 f; echo $?; truncate -s - f; echo $?; truncate -s + f; truncate -s ' <  3' f; stat -c %s f`,
    'truncate -c -s 1 nosuch; echo $?; ls; truncate -c -s 1 nosuch/x; echo $?; truncate -s 1 nosuch/x; echo $?; mkdir d; truncate -s 1 d; echo $?; truncate -s 3 a b; stat -c %s a b; truncate -s 1 d e; echo $?; ls; truncate -s 1 f/; echo $?; truncate --size=2 a; truncate --no-create -s1 q; truncate -Z a; echo $?; truncate -s 10 -s 2 a; stat -c %s a; truncate -s M a; stat -c %s a; truncate -s 1mB a; stat -c %s a; truncate -s 010 a; stat -c %s a; truncate -s +K a;echo $?',
  ])('%s', (script) => expectDebian(`{ ${script}\n} 2>&1`));
});
