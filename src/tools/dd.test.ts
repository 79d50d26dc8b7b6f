/** dd beside Debian's. */
import { describe, expect, it } from 'vitest';
import { debian, isDebian, ours } from '../testing/debian.ts';

const files = `echo hello world > f; printf 'one\\ntwo three\\n\\nfour   \\nfive' > g; yes 12345678 | head -c 3000 > big; ln -s f l; export IFS=`;

/** The time of a copy is another in each run. */
const untimed = (text: string): string => text.replace(/copied, .*/g, 'copied');

async function compare(script: string): Promise<void> {
  const [here, there] = [await ours(script), debian(script)];
  expect({ ...here, stderr: untimed(here.stderr) }).toEqual({
    ...there,
    stderr: untimed(there.stderr),
  });
}

describe.runIf(isDebian)('dd is as Debian has it', () => {
  it.each([
    'if=f of=x; cat x',
    '< f > x; cat x',
    'if=big of=x bs=1k; cksum x',
    'if=big ibs=7 obs=1000 of=x; cksum x',
    'if=big bs=1kB count=1 | cksum',
    'if=big bs=1K count=1 status=noxfer | cksum',
    'if=f bs=4 count=2 status=none',
    'if=f bs=3',
    'if=f count=5B bs=2',
    'if=f iflag=count_bytes,skip_bytes count=3 skip=2',
    'if=f bs=1 count=00x3; dd if=f bs=1 count=0x2; dd if=f bs=1 count=2x2',
    'if=f bs=1 count=1c; dd if=f count=1w bs=1; dd if=f count=1b bs=1',
    'if=f skip=2 bs=2; dd if=f iseek=2B bs=3; dd if=f skip=100; dd if=f skip=100 status=none',
    'skip=1 bs=4 < f; dd skip=9 bs=4 < f',
    'if=f of=g seek=2B conv=notrunc; cat g',
    'if=f of=g seek=2 bs=3; cat g',
    'if=f of=g oseek=1 bs=30; od -c g',
    'if=f of=x oflag=seek_bytes seek=3; od -c x',
    'if=/dev/null of=g oflag=seek_bytes seek=2; od -c g; dd if=f of=g oflag=seek_bytes seek=2; od -c g; dd if=/dev/null of=g oflag=seek_bytes bs=2 seek=3; od -c g',
    'if=f of=g oflag=append conv=notrunc; cat g',
    'if=f seek=1 | cat',
    'if=f bs=2 seek=2 > x; od -c x',
    'if=f conv=sync bs=20 | od -c',
    'if=f conv=sync,unblock cbs=3 bs=20 | od -c',
    'if=g conv=block cbs=6 | od -c',
    'if=g conv=block cbs=3 obs=5 | od -c',
    'if=g conv=block cbs=6 status=none | dd conv=unblock cbs=6',
    'if=f conv=block; dd if=f conv=block,unblock; dd if=f conv=block,unblock cbs=2',
    'if=f conv=ucase; dd if=g conv=ucase status=none | dd conv=lcase',
    'if=f conv=swab; dd if=f conv=swab bs=5; dd if=f conv=swab,ucase ibs=5 obs=3',
    'if=g conv=ebcdic | od -c; dd if=g conv=ibm | od -c; dd if=g conv=ebcdic status=none | dd conv=ascii',
    'if=g conv=ebcdic cbs=9 | od -c; dd if=g conv=ebcdic cbs=9 status=none | dd conv=ascii cbs=9',
    'if=f cbs=3 conv=unblock,lcase,ascii | od -c',
    'if=f conv=excl of=g; dd if=f conv=excl,nocreat of=g; dd if=f conv=nocreat of=none',
    'if=f of=x conv=fsync,fdatasync oflag=sync,dsync iflag=noatime,noctty; cat x',
    'if=/dev/zero of=x bs=10 count=3 conv=sparse; od -c x; dd if=/dev/zero bs=10 count=1 conv=sparse | od -c',
    'if=l; dd if=l iflag=nofollow; dd if=f iflag=directory; dd if=. ; dd if=f of=.',
    'if=nofile; dd if=f of=none/x; dd if=; dd if="a\'b"; dd if=f of=',
    ...['foo', 'foo=1', 'files=1', 'bs=0', 'bs=x', 'bs=', 'bs=1q', 'bs=2x', 'bs=xM', 'bs="1 "'],
    ...['count=-1', 'count=99999999999999999999', 'count=1B2', 'conv=foo', 'conv=', 'conv=sync,'],
    ...['iflag=foo', 'oflag=fullblock', 'iflag=text', 'status=foo', '-x', '--foo', 'cbs=0'],
    ...['conv=ucase,lcase', 'conv=ascii,ebcdic', 'iflag=direct,nocache', 'bs=+3 count=1'],
    'status=none,noxfer if=f; dd -- if=f; dd if=f count=0 of=g; wc -c < g',
    '--help | head -c 12',
  ])('dd %s', (operands) => compare(`${files}; dd ${operands}`));

  it('reads from a pipe what it is asked for, and no more', () =>
    compare(`printf abcdefgh | { dd bs=1 count=3 status=none; echo; cat; }`));

  it('puts records together where short reads come', () =>
    compare(
      `{ printf abc; sleep 0.2; printf def; } | dd bs=6 count=1; { printf abc; sleep 0.2; printf def; } | dd bs=6 count=1 iflag=fullblock`,
    ));

  it('says when nothing more can be written', () =>
    compare(
      `${files}; dd if=f of=/dev/full bs=5; dd if=f of=/dev/full obs=5; dd if=f of=/dev/full`,
    ));

  it.each([999, 1000, 1023, 1024, 9950, 10000, 10239, 99999, 1023999, 1048575, 1048576])(
    'says how many %i bytes are',
    (size) => compare(`head -c ${size} /dev/zero | dd of=/dev/null iflag=fullblock`),
  );
});

it('says its rate', async () => {
  const { stderr } = await ours('echo hello | dd of=/dev/null');
  expect(stderr).toMatch(
    /^0\+1 records in\n0\+1 records out\n6 bytes copied, [\d.e-]+ s, [\d.]+ [kM]B\/s\n$/,
  );
});
