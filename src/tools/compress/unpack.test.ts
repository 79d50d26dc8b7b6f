/** bunzip2, bzcat, unxz and xzcat beside Debian's, with files that Debian's tools have packed. */
import { describe, expect, it } from 'vitest';
import { debian, isDebian, ours } from '../../testing/debian.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const hasPackers = isDebian && debian('bzip2 < /dev/null && xz < /dev/null').status === 0;

describe.runIf(hasPackers)('files are unpacked as Debian unpacks them', () => {
  const packed = hasPackers
    ? latin1(
        debian(
          'mkdir p; cd p; echo hello > a; seq 100000 > n; touch -d @1000000000 a n; bzip2 -k a n; xz -k a n; rm a n; echo foo > f; cp f f.xz; cp f f.bz2; tar cf - *',
        ).stdout,
      )
    : new Uint8Array(0);

  it.each([
    'bzcat a.bz2 n.bz2 | cksum; bzip2 -dc < n.bz2 | cksum; cat a.bz2 n.bz2 | bunzip2 | cksum; bunzip2 -c a.bz2',
    'xzcat a.xz n.xz | cksum; xz -dc < n.xz | cksum; cat a.xz n.xz | unxz | cksum; unxz -c a.xz',
    'bunzip2 a.bz2 n.bz2; ls; stat -c "%n %Y %s" a n; bunzip2 -k f; cat a',
    'unxz a.xz n.xz; ls; stat -c "%n %Y %s" a n; cat a',
    'echo old > a; bunzip2 a.bz2; unxz a.xz; bunzip2 -fk a.bz2; cat a; unxz -f a.xz; ls',
    'bzcat f.bz2 a.bz2; bzcat < f; bzcat nofile; bunzip2 nofile .; bunzip2 f.bz2; xzcat f.xz a.xz; xzcat < f; xzcat nofile; unxz nofile .; unxz f.xz; unxz f; ls',
    'mv a.bz2 q.tbz; bunzip2 q.tbz; mv a.xz r.txz; unxz r.txz; ls; cat q.tar r.tar',
    'bzip2 -t a.bz2; xz -t a.xz n.xz; bunzip2 -kv a.bz2; bzip2 -tv a.bz2; cp a.bz2 a.long.name.bz2; bzip2 -tv a.bz2 a.long.name.bz2',
    'head -c 40 n.xz | xzcat > /dev/null; cmp <(xzcat n.xz) <(bzcat n.bz2); xzcat n.xz | head -n 1',
  ])('%s', async (script) => {
    const whole = `tar xf -; ${script}; echo $?`;
    expect(await ours(whole, packed)).toEqual(debian(whole, packed));
  });

  it('damage ends with a sentence and the status, and leaves no file', async () => {
    const script =
      'tar xf -; head -c 30 n.bz2 > c.bz2; bunzip2 c.bz2; echo $?; ls c*; bunzip2 -c < c.bz2 | wc -c';
    const { stdout, stderr } = await ours(script, packed);
    expect(stdout).toBe('2\nc.bz2\n0\n');
    expect(stderr).toContain('bunzip2: c.bz2: file ends unexpectedly\n');
  });
});
