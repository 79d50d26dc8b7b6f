/** sort beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `printf 'b 10\\na 9\\nB 2\\nA 1e3\\n\\nc -5 x\\na 9\\n_ .5\\n\\xe9 1K\\n b 3M\\nz' > f; printf '1\\n3\\n5\\n' > g; printf '2\\n3\\n' > h; printf 'v1.10\\nv1.2\\na.tar.gz\\na-1.tar.gz\\n.x\\n..\\nv1.2~rc\\n' > v; printf 'x:3:b\\ny:1:a\\nz:3:a\\n' > t; printf 'feb\\nJan\\nzzz\\n dec 3\\n' > m; printf 'g\\0h\\0' > l; printf 'a\\nb\\0ab\\0a\\0' > w;`;

describe.runIf(isDebian)('sort is as Debian has it', () => {
  it.each([
    ...[
      'f',
      '-r f',
      '-u f',
      '-f f',
      '-fu f',
      '-n f',
      '-g f',
      '-h f',
      '-V v',
      '-M m',
      '-d f',
      '-i f',
      '-b f',
    ],
    ...[
      '-k2 f',
      '-k2n f',
      '-k2,2nr -k1,1 f',
      '-k1.2 f',
      '-k2b f',
      '-s -k2,2 f',
      '-u -k2,2n f',
      '-k1,1f f',
    ],
    ...[
      '-t: -k2,2n t',
      '-t: -k3 -k2r t',
      "-t '\\0' f",
      '-t: -k2.1,2.1 t',
      '-rn -k2 f',
      '-k2,1 f',
      '-k9 f',
    ],
    ...[
      '-c f',
      '-C f',
      '-c g',
      '-cu g',
      '-cr g',
      '--check=quiet f',
      '--check=silent g',
      '--check f',
      '-c f g',
    ],
    ...[
      '-m g h',
      '-mu g h',
      '-mr g h',
      '-m g h -o g; cat g',
      '-o g f; cat g',
      'g -o g -r; cat g',
      '-z l',
    ],
    ...[
      '--files0-from=l',
      '--files0-from=l f',
      '--parallel=4 -S 1M f',
      '-S 50% f',
      '-T /tmp f',
      '- < f',
      'f g h',
    ],
    ...[
      '--sort=numeric f',
      '--sort=version v',
      '--sort=x f',
      '--key=2 --reverse f',
      '--ignore-case f',
      '-y 1 f',
    ],
    ...[
      'nofile',
      'g nofile',
      '.',
      '-o . f',
      '-o no/file f',
      '-k0 f',
      '-kx f',
      '-k1. f',
      '-k1.0 f',
      '-k1,x f',
    ],
    ...[
      '-k1z f',
      '-k f',
      '-t ab f',
      "-t '' f",
      '-t: -t, f',
      '-nM f',
      '-ng f',
      '-k1nM f',
      '-S x f',
      '-S 1x f',
    ],
    ...[
      '-Z f',
      '--foo',
      '-cC f',
      '-c -o x f',
      '--help=1',
      '-nd f',
      '-k 1,2.3 f',
      '-k1,1 -k2,2 -s f',
      '-R g | wc -l',
      '-zd w',
    ],
  ])('sort %s', (args) => expectDebian(`${files} sort ${args}`));

  it('merges what does not fit in the memory', () =>
    expectDebian(
      'seq 60000 | sort -S 64K | od -c | tail -n 20; seq 30000 -1 1 | sort -n -S 1K -u | tail -n 3; ls /tmp | grep -c "^sort"',
    ));

  it('sorts any lines by any keys', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...[...'ab 10.-K_\t', '\n', '\n', '\xff']), { maxLength: 60 }),
        fc.subarray(['-r', '-u', '-s', '-b', '-f', '-d']),
        fc.constantFrom('', '-n', '-k2', '-k1.2,2n', '-k2,2r', '-k1,1V -k2h', '-k2g'),
        async (parts, flags, keys) => {
          const script = `sort ${flags.join(' ')} ${keys}`;
          const input = Buffer.from(parts.join(''), 'latin1');
          expect(await ours(script, input)).toEqual(debian(script, input));
        },
      ),
      { numRuns: 10 },
    ));
});
