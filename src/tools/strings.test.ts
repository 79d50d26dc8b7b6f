/** strings beside that of GNU binutils, where it is installed. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const isInstalled = isDebian && existsSync('/usr/bin/strings');

const files = `printf 'abc\\0defg\\0\\1hello world\\nx\\0\\0tab\\there\\n\\xff\\xfelatin\\0w\\0i\\0d\\0e\\0r\\0\\0\\0\\0l\\0\\0\\0o\\0\\0\\0n\\0\\0\\0g' > b; printf 'zz\\0four\\n' > c; : > e`;

describe.runIf(isInstalled)('strings is as GNU binutils has it', () => {
  it.each([
    ...['b', '-n 3 b', '-n3 -t x b c', '-t d -f b c', '-to b', '-o b', '-a b', '-3 b', '-10 b'],
    ...['-e s b', '-e S b', '-e b b', '-el -n 4 b', '-e b -n 2 b', '-e L -n 2 b', '-e B -n 3 b'],
    ...['-w -n 3 b', '-s , b', '-f -s "|" c', '< b', '-f < b', '-t d < c', 'nofile b', '. b', 'e'],
    ...['-n 1 c', '-n 0 b', '-n x b', '-n 0x3 -tx c', '-n 010 b', '-n 99999999999 b', '-U d b'],
    '--bytes=3 --radix=x --print-file-name --all c',
    '-n 2 -t x --include-all-whitespace c',
    '-t d -n 2 -e l b',
  ])('strings %s', (args) => expectDebian(`${files}; strings ${args}; echo $?`));

  it.each(['-t q b', '-e q b', '-Z', '--foo', '- < b'])('strings %s is a mistake', (args) =>
    expectDebian(`${files}; strings ${args} 2> /dev/null; echo $?`),
  );

  it('finds the same in any bytes', async () => {
    const bytes = fc.array(fc.constantFrom(0, 65, 66, 9, 10, 200, 7), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom('s', 'S', 'l', 'b', 'L', 'B'),
        fc.integer({ min: 1, max: 3 }),
        (data, encoding, least) =>
          expectDebian(`strings -t d -e ${encoding} -n ${least}`, Uint8Array.from(data)),
      ),
      { numRuns: 25 },
    );
  });
});

it.each(['-d', '-T elf', '-U hex'])('strings refuses %s', async (option) => {
  const { status, stderr } = await ours(`echo text | strings ${option}`);
  expect(stderr).toMatch(/^strings: the option --[a-z]+ is not supported here\n$/);
  expect(status).toBe(2);
});
