/** patch beside GNU's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

/** A file, and patches in three formats that change two of its lines. */
const files = `mkdir w && cd w; seq 20 > a; cp a a.orig0; sed 's/^5$/five/; s/^15$/fifteen/' a > b
diff -u a b | sed 's/^--- a.*/--- a/; s/^+++ b.*/+++ a/' > u.p
diff -c a b | sed 's/^[*][*][*] a.*/*** a/; s/^--- b.*/--- a/' > c.p; diff a b > n.p`;

describe.runIf(isDebian)('patch is as GNU has it', () => {
  it.each([
    `patch < u.p; echo $?; ls; cat a | tr '\\n' ' '`,
    `patch -i c.p; echo $?`,
    `patch a < n.p; echo $?`,
    `patch < n.p; echo $?`,
    `patch < u.p; patch < u.p; echo $?; ls; cat a.rej`,
    `patch < u.p; patch -N < u.p; echo $?; ls; cat a.rej`,
    `patch < u.p; patch -f < u.p; echo $?; ls; cat a.rej`,
    `patch < u.p; patch -t < u.p; echo $?; ls; cmp a a.orig0`,
    `patch < u.p; patch -R < u.p; echo $?; patch -R <u.p; echo $?`,
    `patch -R < u.p; echo $?`,
    `patch -b < u.p; ls; patch -R -b -z .bak < u.p; ls`,
    `patch --dry-run < u.p; ls`,
    `patch -s < u.p; echo $?;`,
    `(echo x; echo y; cat a) > a2; mv a2 a; patch < u.p; echo $?; ls`,
    `sed -i 's/^3$/three/' a; patch < u.p; echo $?; ls; head -4 a`,
    `sed -i 's/^3$/three/' a; patch -F0 < u.p; echo $?; ls; cat a.rej`,
    `sed -i 's/^15$/x/' a; patch < u.p; echo $?; ls; cat a.rej`,
    `sed -i 's/^15$/x/' a; patch -i c.p; echo $?; ls; cat a.rej`,
    `sed -i 's/^15$/x/' a; patch a n.p; echo $?; ls; cat a.rej`,
    `sed -i 's/^15$/x/' a; patch -s < u.p; echo $?`,
    `sed -i 's/^15$/x/' a; patch -r - < u.p; echo $?; ls`,
    `sed -i 's/^15$/x/' a; patch -r rr < u.p; echo $?; ls`,
    `sed -i 's/^15$/x/' a; patch --dry-run < u.p; echo $?; ls`,
    `rm a; patch < u.p; echo $?; ls`,
    `rm a; patch -f < u.p; echo $?; ls`,
    `rm a; patch -p0 < u.p; echo $?; ls`,
    `patch -o out < u.p; echo $?; ls; cmp a a.orig0; cmp b out`,
    `patch -o - < u.p; echo $?`,
    `patch -i nope; echo $?`,
    `: | patch; echo $?`,
    `echo garbage | patch; echo $?`,
    `(echo garbage; cat u.p; echo more) | patch; echo $?`,
    `patch a u.p x; echo $?`,
    `patch -Z9; echo $?`,
    `patch --foo; echo $?`,
    `patch -p; echo $?`,
    `patch -px < u.p; echo $?`,
    `patch -F x < u.p; echo $?`,
    `patch -d nodir < u.p; echo $?`,
    `mkdir q; cp a q; patch -d q < u.p; echo $?`,
    `sed -i 's/^/  /' a; patch -l < u.p; echo $?; head -6 a`,
    `printf -- '--- /dev/null\\n+++ new/x/f\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch -p0 < k; echo $?; cat new/x/f; patch -p0 < k; echo $?; patch -p0 -N < k; echo $?;  patch -p0 -R < k; echo $?; ls`,
    `printf -- '--- /dev/null\\n+++ b/f2\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch < k; ls; rm f2; patch -p1 < k; patch -p1 -f < k; echo $?; cat f2; patch -p1 -t < k; echo $?; ls`,
    `printf -- '--- a\\n+++ /dev/null\\n@@ -1,2 +0,0 @@\\n-1\\n-2\\n' > k; patch -p0 < k; echo $?; ls; head -2 a; printf '1\\n2\\n' > a; patch < k; echo $?; ls; patch <k; echo $?`,
    `printf -- '--- ../z\\n+++ ../z\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch -p0 < k; echo $?; ls ..; patch -p0 -f < k; echo $?`,
    `printf -- '--- /zzz/y\\n+++ /zzz/y\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch -p0 < k; echo $?;  patch < k; ls`,
    `printf -- '--- x/../../zz\\n+++ x/../../zz\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch -p0 < k; echo $?; ls -d ../zz`,
    `mkdir ../out; ln -s ../out lnk; printf -- '--- /dev/null\\n+++ lnk/zz\\n@@ -0,0 +1,2 @@\\n+a\\n+b\\n' > k; patch -p0 < k; echo $?; ls ../out; rm -r ../out`,
    `echo 1 > ../t1; ln -s ../t1 lnk; printf -- '--- lnk\\n+++ lnk\\n@@ -1 +1 @@\\n-1\\n+2\\n' > k; patch -p0 < k; echo $?; cat ../t1; patch --follow-symlinks < k; echo $?; cat ../t1; rm ../t1; cat lnk`,
    `echo 1 > ../t1; printf -- '--- lnk\\n+++ lnk\\n@@ -1 +1 @@\\n-1\\n+2\\n' > k; patch ../t1 < k; echo $?; cat ../t1; rm ../t1`,
    `mkdir sub; echo 1 > sub/f; ln -s sub l; printf -- '--- l/f\\n+++ l/f\\n@@ -1 +1 @@\\n-1\\n+2\\n' > k; patch -p0 < k; echo $?; cat sub/f`,
    `printf 'diff --git a/lk b/lk\\nnew file mode 120000\\n--- /dev/null\\n+++ b/lk\\n@@ -0,0 +1 @@\\n+../../etc\\n\\\\ No newline at end of file\\n' > k; patch -p1 < k; echo $?; ls -l lk | cut -c1-1; readlink lk`,
    `printf 'diff --git a/a b/c\\nsimilarity index 100%%\\nrename from a\\nrename to c\\n' > k; patch -p1 < k; echo $?; ls`,
    `printf 'diff --git a/a b/c\\nsimilarity index 100%%\\ncopy from a\\ncopy to c\\n' > k; patch -p1 < k; echo $?; ls`,
    `printf 'diff --git a/a b/c\\nsimilarity index 90%%\\nrename from a\\nrename to c\\n--- a/a\\n+++ b/c\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n' > k; patch -p1 < k; echo $?; ls; head -1 c`,
    `printf 'diff --git a/n b/n\\nnew file mode 100755\\nindex 000..111\\n--- /dev/null\\n+++ b/n\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p1 < k; echo $?; ls -l n|cut -c1-10`,
    `printf 'diff --git a/n b/n\\nnew file mode 100644\\nindex 0000000..e69de29\\n' > k; patch -p1 < k; echo $?; ls -l n|cut -c1-10`,
    `printf 'diff --git a/a b/a\\nold mode 100644\\nnew mode 100755\\n' > k; patch -p1 < k; echo $?; ls -l a|cut -c1-10`,
    `printf 'diff --git a/a b/a\\ndeleted file mode 100644\\nindex 12..00\\n--- a/a\\n+++ /dev/null\\n@@ -1,2 +0,0 @@\\n-1\\n-2\\n' > k; patch -p1 < k; echo $?; ls; printf '1\\n2\\n' > a; patch -p1 < k; echo $?; ls`,
    `printf 'diff --git a/a b/a\\nindex 00..11 100644\\nGIT binary patch\\nliteral 3\\nabc\\n\\n' > k; patch -p1 < k; echo $?`,
    `printf 'Index: a\\n===================\\n--- a.old\\t(revision 1)\\n+++ zzz\\t(working copy)\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n' > k; patch -p0 < k; echo $?`,
    `printf 'Index: a\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n' > k; patch -p0 < k; echo $?`,
    `printf -- '--- a\\n+++ a\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n' > k; patch -p0 < k; echo $?; printf -- '--- a\\n+++ a\\n@@ -1,2 +1,2 @@\\n-1\\nxone\\n' > k; patch -p0 < k; echo $?; printf -- '--- a\\n+++ a\\n@@ foo @@\\n-1\\nxone\\n' > k; patch -p0 < k; echo $?`,
    `printf -- '--- a\\n+++ a\\n@@ -19,2 +19,2 @@\\n 19\\n-20\\n+20\\n\\\\ No newline at end of file\\n' > k; patch -p0 < k; echo $?; tail -c 4 a | od -c; patch -p0 -R < k; tail -c 4 a | od -c`,
    `printf '20' > a; printf -- '--- a\\n+++ a\\n@@ -1 +1 @@\\n-20\\n\\\\ No newline at end of file\\n+20\\n' > k; patch -p0 < k; echo $?; tail -c 4 a | od -c; patch -R -p0 < k; od -c a; patch < k; patch -t < k; patch -R -N < k; cat a.rej`,
    `sed 's/^/    /' u.p > k; patch < k; echo $?`,
    `printf '1\\n' > e; printf -- '--- e\\n+++ e\\n@@ -1 +0,0 @@\\n-1\\n' > k; patch < k; echo $?; ls e; wc -c e; printf '1\\n' > e; patch -E < k; echo $?; ls e`,
    `printf '1\\n' > e; printf -- '--- e\\t2020-01-01 00:00:00 +0000\\n+++ e\\t1970-01-01 00:00:00 +0000\\n@@ -1 +0,0 @@\\n-1\\n' > k; patch < k; echo $?; ls e`,
    `cat u.p > k; printf -- '--- b\\n+++ b\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n' >> k;  printf -- '--- nofile\\n+++ nofile\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n' >> k; patch < k; echo $?;`,
    `printf -- '--- a\\n+++ a\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n--- a\\n+++ a\\n@@ -3,2 +3,2 @@\\n 3\\n-4\\n+four\\n' > k; patch -b < k; echo $?; head -5 a; head -5 a.orig; ls`,
    `mkdir -p s/t; cp a s/t; printf -- '--- old/s/t/a\\n+++ new/s/t/a\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n' > k; patch -p1 < k; patch -R < k; echo $?; patch -p9 < k; echo $?; patch -p3 < k; head -3 a`,
    `mkdir q; ln -s q/x a1; printf -- '--- q\\n+++ q\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n' > k; patch < k; echo $?`,
    `printf -- '--- a.orig\\n+++ a\\n@@ -1,2 +1,2 @@\\n 1\\n-2\\n+two\\n' > k; cp a a.orig; patch < k; echo $?`,
    `printf -- '*** a\\n--- a\\n***************\\n*** 1,2 ****\\n--- 1,3 ----\\n  1\\n+ 1.5\\n  2\\n' > k; patch < k; echo $?; head -4 a; patch -R < k; echo $?; head -3 a`,
    `printf '0a1,2\\n> x\\n> y\\n3,4d4\\n< 3\\n< 4\\n6c5\\n< 6\\n---\\n> six\\n' > k; patch a k; echo $?; head -8 a;  patch -R a k; echo $?; cmp a a.orig0`,
    `printf '1\\n2' > a; printf -- '--- x/a\\t2020-01-01\\n+++ x/a\\t2021-01-01\\n@@ -1,2 +1,3 @@ func()\\n 1\\n-3\\n\\\\ No newline at end of file\\n+4\\n+5\\n' > k; patch < k; cat a.rej; patch -s < k; echo $?; patch --reject-format=context <k; cat a.rej; patch -p1 -R < k; cat a.rej; rm a; patch -s < k; echo $?`,
    `printf 'x y\\n' > 'a b'; printf -- '--- a b\\t\\n+++ a b\\t\\n@@ -1 +1 @@\\n-x y\\n+z\\n' > k; patch <k; printf -- '--- a b\\n+++ a b\\n@@ -1 +1 @@\\n-z\\n+w\\n' > k; patch <k; printf -- '--- "a b"\\n+++ "a b"\\n@@ -1 +1 @@\\n-z\\n+w\\n' > k; patch <k`,
    `printf -- '--- a\\n+++ a\\n@@ -1,3 +1,3 @@\\n 1\\n-2\\n+2 3\\n 3\\n' > k; sed -i 's/^3/ 3/;s/^2/2  /' a; patch -l < k; sed -n 1,3p a`,
    `chmod -w a; patch < u.p; echo $?; ls -l a | cut -c1-10`,
    `chmod 755 a; patch < u.p; ls -l a | cut -c1-10`,
    `printf -- '--- a\\n+++ a\\n@@ -1,3 +1,4 @@\\n+0\\n 1\\n 2\\n 3\\n' > k; patch < k; patch < k; head -3 a`,
    `printf -- '--- a\\n+++ a\\n@@ -18,3 +18,4 @@\\n 18\\n 19\\n 20\\n+21\\n' > k; patch < k; echo 22 >> a;  patch < k; tail -3 a; cat a.rej`,
    `printf -- '--- a\\n+++ a\\n@@ -5,0 +6,2 @@\\n+x\\n+y\\n@@ -7,2 +9,0 @@\\n-7\\n-8\\n' > k; patch < k; cat a | tr '\\n' ' '; patch -R < k; cmp a a.orig0`,
    `sed -i '/^@@ -12/,$d' u.p; head -c -1 u.p > k; patch < k; echo $?;`,
    `patch -N -r - < u.p;  patch -N -r - < u.p; patch -R --dry-run -f < u.p; echo $?;  patch --dry-run -f < u.p; echo $?`,
    `patch -B bak/ -b < u.p; ls -R bak; patch -R -B x- -z y -b < u.p; ls`,
    `printf 'old\\n' > n1; printf -- '--- n1\\n+++ n2\\n@@ -1 +1 @@\\n-old\\n+new\\n' > k; patch < k; ls n*; cp n1 n2; echo old > n1; patch < k; cat n2`,
    `patch -d . -i u.p; mkdir w; mv a w; patch -d w -i ../u.p -R; echo $?`,
    `patch -u < u.p; patch -c -R < u.p; echo $?`,
    `printf '1c1\\n> 1\\n' > k; patch a k; printf '1c1\\n< 1\\n> 2\\n' > k; patch a k; printf '1c1\\n< 1\\n' > k; patch a k;`,
    `printf 'diff --git a/x/a b/x/a\\nindex 1234..5678 100644\\n--- a/x/a\\n+++ b/x/a\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n' > k; patch < k; patch -p1 < k; mkdir x; cp b x/a; patch -p1 < k;cat k k > kk; rm a; patch < k`,
    `printf 'diff --git a/n b/m\\nrename from n\\nrename to m\\n' > k; patch -p1 <k; echo $?; printf 'diff --git a/a b/n\\nrename from a\\nrename to n\\n' > k; patch -p1 -b <k; echo $?; ls; patch -p1 -R < k; ls`,
    `printf 'diff --git a/a b/a\\ndeleted file mode 100644\\nindex 12..00\\n--- a/a\\n+++ /dev/null\\n@@ -1,2 +0,0 @@\\n-1\\n-2\\n' > k; printf '1\\n2\\n' > a; patch -p1 -b < k; ls; patch -p1 -R < k; cat a`,
    `printf 'diff --git a/a b/a\\nold mode 100644\\nnew mode 100755\\nindex 12..34\\n--- a/a\\n+++ b/a\\n@@ -1,2 +1,1 @@\\n-1\\n 2\\ndiff --git a/q b/q\\nnew file mode 100644\\nindex 0000..e69de\\ndiff --git a/r b/r\\nnew file mode 100644\\nindex 0000..e69de\\n--- /dev/null\\n+++ b/r\\n@@ -0,0 +1 @@\\n+r\\n' > k; patch -p1 < k; ls -l a q r | cut -c1-10`,
    `printf -- '--- a\\n+++ a\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n--- a\\n+++ a\\n@@ -9,2 +9,2 @@\\n 8\\n-9\\n+nine\\n 10\\n' > k; patch -p0 < k; echo $?`,
    `patch -s -f < u.p; patch -s -t -R < u.p; echo $?; patch -s < u.p; patch -s < u.p`,
    `printf 'From: me\\nSubject: x\\n\\n---\\n a | 2 +-\\n 1 file changed\\n\\ndiff --git a/a b/a\\nindex 1..2 100644\\n--- a/a\\n+++ b/a\\n@@ -1,2 +1,2 @@ x\\n-1\\n+one\\n 2\\n-- \\n2.39.2\\n\\n' > k; patch -p1 < k; patch -p1 --dry-run -R < k;`,
    `patch a < /dev/null; echo $?; patch -p1 -i u.p; echo $?`,
    `printf '%s\\n' $'--- a\\n+++ a\\n@@ -1,3 +1,3 @@\\n 1\\n-2\\n+two\\n\\n--- b\\n+++ b\\n' > k; patch < k; echo $?`,
    `printf -- '--- a\\n+++ a\\n@@ -1,3 +1,3 @@\\n 1\\n-2\\n+two\\n 3\\n@@ -4,3 +4,3 @@\\n 4\\n-x\\n+y\\n 6\\n@@ -18,3 +18,3 @@\\n 18\\n-19\\n+z\\n 20\\n' > k; patch < k; cat a.rej; patch -o out -R < k; cat out.rej`,
    `printf -- '--- a\\n+++ a\\n@@ -1,3 +1,5 @@\\n 1\\n+q\\n+r\\n 2\\n 3\\n@@ -10,3 +12,3 @@\\n 10\\n-x\\n+y\\n 12\\n' > k; patch < k; cat a.rej`,
    `printf -- '*** /dev/null\\n--- new\\n***************\\n*** 0 ****\\n--- 1,2 ----\\n+ x\\n+ y\\n' > k; patch < k; cat new; patch -R < k; ls new`,
    `mkdir -p x/y; printf 'z\\n' > x/y/f; printf -- '--- a/x/y/f\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-z\\n' > k; patch -p1 < k; ls; patch -p1 -R < k; cat x/y/f`,
    `ln -s a lnk; printf 'diff --git a/lnk b/lnk\\nindex 1..2 120000\\n--- a/lnk\\n+++ b/lnk\\n@@ -1 +1 @@\\n-a\\n\\\\ No newline at end of file\\n+b\\n\\\\ No newline at end of file\\n' > k; patch -p1 < k; readlink lnk; printf 'diff --git a/lnk b/lnk\\ndeleted file mode 120000\\nindex 12..00\\n--- a/lnk\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-b\\n\\\\ No newline at end of file\\n' > k; patch -p1 < k; readlink lnk; echo $?`,
    `printf 'diff --git a/l b/l\\nnew file mode 120000\\n--- /dev/null\\n+++ b/l\\n@@ -0,0 +1 @@\\n+..\\n\\\\ No newline at end of file\\ndiff --git a/l/evil b/l/evil\\nnew file mode 100644\\n--- /dev/null\\n+++ b/l/evil\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p1 < k; echo $?; ls ..`,
    `printf 'diff --git a/a b/../evil\\nrename from a\\nrename to ../evil\\n' > k; patch -p1 < k; echo $?; ls; printf 'diff --git a/a b/../evil\\ncopy from a\\ncopy to /zzz/evil\\n' > k; patch -p1 < k; echo $?`,
    `printf 'Index: ../evil\\n--- ../evil\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-x\\n' > k; patch -p0 < k; echo $?`,
    `printf -- '--- /dev/null\\n+++ ../evil\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p0 < k; echo $?`,
    `printf -- '--- /dev/null\\n+++ /zzz/evil\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p0 < k; echo $?`,
    `echo x > ../ex; printf -- '--- ../ex\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-x\\n' > k; patch -p0 < k; echo $?; patch -p0 -f < k; echo $?;  patch -p0 -R < k; rm ../ex`,
    `printf -- '--- ../ex\\n+++ /dev/null\\n@@ -1 +0,0 @@\\n-x\\n' > k; patch -p0 -R < k; echo $?; ls ../ex`,
    `printf -- '--- x\\n+++ ../../../ex\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p0 < k; echo $?; ls x`,
    `printf -- 'diff --git a/../ex b/../ex\\nnew file mode 100644\\n--- /dev/null\\n+++ b/../ex\\n@@ -0,0 +1 @@\\n+x\\n' > k; patch -p1 < k; echo $?;  ls ../ex`,
    `printf -- '--- a\\n+++ ../a\\n@@ -1,2 +1,2 @@\\n-1\\n+one\\n 2\\n' > k; patch -p0 < k; echo $?`,
    `echo x > ../ex; printf -- '--- ../ex\\n+++ ../ex\\n@@ -1 +1 @@\\n-x\\n+y\\n' > k; patch -p0 -f < k; echo $?; rm ../ex`,
  ])('%s', (script) => expectDebian(`${files}\n${script}`));
});

describe('patch', () => {
  it.each(['-D X', '--merge', '-e', '--posix', '-V numbered', '--verbose', '-g 1', '-Z'])(
    'refuses %s',
    async (option) => {
      const { status, stderr } = await ours(`${files}; patch ${option} < u.p; cmp a a.orig0`);
      expect(stderr).toMatch(/^patch: the option --?[-a-z]+ is not supported here\n$/);
      expect(status).toBe(0);
    },
  );

  it('refuses a script for ed', async () => {
    const { stderr, stdout } = await ours(
      `${files}; printf '5c\\nfive\\n.\\n' | patch a; echo $?; cmp a a.orig0`,
    );
    expect(stderr).toBe('patch: **** scripts for ed are not supported here\n');
    expect(stdout).toBe('2\n');
  });
});
