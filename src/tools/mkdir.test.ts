/** mkdir, rmdir and mktemp beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const then = (command: string): string =>
  `touch f 'a b'; mkdir d d/e; touch d/e/x; { ${command}; echo $?; for i in * */* */*/*; do [ -e "$i" ] && echo "$i"; done; } 2>&1`;

describe.runIf(isDebian)('directories are made and removed as Debian has it', () => {
  it.each([
    ...[
      'new',
      'd',
      'f',
      'f/x',
      'no/such',
      '-p no/such/too',
      '-p d',
      '-p f',
      '-p f/x',
      '-v new new/sub',
    ],
    ...[
      '-pv p/q d/e d/y',
      '"a b"',
      '""',
      '',
      '-m 700 k',
      '-m zz k',
      '-m u=rwx,g=rx k',
      '-p -v d//z///y/',
    ],
    ...['-p ./k/../k/m', '--mode', '-Q', '--parents --verbose one', 'new/', '-pv f d'],
  ])('mkdir %s', (args) => expectDebian(then(`mkdir ${args}`)));

  it.each([
    ...['d', 'd/e', 'nosuch', 'f', '', '"a b"', '""', 'd/', '-v d/e'],
    ...['--ignore-fail-on-non-empty d', '-p --ignore-fail-on-non-empty d/e'],
  ])('rmdir %s', (args) => expectDebian(then(`rmdir ${args}`)));

  it.each(['-p m/n/o', '-pv m/n/o', '-v m/n/o m/n', '-p m/n/o/', 'm/n', '-pv ./m/n/o'])(
    'rmdir %s of empty ones',
    (args) => expectDebian(then(`mkdir -p m/n/o; rmdir ${args}`)),
  );

  it.each([
    ...['700', '0', 'u=rwx,go=', 'a-x', '+t,g+w', 'o=u', 'u=,g+X', '=r', '755', 'go-rwx,u-w+x'],
  ])('the mode %s', (mode) =>
    expectDebian(`mkdir -m ${mode} k; echo $?; stat -c %A k | cut -c 1-9`),
  );

  it.each([
    ...[
      'fooXX',
      'foo',
      '""',
      '-p nodir',
      'XXX/a',
      'a/XXXX',
      '--suffix=/a XXXX',
      '-t a/XXXX',
      '-t /XXXX',
    ],
    ...['-p . /aXXXX', 'a b', '--suffix=b aXXXc', '-d a/XXX', '-q a/XXXX', '-dq a/XXX', '-Z'],
  ])('mktemp %s is refused', (args) => expectDebian(then(`mktemp ${args}`)));

  it.each([
    ...['fooXXXXXX', 'aXXXbXXXXc', '-u uXXXXX', '-u nodir/XXX', '--suffix=.txt fXXXX', '-d dXXXX'],
    ...['-p . -d', '--tmpdir=d xXXXXX', '-p d/ -u', '-t -p d yXXXX'],
  ])('mktemp %s', (args) =>
    expectDebian(
      `mkdir d; t=$(mktemp ${args}); echo $? "\${#t}" "\${t%%[!./]*}"; [ -f "$t" ] && stat -c %A "$t"; [ -d "$t" ] && stat -c %A "$t"; true`,
    ),
  );
});

it('gives each temporary file another name', async () => {
  const { stdout } = await ours('for i in 1 2 3; do mktemp; done | sort -u | wc -l; mktemp -d');
  expect(stdout).toMatch(/^3\n\/tmp\/tmp\.[a-zA-Z0-9]{10}\n$/);
});
