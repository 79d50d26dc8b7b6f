/** seq beside Debian's. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

describe.runIf(isDebian)('seq is as Debian has it', () => {
  it.each([
    ...[
      '3',
      '2 4',
      '1 2 6',
      '5 -2 1',
      '-3',
      '1 0.5 2',
      '1.0 2',
      '0 0.1 0.35',
      '-w 8 12',
      '-w 0e1 .25 0',
      '-w 1.50e1 1 16',
      '-w 1.e-1 1 2',
      '-w 1 3',
      '-w -1 1',
      '-s, 3',
    ],
    ...[
      '-s "" 3',
      '-.0 -.25 -.75',
      '-w -0 1',
      '-f %g -0x0 1',
      '-f %03g 3',
      '-f %.2f 1 .5 2',
      '-f x 3',
      '-f %d 3',
      '-f %g%g 3',
      '-f "%%%g" 2',
      '',
      '1 2 3 4',
      'x',
    ],
    ...[
      '1 x',
      '1 0 3',
      '3 1',
      '1e2 1e2',
      '0x10 0x12',
      '1e-1 .1 .4',
      '-w 0.5 2',
      '-w 1 .25 2',
      '-f %e 2',
      '-f %5.1f 2',
    ],
    ...[
      '-t 3',
      'inf | head -n 3',
      '1 inf | head -n 3',
      '-- -1 1',
      '-1 1',
      '-w 1e3 1e3',
      '1 1.5',
      '-w 1 1e1',
      '-s "\\n" 2',
    ],
    ...[
      '9999999999999999998 9999999999999999999',
      '18446744073709551615 18446744073709551617',
      '-w -f %g 2',
      'nan',
    ],
    ...[
      '1000000 1000000',
      '0.1 0.1 0.3',
      '1 .000001 1.000001',
      '-5 -3',
      '+1 +2',
      '" 1" 2',
      '"1 " 2',
      '1.50 .25 2',
    ],
    ...[
      '-f %08.3f 1',
      '-f "a%gb%%" 1',
      '-f %',
      '1 2 0',
      '-w 10 -5 -10',
      '-w 1 -.5 -1',
      '-w .1 1 2',
      '-w 1 007',
      '-w 1. 2',
    ],
    ...[
      '-w 0x8 0x10',
      '-f %.3 1',
      '-f %5 1',
      '-s : -f %g 3',
      '1 -1',
      '--separator=: 3',
      '--equal-width 9 10',
      '--format=%.1f 1',
    ],
    ...[
      '-s',
      '.5 3',
      '5. 6',
      '-f "%-5gx" 1',
      '-f %+g 1',
      '-f "% g" 1',
      '-f %#g 1',
      '-f %0.g 1',
      '-f %zg 1',
      '-w -5 5 5',
    ],
    ...[
      '1 2 3 -4',
      '-- 1',
      '-s , -- 1 3',
      '3 -s:',
      '3 -w',
      '-h',
      '-w 98 1.5 101',
      '1 1 1',
      '10 1',
      '-w 1e1 12',
      '-.5 1 1',
    ],
    ...[
      '-f %lg 1',
      '-f %.0f .5 1 3',
      '-f %g .1 .1 .5',
      '-s -1 3',
      '-s - -1 3',
      '1 5000 | tail -n 2',
      '-f %Lg 2',
      '-inf',
      '1 -inf',
    ],
  ])('seq %s', (args) => expectDebian(`seq ${args}`));

  it('counts by any numbers', () => {
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.nat(30),
        fc.constantFrom('', '.5', '.25', '.0', '.07', 'e1'),
      )
      .map((parts) => parts.join(''))
      .filter((text) => !Object.is(Number(text), -0));
    const options = fc.constantFrom('', '-w', '-s,', '-f %g', '-f %08.3f');
    return fc.assert(
      fc.asyncProperty(options, number, number, number, (option, first, step, last) =>
        expectDebian(`seq ${option} -- ${first} ${step} ${last} 2>&1 | head -n 300`),
      ),
      { numRuns: 80 },
    );
  });
});
