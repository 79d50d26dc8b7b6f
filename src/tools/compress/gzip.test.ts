/** gzip, gunzip and zcat beside Debian's. What gzip packs differs in its bytes, so sizes are compared only of short texts. */
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../../testing/debian.ts';

/** Two files, and what gzip makes of them, with times that are the same everywhere. */
const files = `printf 'hello hello hello\\n' > a; printf xyz > b; : > e; mkdir d; cp a d
touch -d @1000000000 a b e d/a; export TZ=UTC; gzip -k a; gzip -k b; gzip -k e`;

const damaged = `cp a.gz bad.gz; printf '\\1\\2' > two
{ head -c 24 a.gz; printf '\\1\\2'; tail -c 5 a.gz; } > bad.gz
{ head -c 28 a.gz; printf '\\1'; tail -c 2 a.gz; } > len.gz
{ cat a.gz; echo garbage; } > g.gz; { cat a.gz; head -c 20 /dev/zero; } > z.gz; head -c 20 a.gz > cut.gz; echo foo > foo.gz`;

describe.runIf(isDebian)('gzip is as Debian has it', () => {
  it.each([
    'gzip -c a | zcat; gunzip -c a.gz; zcat < a.gz; gzip < a | gzip -d',
    'rm a; gunzip a.gz; cat a; ls; stat -c "%n %Y %s" a',
    'rm a; gunzip a; cat a; ls',
    'rm *.gz; gzip a b; ls; stat -c "%n %Y" *.gz; gunzip a b.gz; ls; cat a b',
    'gzip -k a; gzip a; gunzip a.gz; gzip -d b.gz nofile; ls',
    'rm b.gz; gzip -kv b; gzip -v e b',
    'gzip -fkv a b; rm a; gunzip -v a.gz; gunzip -kfv b.gz; gzip -cv a b > /dev/null; gzip -v < a > /dev/null',
    'gzip -dv < a.gz; gzip -dcv a.gz b.gz e.gz',
    'gzip -l a.gz b.gz e.gz; gzip -lv a.gz b.gz; gzip -lq a.gz b.gz; gzip -lqv a.gz; gzip -l < a.gz; gzip -l a',
    'cat a.gz b.gz > m.gz; gzip -l m.gz; zcat m.gz; gzip -lv m.gz | cut -c1-14; gunzip m.gz; cat m',
    'mv a.gz u.gz; gzip -lN u.gz; gzip -l u.gz; gzip -lNv u.gz; rm a; gunzip -Nv u.gz; ls; stat -c %Y a',
    'gzip -n -c a | od -An -tx1 | head -n 1; gzip -c a | od -An -tx1 | head -n 1; gzip < a | od -An -tx1 | head -n 1',
    'gzip -1c a | od -An -tx1 | head -n 1; gzip -9c a | od -An -tx1 | head -n 1; gzip --best --fast -c a | zcat',
    'gzip -t a.gz b; gzip -tv a.gz b.gz; gzip -t nofile.gz',
    'gunzip b; gzip a.gz; gzip d; gzip nofile; gunzip nofile; gunzip nofile.tgz; gzip -q d; gunzip -q b',
    'rm a.gz; gzip -r d; ls d; gunzip -r d; ls d; gzip -rv d; gunzip -rv d; gunzip -r d',
    'ln -s a l; gzip l; ls; gzip -c l | zcat; gzip -f l; ls',
    'ln a h; gzip h; gzip -f h; ls',
    'gzip -S .foo -k a; ls; rm a; gunzip -S .foo a.foo; ls; gzip -S "" a',
    'cp a.gz q.tgz; gunzip -v q.tgz; ls; gzip -v q.tar; cp a.gz x-gz; gunzip -v x-gz; cp a.gz y_z; gunzip y_z; ls',
    'zcat -f a; gzip -cdf a; echo foo | zcat; echo foo | zcat -f',
    ...['--foo', '-10 a', '-0', '-S', '--st=3 a', '--k --fo --fa a'].map((each) => `gzip ${each}`),
  ])('%s', (script) => expectDebian(`${files}; ${script}`));

  it.each([
    'zcat bad.gz b.gz',
    'zcat len.gz',
    'gzip -t bad.gz b.gz; gzip -tv bad.gz',
    'gunzip bad.gz; ls bad*',
    'zcat g.gz; gzip -t g.gz; gzip -qt g.gz; gzip -l g.gz; gunzip g.gz; cat g',
    'zcat z.gz',
    'zcat cut.gz b.gz; gunzip cut.gz; ls cut*; gzip -t cut.gz; gzip -l cut.gz; gzip -tv cut.gz',
    'zcat foo.gz b.gz; gunzip -f foo.gz; zcat -f foo.gz; ls',
    'head -c 5 a.gz | zcat; zcat < /dev/null; head -c 11 a.gz | zcat; : > f.gz; gunzip f.gz',
    "printf '\\37\\213\\11\\0\\0\\0\\0\\0\\0\\3' | zcat; printf '\\37\\213\\10\\10\\0\\0\\0\\0\\0\\3a\\0\\7\\7\\7\\7\\7\\7\\7\\7' | zcat",
    "printf '\\37\\213\\10\\40\\0\\0\\0\\0\\0\\3' | zcat; printf '\\37\\213\\10\\300\\0\\0\\0\\0\\0\\3' | zcat",
  ])('with damaged files: %s', (script) =>
    expectDebian(`${files}; ${damaged}; ${script}; echo $?`),
  );
});

describe.runIf(isDebian)('each reads what the other has packed', () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `${i} ${(i * i) % 7919}\n`).join('');
  const latin1 = (content: string): Uint8Array => Uint8Array.from(content, (c) => c.charCodeAt(0));

  it.each(['-1', '-6', '-9'])('gzip %s', async (level) => {
    const packed = await ours(`gzip ${level}`, latin1(text));
    expect(packed.stdout.length).toBeLessThan(text.length / 2);
    expect(debian('gzip -d', latin1(packed.stdout)).stdout).toBe(text);
    expect((await ours('zcat', latin1(debian(`gzip ${level}`, latin1(text)).stdout))).stdout).toBe(
      text,
    );
  });
});

it('a packed file of a gigabyte of zeros is read only as far as somebody takes it', async () => {
  const { stdout } = await ours(
    'head -c 50000000 /dev/zero | gzip > z.gz; cat z.gz z.gz z.gz z.gz z.gz z.gz z.gz z.gz | zcat | head -c 3 | wc -c',
  );
  expect(stdout).toBe('3\n');
});
