/** bzip2 and xz beside Debian's, when they pack: the same bytes, and the same words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bunzip2 } from '../../codec/bzip2.ts';
import { Packer } from '../../codec/packer.ts';
import { unxz } from '../../codec/unxz.ts';
import { concat } from '../../kernel/bytes.ts';
import { debian, expectDebian, isDebian, ours } from '../../testing/debian.ts';

const hasPackers = isDebian && debian('bzip2 < /dev/null && xz < /dev/null').status === 0;

const made = `seq 3000 > f; echo hi > g; : > e; mkdir d; ln -s f l; touch -d @1000000000 f g; chmod 600 g`;
const show = 'echo $?; ls -R; find . -type f -exec cksum {} + | sort';

describe.runIf(hasPackers)('files are packed as Debian packs them', () => {
  it.each([
    'bzip2 -k f; bzip2 -k f; bzip2 f.bz2; bzip2 -f f',
    'bzip2 -v f g none d e',
    'bzip2 l; bzip2 -c l | cksum; bzip2 -f l',
    'bzip2 -vc < f | cksum; bzip2 < e | cksum; bzip2 -cv - < g | cksum; bzip2 -c f g | bunzip2 | cksum',
    'bzip2 -1kc f | cksum; bzip2 --fast -kc f | cksum; bzip2 --best -c f | cksum; bzip2 -sc f | cksum',
    'cp g g.tbz; bzip2 g.tbz; bunzip2 -z g; stat -c "%n %a %Y" g.bz2; bzip2 -d g.bz2; cat g; bzcat -z f | cksum',
    'xz -k f; xz -k f; xz f.xz; xz -f f',
    'xz -0 e; xz -0 g; stat -c "%n %a %Y" g.xz; unxz g.xz; cat g',
    'xz none; echo $?; xz d; echo $?; xz none d; echo $?; xz l; echo $?; xz -1kc l | cksum; xz -1f l',
    'xz -c < f | cksum; xz -1 < e | cksum; xz -1 - < g | cksum; xz -1c f g | unxz | cksum',
    'xz -0c f | cksum; xz --fast -c f | cksum; xz -e3c f | cksum',
    'xz --extreme -c f | cksum',
    'xz -9c f | cksum',
    'xz -0C crc32 -c f | cksum; xz -0 --check=sha256 -c f | cksum; xz -0C none -c f | cksum; xz -C foo f; xz -0F xz -c f | cksum',
    'xz -F foo f; xz -T x f; xz -2T1 -c f | cksum; xz --threads=99999999 f; cp g g.txz; xz g.txz',
    'cp g a; ln a b; xz a; xz -1k a',
  ])('%s', (script) => expectDebian(`${made}; ${script}; ${show}`));

  it('a tar is packed and unpacked on the way', () =>
    expectDebian(
      'seq 999 > f; touch -d @1000000000 f; tar -cjf x f; bzcat x | tar -xO | cksum; tar -tf x; tar -cJf x f; xzcat x | tar -xO | cksum; tar -tf x; tar -caf y.tar.bz2 f; tar -caf z.txz f; bzcat y.tar.bz2 | tar t; xzcat z.txz | tar t',
    ));

  it('a stream of several blocks is the same, however it comes in parts', () =>
    expectDebian(
      'yes "some text that is long enough" | head -c 1500000 > f; seq 40000 >> f; bzip2 -1 < f | cksum; { head -c 100001; sleep 0.1; cat; } < f | xz -0 | cksum',
    ));
});

describe('what is packed is unpacked to the same bytes', () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 30_000 }))
      .map(([part, count]) => concat(Array.from({ length: count }, () => part))),
  );

  it.each([
    ['bzip2', () => Packer.bzip2(1), bunzip2],
    ['xz', () => Packer.xz({ level: 0, isExtreme: false, check: 'crc64' }), unxz],
  ] as const)('by %s', async (_, create, unpack) => {
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        const packer = await create();
        const packed = [...packer.push(bytes), ...packer.end()];
        const parts: Uint8Array[] = [];
        for await (const part of unpack(inParts(packed))) parts.push(part.slice());
        expect(Buffer.from(concat(parts)).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

async function* inParts(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

it.each(['xz -v', 'xz -F lzma', 'xz --lzma2=preset=1', 'xz -M 1MiB', 'xz -l'])(
  'says that %s is not supported',
  async (command) => {
    const { stderr, stdout, status } = await ours(`echo a > a; ${command} a; s=$?; cat a; exit $s`);
    expect(stdout).toBe('a\n');
    expect(stderr).toMatch(/^xz: .* is not supported here.*\n$/);
    expect(status).not.toBe(0);
  },
);
