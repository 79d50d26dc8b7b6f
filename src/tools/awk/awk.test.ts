/** awk beside Debian's, which is mawk, and where that is not as gawk is, with what gawk prints. */
import { expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../../testing/debian.ts';

const lines = `printf 'hello world foo\\nfoo,bar  baz\\n\\n10 20 30 40\\nlast oo line\\n' > in.txt`;

const script = (program: string): string => `${lines}; awk '${program}' in.txt`;

it
  .runIf(isDebian)
  .each([
    '{print NF; NF=2; print; $5="x"; print; print NF}',
    '{$3=""; print; $0="x y"; print $2, NF}',
    'BEGIN{FS=","} {print $2}',
    '{n=split($0,a,/[ ,]+/); for(i=1;i<=n;i++) printf "%s|", a[i]; print n}',
    '{gsub(/o*/,"-"); print}',
    '{gsub(/[aeiou]/,"<&>"); print; sub(/l+/,"\\\\&"); print}',
    'match($0,/o+|oo r/){print RSTART,RLENGTH}',
    'NR==2,NR==3',
    '/hello/,/foo/{print NR": "$0}',
    'END{print NR, $0, NF}',
    'BEGIN{while((getline l < ARGV[1])>0) n++; print n}',
    '{a[$1]++} END{for(k in a) print k, a[k] | "sort"; close("sort"); print length(a)}',
    'BEGIN{printf "%5.2f|%-8s|%08.3f|%+d|% d|%x|%X|%o|%e|%G|%c|%c\\n", 3.14159,"ab",3.14159,5,6,255,255,8,12345.678,1e-10,"hello",66}',
    'BEGIN{printf "%s %d %i\\n", "a", "12abc", -3.9; printf "%*d|%-*d|%.*f\\n", 5, 42, 5, 42, 2, 3.14159}',
    'BEGIN{printf "%.0f %.0f %.0f %.0f %.1f %.2f\\n", .5,1.5,2.5,3.5,.25,1.005; printf "%.10g %.17g %g %g %g\\n", 0.1,0.1,1e5,1e6,123456789}',
    'BEGIN{CONVFMT="%.2g"; a=3.14159; b=a ""; print b; x[a]=1; for(k in x) print k; OFMT="%.3f"; print 3.14159, 17, 1e6}',
    'BEGIN{x["a"]; if("a" in x) print "in"; delete x["a"]; print length(x); x[1,2]=3; for(k in x){split(k,p,SUBSEP); print p[1],p[2]}; if((1,2) in x) print "yes"}',
    'function g(a,k){a[k]=k*2} BEGIN{g(z,3); print z[3]; print length(z)}',
    'BEGIN{RS=""}{print NR": "$1"-"NF; for(i=1;i<=NF;i++) printf "[%s]",$i; print ""}',
    'BEGIN{RS="l"}{print NR": "$0}',
    'BEGIN{OFS="-";$0="a b c";$1=$1;print;print $0;NF=2;print}',
    'BEGIN{print "10"<"9", 10<9, "abc"<"abd"; $0="10 9"; print ($1<$2), ($1<"9")}',
    'BEGIN{print 1 " " -1; print 1 -1; x=5; print x++ + ++x, x; print !x, !0, -x}',
    'BEGIN{i=5; do{i--; if(i==3) continue; if(i==1) break; print i}while(i>0); for(;;){if(++n>3)break}; print n}',
    'BEGIN{print length("x" 1), length 5; print substr("x",1) "y"}',
    'BEGIN{exit 3} END{print "end"}',
    'BEGIN { getline; print "got " $0; getline x; print x; print NR }',
    'NR==1{next}{print}',
    'FNR==2{nextfile}{print FILENAME=="" , $0}',
    '{ $2 = ""; print; print NF }',
    'BEGIN { while (("seq 3" | getline x) > 0) s = s x; print s, close("seq 3"), close("zz") ; print system("exit 3")}',
    'BEGIN { print toupper(substr("abc", 2)) > "/dev/stdout"; printf("%s\\n", "paren"); print("a","b") }',
    'BEGIN { if (!("x" in a)) print "no"; if (x == 0 && x == "") print "both"; print length(x) }',
    '$1 ~ "^h" && !/zzz/ { c++ } END { print c+0 }',
    '{ for (i = NF; i > 0; i--) printf "%s%s", $i, (i > 1 ? OFS : ORS) }',
    'BEGIN { $3 = "c"; print; print NF; $0 = "  lead  trail  "; print NF, $1; $1 = $1; print "[" $0 "]" }',
    'function h(x){x[1]=5; return x[1]} BEGIN{print h(arr), arr[1]}',
    'function r(n,  loc){loc[n]=n; if(n>0) r(n-1); return length(loc)} BEGIN{print r(3)}',
    'BEGIN { print -"3", +"4x", "3"+"4", 1/4; print 1,2 > "/dev/stdout" }',
    'BEGIN { print length("\\x41\\102\\t|"), "\\x41\\102" }',
    'BEGIN{ORS="|";print "a";print "b"; printf "\\n"}',
    'BEGIN{print substr("hello",0,2), substr("hello",1,0) "."; print tolower(123) 4}',
  ])('mawk prints the same for %s', (program) => expectDebian(script(program)));

it.each([
  [
    'BEGIN{print index("a",""), length(), -0, 017, 0x11; print 1==1.0, "a"<1; print 1e300*1e300}',
    '1 0 0 17 17\n1 0\ninf\n',
  ],
  [
    '{print gensub(/(.)(.)/,"\\\\2\\\\1","g"), gensub(/o/,"0",2)}',
    'ehll oowlr dofo hello w0rld foo\nof,oab rb za fo0,bar  baz\n \n012  0034 0 10 20 30 40\naltso  oilen last o0 line\n',
  ],
  ['match($0,/(h)(e)?/,m){print m[0],m[1],m[2],m[1,"start"],m[2,"length"]}', 'he h e 1 1\n'],
  ['BEGIN{"echo hi" | getline x; print x; "echo a b c" | getline; print $2, NR}', 'hi\nb 0\n'],
  [
    'function f(n){return n<=1?1:n*f(n-1)} BEGIN{print f(10), f(20), f(25)}',
    '3628800 2432902008176640000 15511210043330986055303168\n',
  ],
  [
    'BEGIN{RS="";FS=","}{for(i=1;i<=NF;i++) printf "[%s]",$i; print ""}',
    '[hello world foo][foo][bar  baz]\n[10 20 30 40][last oo line]\n',
  ],
  [
    'BEGIN{RS="o+"}{print NR": "$0" ["RT"]"}',
    '1: hell [o]\n2:  w [o]\n3: rld f [oo]\n4: \nf [oo]\n5: ,bar  baz\n\n10 20 30 40\nlast  [oo]\n6:  line\n []\n',
  ],
  ['BEGIN{FPAT="[a-z]+"}{print NF, $2}', '3 world\n3 bar\n0 \n0 \n3 oo\n'],
  [
    'BEGIN{FIELDWIDTHS="2 3 1:2 *"}{print NF": "$1"|"$2"|"$3"|"$4}',
    '4: he|llo|wo|rld foo\n4: fo|o,b|r | baz\n0: |||\n4: 10| 20|30| 40\n4: la|st |o |line\n',
  ],
  [
    'BEGIN{print substr("hello",2,3), substr("hello",0), substr("hello",-1,3), substr("hello",4,100), substr("hello",2)}',
    'ell hello hel lo ello\n',
  ],
  [
    'BEGIN{print toupper("abc\u00e9"), tolower("\u00c0B"), length("h\u00e9llo"), index("h\u00e9llo","l"), substr("h\u00e9llo",2,1)}',
    'ABC\u00c3\u0089 \u00c3\u00a0b 5 3 \u00c3\u00a9\n',
  ],
  [
    'BEGIN{print 10 % 3, -10 % 3, 2**10, 2^0.5, 7/2, int(-3.7), sqrt(16), exp(0), atan2(0,-1)}',
    '1 -1 1024 1.41421 3.5 -3 4 1 3.14159\n',
  ],
  [
    'BEGIN{switch("b"){case "a": print 1; case "b": print 2; case /c/: print 3; break; default: print 4}}',
    '2\n3\n',
  ],
  [
    'BEGIN{print strftime("%Y-%m-%d %H:%M:%S",0,1), mktime("1970 01 02 00 00 00"), strtonum("0x1F"), strtonum("017"), and(12,10), or(12,10), xor(12,10), lshift(1,4), rshift(16,2)}',
    '1970-01-01 00:00:00 86400 31 15 8 14 6 16 4\n',
  ],
  [
    'BEGIN{a["x"]=3;a["y"]=1;a["z"]=2; n=asort(a,b); for(i=1;i<=n;i++) printf "%s ",b[i]; n=asorti(a,c); for(i=1;i<=n;i++) printf "%s ",c[i]; PROCINFO["sorted_in"]="@val_num_desc"; for(k in a) printf "%s ",k; print ""}',
    '1 2 3 x y z x z y \n',
  ],
  [
    'BEGIN{s="a.b.c"; n=split(s,p,"."); print n,p[2]; n=split("abc",q,""); print n,q[3]; n=split("",r); print n; n=split(" a  b ",t); print n,t[1]; n=split("aXbXc",u,"X",v); print v[1],n}',
    '3 b\n3 c\n0\n2 a\nX 3\n',
  ],
  [
    'BEGIN { x = "A"; y = x++; print x, y; z = "3x" + 1; print z, +"0x1A", 1e3, .5, 5. }',
    '1 0\n4 26 1000 0.5 5\n',
  ],
  [
    'BEGIN { print 100000 * 100000, 2^31, 2^53 + 1, 1e15, 1e16, 123456789.123, 0.1 + 0.2, 1e-5, 100/3 }',
    '10000000000 2147483648 9007199254740992 1000000000000000 10000000000000000 1.23457e+08 0.3 1e-05 33.3333\n',
  ],
  [
    'BEGIN { printf "%c%c%c", 256, 233, "" ; printf "%5s|%.2s|%-5sX\\n", "\u00e9", "\u00e9\u00e0\u00fc", "\u00e9" }',
    '\u00c4\u0080\u00c3\u00a9\u0000    \u00c3\u00a9|\u00c3\u00a9\u00c3\u00a0|\u00c3\u00a9    X\n',
  ],
  [
    'BEGIN { print "x" ~ /x|y/, "abc" ~ /^a.c$/, "a.c" ~ /a\\.c/, "a+c" ~ "a\\\\+c", "tab\\t" ~ /\\t/, "]" ~ /[]]/, "a-b" ~ /[a\\-z]b/, "\\\\" ~ /[\\\\]/, "aaa" ~ /^a{3}$/, "ab" ~ /a{,2}b/, "foo bar" ~ /\\<bar\\>/, "a/b" ~ /a\\/b/, "a/b" ~ "a/b", "x" ~ /[[:alpha:]]/ }',
    '1 1 1 1 1 1 1 1 1 1 1 1 1 1\n',
  ],
  [
    'BEGIN{print typeof(x), typeof(1), typeof("a"), typeof(a[1]); $0="3 x"; print typeof($1), typeof($2)}',
    'untyped number string untyped\nstrnum string\n',
  ],
  ['BEGIN{n=patsplit("a1b22c",p,/[0-9]+/,s); print n,p[1],p[2],s[0],s[1],s[2]}', '2 1 22 a b c\n'],
])('gawk prints the same for %s', async (program, stdout) => {
  expect(await ours(script(program))).toEqual({ stdout, stderr: '', status: 0 });
});

it.each([
  ['a division by zero', `awk 'BEGIN{print 1/0}'`, '', 2, 'run time error: division by zero'],
  [
    'a file that there is not',
    `awk '{print}' nofile`,
    '',
    2,
    'awk: cannot open nofile (No such file or directory)',
  ],
  [
    'a mistake in the program',
    `awk 'BEGIN{print 1'`,
    '',
    2,
    '^ unexpected newline or end of string',
  ],
  [
    'a function that there is not',
    `awk 'BEGIN{f(1)}'`,
    '',
    2,
    'awk: line 1: function f never defined',
  ],
  [
    'an array that is used as a variable',
    `awk 'BEGIN{x[1]=1; x=2}'`,
    '',
    2,
    "attempt to use array `x'",
  ],
  [
    'too few values for a format',
    `awk 'BEGIN{printf "%s %d"}'`,
    '',
    2,
    'not enough arguments passed to printf("%s %d")',
  ],
  [
    'what is printed before a failure',
    `awk 'BEGIN{print "a"; print 1%0}'`,
    'a\n',
    2,
    'division by zero in %',
  ],
  [
    'a negative field',
    `echo | awk '{print $(-1)}'`,
    '',
    2,
    'negative field index $-1\n\tFILENAME="" FNR=1 NR=1',
  ],
  ['a mistake in a regular expression', `awk '/(/'`, '', 2, 'Unmatched ('],
  ['@include', `awk '@include "x"'`, '', 2, '@include, @load and @namespace are not supported'],
  ['an option that there is not', `awk --lint 1`, '', 2, "unrecognized option '--lint'"],
  ['a folder that is read', `awk '{print}' .`, '', 2, 'awk: read error (Is a directory)'],
])('tells of %s', async (_title, text, stdout, status, words) => {
  const ran = await ours(text);
  expect({ ...ran, stderr: '' }).toEqual({ stdout, status, stderr: '' });
  expect(ran.stderr).toContain(words);
});

it.each([
  [`echo a:b | awk -F: -v 'x=1\\t2' '{print $2, x}'`, 'b 1\t2\n'],
  [`echo atb | awk -Ft '{print $2}'`, 'b\n'],
  [`echo a1b22c | awk -F'[0-9]+' '{print $3}'`, 'c\n'],
  [
    `echo 'BEGIN{x=1}' > p; echo 'function f(){return x} END{print f(), NR, y}' > q; echo l > d; awk -f p -f q y=2 d y=3`,
    '1 1 3\n',
  ],
  [`echo a > f; echo b > g; awk '{print FILENAME, FNR, NR, v}' v=1 f v=2 g`, 'f 1 1 1\ng 1 2 2\n'],
  [`echo x | awk -- '{print}' - `, 'x\n'],
  [`X=5 awk 'BEGIN{print ENVIRON["X"]+1, ARGC, ARGV[1]}' q=1`, '6 2 q=1\n'],
  [
    `printf 'a\\nb\\n' > f; awk 'BEGINFILE{print "<" FILENAME} ENDFILE{print FNR ">"} FNR==1' f f`,
    '<f\na\n2>\n<f\na\n2>\n',
  ],
  [`awk 'BEGINFILE{if (ERRNO) {print "no " FILENAME; nextfile}} 1' nofile`, 'no nofile\n'],
  [`printf 'b\\na\\n' | awk '{print | "sort"} END{close("sort"); print "end"}'`, 'a\nb\nend\n'],
  [`awk 'BEGIN{for(i=0;i<50000;i++) print i | "tail -n 1"}'`, '49999\n'],
  [`awk 'BEGIN{for(i=0;i<50000;i++) print i | "head -n 1"; print "done"}'`, '0\ndone\n'],
  [
    `awk 'BEGIN{"seq 100000" | getline x; print x, close("seq 100000"); "seq 2 9" | getline x; print x}'`,
    '1 141\n2\n',
  ],
  [`awk 'BEGIN{r=system("echo sub; exit 3"); print r}'`, 'sub\n3\n'],
  [
    `awk 'BEGIN{print "x" > "o"; print "y" >> "o"; close("o"); while ((getline l < "o") > 0) print l; print (getline l < "none")}'`,
    'x\ny\n-1\n',
  ],
  [
    `printf '1\\n2\\n3\\n' | awk 'NR==1{getline x; print "x" x; next} END{print $0}1'`,
    'x2\n3\n3\n',
  ],
  [`seq 100000 | awk '{s+=$1} END{print s}'`, '5000050000\n'],
  [`seq 3 | awk 'BEGIN{while ((getline l < "-") > 0) n++; print n}'`, '3\n'],
  [
    `printf 'a\\0b\\xff\\n' | awk '{print length($0); print}' | od -An -tx1`,
    ' 34 0a 61 00 62 ff 0a\n',
  ],
  [`printf 'aXb' | awk -v RS=X '{print}END{print RT == ""}'`, 'a\nb\n1\n'],
  [`echo aaa1a2a | awk 1 RS='^a'`, '\naa1a2a\n\n'],
  [
    `echo 'abcd ab' | awk '{gsub(/a|ab|abcd/, "<&>"); print; print match("xabab", /(ab|b)*b?/), RLENGTH; print match("xxabcc", /(a|ab)(c|bcd)?c*/), RLENGTH}'`,
    '<abcd> <ab>\n1 0\n3 4\n',
  ],
  [
    `awk 'function cmp(i,v,j,w){return w-v} BEGIN{a[1]=5;a[2]=9;a[3]=7; PROCINFO["sorted_in"]="cmp"; for(k in a) print k}'`,
    '2\n3\n1\n',
  ],
  [`seq 10 | gawk 'NR==4' | mawk '{print $1*2}'`, '8\n'],
])('runs %s', async (text, stdout) => {
  expect(await ours(text)).toEqual({ stdout, stderr: '', status: 0 });
});
