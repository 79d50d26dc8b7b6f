/** uniq and comm beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = `printf 'a x\\na x\\nA x\\nb y\\n\\n\\nc y\\nc z' > f; printf 'a\\0a\\0b' > z;`;

describe.runIf(isDebian)('uniq is as Debian has it', () => {
  it.each([
    ...[
      'f',
      '-c f',
      '-d f',
      '-u f',
      '-D f',
      '-i f',
      '-ic f',
      '-f1 f',
      '-f 1 -c f',
      '-s2 f',
      '-w1 f',
      '-1 f',
    ],
    ...[
      '-cd f',
      '-cu f',
      '-du f',
      '-iD f',
      '--all-repeated=prepend f',
      '--all-repeated=separate f',
    ],
    ...[
      '--group f',
      '--group=both f',
      '--group=append f',
      '--group=prepend f',
      '--group=x f',
      '-z z',
      '-zc z',
    ],
    ...[
      'f out; cat out',
      '- < f',
      'nofile',
      '. ',
      'a b c',
      '-w x f',
      '-f -1 f',
      '-cD f',
      '--group -c f',
      '-q f',
    ],
    ...[
      '--count --repeated f',
      '--skip-fields=1 f',
      '--check-chars=1 --ignore-case f',
      '</dev/null',
      '-Du f',
    ],
  ])('uniq %s', (args) => expectDebian(`${files} uniq ${args}`));
});

const two = `printf 'a\\nb\\nc\\n' > x; printf 'b\\nd' > y; printf 'b\\na\\n' > u; : > e;`;

describe.runIf(isDebian)('comm is as Debian has it', () => {
  it.each([
    ...[
      'x y',
      '-1 x y',
      '-23 x y',
      '-12 x y',
      '-123 x y',
      '--total x y',
      '--output-delimiter=, x y',
      'x e',
      'e y',
    ],
    ...[
      "--output-delimiter='' x y | od -c",
      '-z x y',
      'u x',
      'x u',
      'u u',
      '--check-order u x',
      '--nocheck-order u x',
    ],
    ...[
      '- y < x',
      'x',
      '',
      'x y z',
      'nofile y',
      'x .',
      '-4 x y',
      '--output-delimiter=a --output-delimiter=b x y',
    ],
  ])('comm %s', (args) => expectDebian(`${two} comm ${args}`));
});
