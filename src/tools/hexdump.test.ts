/** hexdump beside util-linux's. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const isThere = isDebian && existsSync('/usr/bin/hexdump');

const bytes = Uint8Array.from({ length: 415 }, (_, at) =>
  at < 256 ? at : at < 360 ? 0 : (at * at * 7) & 255,
);

describe.runIf(isThere)('hexdump is as Debian has it', () => {
  it.each([
    '',
    '-b',
    '-c',
    '-C',
    '-d',
    '-o',
    '-x',
    '-b -C',
    '-v',
    '-Cv',
    '-n 5',
    '-n 5 -C',
    '-n 0',
    '-n 0x20 -c',
    '-n 1KB',
    '-n 1b',
    '-n x',
    '-n -1',
    '-s q',
    '-n',
    '-s 5',
    '--nope',
    '-X',
    'nofile',
    '.',
    '-e \'"%_ad %_ax %_ao\\n"\'',
    '-e \'16/1 "%02x" "\\n"\' -n 20',
    '-e \'4/2 "%5u " 2/4 " %x" "\\n"\'',
    '-e \'1/8 "%d\\n"\'',
    '-e \'"%s"\'',
    '-e \'1/5 "%s|"\'',
    '-e \'2/5 "%s|"\'',
    '-e \'"%.3s|\\n"\'',
    '-e \'5/1 "%c|" "\\n"\'',
    '-e \'3/1 "%_p" " " 2/1 "%x" "\\n"\'',
    '-e \'"%_Ad\\n" 1/1 "%_c"\'',
    '-e \'2/1 "%d,"\' -n 7',
    '-e \'4/4 "%f" "\\n"\'',
    '-e \'"abc\\n"\'',
    '-e \'1/2 "%04X "\'',
    "-e '%d'",
    '-e \'"%d%d\\n"\'',
    '-e \'2 "%d %d\\n"\'',
    '-e \'1/1 "%5.3d|"\'',
    '-e \'/4 "%e\\n"\' -n 64',
    '-e \'/8 "%g\\n"\'',
    '-e \'8/1 "%3_u "\'',
    '-e \'8/1 "%-4x|" "\\n"\'',
    '-e \'8/1 "%+d|" "\\n"\'',
    '-e \'8/1 "%#x|%_ad" "\\n"\'',
    '-e \'8/1 "%#o|" "\\n"\'',
    '-e \'4/2 "%06d|" "\\n"\'',
    '-e \'""\'',
    "-e ''",
    '-e \'"%%\\n"\'',
    '-e \'4/1 "%ld"\'',
    '-e \'16/1 "%02x " "\\n"\' -e \'"%07.7_Ax\\n"\'',
    '-e \'16/1 "%02x " "  |"\' -e \'16/1 "%_p" "|\\n"\'',
    "-e '8/1'",
    '-e \'8/x "%d"\'',
    "-e '\"%d'",
    '-e \'1/4 "%c"\'',
    '-e \'1/2 "%d%d"\'',
    '-e \'1/2 "%_q"\'',
    '-e \'1/2 "%_aq"\'',
    '-e \'1/2 "%_u"\'',
    '-e \'1/3 "%e"\'',
    '-e \'"a\\tb\\\\\\"%x\\n"\'',
  ])('hexdump %s', (options) => expectDebian(`hexdump ${options}`, bytes));

  it.each([
    'cat >f; hexdump -s 0x10 f; hexdump -s 1K -n 1 f; hexdump -s 5 <f; hexdump -C -s 3 -n 20 f',
    'cat >f; hexdump f f; hexdump f nofile f; echo $?; hexdump -s 420 f f; hexdump -s 415 f',
    'hd; printf abc | hd; printf abc | hd -c',
    'printf \'# c\\n16/1 "%%02x " "\\\\n"\\n\\n  "%%_ax "\\n\' >fmt; hexdump -f fmt; hexdump -f nof',
    'head -c 100 /dev/zero | hexdump -C; head -c 96 /dev/zero | hexdump; head -c 96 /dev/zero | hexdump -v',
  ])('%s', (script) => expectDebian(script, bytes));

  const unit = fc
    .tuple(
      fc.constantFrom('', '1/1 ', '2/1 ', '3 ', '/2 ', '4/2 ', '/4 ', '2/4 ', '/8 '),
      fc.constantFrom(
        '%02x ',
        '%d|',
        '%_p',
        '%3_c',
        '%o ',
        'x%u\\n',
        '%_u ',
        '%c',
        '%_ax: ',
        ' ',
        '\\n',
        '%5x  ',
      ),
    )
    .map(([count, text]) => `${count}"${text}"`);

  it('prints by any format as Debian does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(unit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
        fc.uint8Array({ maxLength: 80 }),
        (formats, data) =>
          expectDebian(
            `hexdump ${formats.map((each) => `-e '${each.join(' ')}'`).join(' ')}`,
            data,
          ),
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});
