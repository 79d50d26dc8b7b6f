/** Scripts with awk that print the same as with Debian's awk, which is mawk. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../../testing/debian.ts';
import type { Host } from '../host.ts';
import { awk } from './index.ts';

const input = `printf 'hello world foo\\nfoo,bar  baz\\n\\n10 20 30 40\\nlast oo line\\n' > in.txt; `;

describe.runIf(isDebian)('beside mawk', () => {
  it.each([
    `printf 'x 1\\ny 2\\nx 3\\n' | awk '{c[$1]+=$2} END{for(k in c) print k, c[k]}' | sort`,
    `awk 'BEGIN{print "b\\na" | "sort"; close("sort"); print "x" > "o.txt"; print "y" >> "o.txt"; close("o.txt"); system("cat o.txt")}'`,
    `awk -v x=5 -v s='a\\tb' 'BEGIN{print x+1, s}'`,
    `echo a > f1; echo b > f2; awk '{print FILENAME,FNR,NR}' f1 f2; X=env awk 'BEGIN{print ENVIRON["X"]}'`,
    `echo q | awk '{print v}' v=7 -; awk 'END{print v}' v=7 /dev/null`,
    `echo 'a:b:c' | awk -F: '{print $2; $2="x"; print}' OFS=-`,
    `awk 'BEGIN{printf "%c%c%c", "hello", 66, ""}' | od -c`,
    `awk 'BEGIN { printf "%d items\\n" , "12abc" }'`,
    `echo 'a.b' | awk '{n=split($0,p,"."); print n, p[2]}'; echo 'a|b' | awk -F'|' '{print $2}'; echo 'aXXb' | awk -FXX '{print $2}'; echo 'a  b' | awk -F'[ ]' '{print NF}'`,
    `echo 'a	b c' | awk -F'\\t' '{print $2}'; echo 'a	b c' | awk -F"	" '{print $1}'; echo atb | awk -Ft '{print $2}'`,
    `awk 'BEGIN{RS=";"}{print NR":"$0}' <<<'a;b;c'`,
    `printf 'p1\\nx\\n\\n\\np2\\n' | awk -v RS= '{print NR, $1, NF}'`,
    `printf 'p1 a\\nx\\n\\n\\np2\\n' | awk -v RS= -F'\\n' '{print NR, $1, NF; for(i=1;i<=NF;i++) print i, $i}'`,
    `printf 'a1b22c' | awk -v RS='[0-9]+' '{print NR, $0}'`,
    `printf 'aXbX' | awk -v RS=X '{print} END{print NR}'`,
    `awk 'BEGIN{print length("abc"), substr("hello",2,3), index("hello","ll"), toupper("abc"), tolower("ABC")}'`,
    `awk 'BEGIN{print substr("hello",2), substr("hello",0), substr("hello",0,2), substr("hello",10) "|" substr("hello",2,0) "|", substr("hello",2,-1) "|"}'`,
    `awk 'BEGIN{print substr("hello",1.5), substr("hello",1.4,2), substr("hello", 2, 1.5), substr("", 1, 2) "|"}'`,
    `awk 'BEGIN{x; if(x==0) print "z"; if(x=="") print "e"; if(!x) print "n"; print x+0, "[" x "]"}'`,
    `echo '10 9 abc 1e1 +10 010 0x0a' | awk '{print ($1>$2), ($1>"9"), ($1==$4), ($1==$5), ($1==$6), ($3>$1), $1==$7}'`,
    `awk 'BEGIN{a="10"; b=9; print (a>b), (a+0>b); $0="10 9"; c=$1; d=$2; print (c>d)}'`,
    `awk 'BEGIN{r=system("exit 3"); print r; r=system("true"); print r}'`,
    `awk 'BEGIN{exit}' ; echo $?; awk 'BEGIN{exit 3} END{print "e"}'; echo $?; awk 'BEGIN{exit 3} END{exit}'; echo $?; awk '{exit 4}' in.txt; echo $?`,
    `awk 'BEGIN{while ((getline line < "in.txt") > 0) n++; print n, line; close("in.txt"); getline line < "in.txt"; print line; print (getline x < "none")}'`,
    `awk 'BEGIN{"echo a b c" | getline; print $2, NF, NR; "echo q" | getline v; print v, NR; getline < "in.txt"; print $1, NR}'`,
    `awk 'NR==1{getline; print; getline v; print v, NR, FNR}' in.txt`,
    `awk 'NR==1{while((getline l)>0) last=l; print last, NR} END{print "end", $0}' in.txt`,
    `awk '{print > "/dev/stderr"}' in.txt; awk '{print > "/dev/stdout"}' in.txt`,
    `awk '{print $1 > ($1 ".out")} END{close("foo,bar.out"); while((getline l < "foo,bar.out")>0) print "got", l}' in.txt`,
    `awk '{print | "cat -n"} END{close("cat -n"); print "done"}' in.txt`,
    `awk '{print | "sort -r"; n++} END{print n}' in.txt`,
    `awk 'BEGIN{printf "%5d|%-5d|%05d|%+d|% d|%x|%X|%o|%#x|%#o|%e|%E|%f|%g|%G|%s|%10s|%-10s|%.2s|%%|%c\\n",42,42,42,42,42,255,255,8,255,8,1234.5,1234.5,1234.5,1234.5,0.00001234,"s","s","s","string","c"}'`,
    `awk 'BEGIN{printf "a\\tb\\\\n\\n"; print "q\\"q", "a\\/b", "\\101"; print "a\\qb"}'`,
    `awk 'BEGIN{s="aaa"; n=gsub(/a/,"b",s); print n, s; s="hello"; sub(/l/,"[&]",s); print s; sub(/l/,"\\\\&",s); print s; gsub(/x*/,"-",s); print s}'`,
    `awk '{gsub(/o/,"0"); print}' in.txt; awk '{n+=gsub(/[aeiou]/,"")} END{print n}' in.txt; awk '{sub(/^/,"> "); print}' in.txt; awk '{sub(/$/,"!"); print}' in.txt`,
    `awk 'BEGIN{print match("foobar",/o+/), RSTART, RLENGTH; print match("x",/y/), RSTART, RLENGTH}'`,
    `awk 'BEGIN{n=split("a b  c",a); print n,a[1],a[3]; n=split("",a); print n, length(a); n=split("a:b",a,":"); print a[2]; n=split(" x ",a," "); print n; n=split("abc",a,""); print n,a[2]}'`,
    `awk 'BEGIN{a[1];a[2];delete a[1]; for(k in a) print k; delete a; for(k in a) print "no"; print (1 in a), (2 in a)}'`,
    `awk 'BEGIN{a["x","y"]=1; for(k in a){split(k,p,SUBSEP); print p[1],p[2]} if(("x","y") in a) print "in"}'`,
    `awk 'function f(a,b){a["k"]=b; return b*2} BEGIN{print f(arr,21), arr["k"]}'`,
    `awk 'function fact(n){return n<=1?1:n*fact(n-1)} BEGIN{print fact(10)}'`,
    `awk 'BEGIN{while(i<3){i++; if(i==2) continue; print i}; do {j++; if(j>5) break} while(1); print j; for(;;){k++; if(k==4) break}; print k}'`,
    `awk 'NR%2' in.txt; awk '/foo/,/10/' in.txt; awk 'NR==2,NR==4{print NR}' in.txt; awk '!/o/' in.txt; awk '$1=="foo,bar"||NR==1' in.txt; awk 'END{print $0, NF, NR}' in.txt`,
    `awk '{$5="x"; print; print NF}' in.txt; awk '{NF=2; print; $0="a b c d"; print NF}' in.txt; awk '{$1=$1; print}' OFS=: in.txt`,
    `awk 'BEGIN{OFMT="%.2f"; CONVFMT="%.3f"; x=3.14159; print x; y=x ""; print y; print 17, 17.0, 1e3; print 0.1+0.2}'`,
    `awk 'BEGIN { if (!(3 in a)) print "no"; print length() }' ; echo abc | awk '{print length, length(), length($1)}'`,
    `awk -f /dev/stdin in.txt <<< '{print NF}'; printf 'BEGIN{x=1}\\n' > p1; printf 'END{print x, NR}\\n' > p2; awk -f p1 -f p2 in.txt`,
    `awk -- 'BEGIN{print ARGC, ARGV[1], ARGV[2]}' a b=c; awk 'BEGIN{ARGV[1]="in.txt"; ARGC=2} {n++} END{print n}' none; awk 'BEGIN{ARGV[1]=""; ARGV[2]="in.txt"} END{print NR}' x y; awk 'BEGIN{delete ARGV[1]} END{print NR}' x in.txt; awk 'BEGIN{ARGV[ARGC++]="in.txt"} END{print NR}'`,
    `awk '{print}' nofile; echo $?; awk '{print FILENAME}' in.txt nofile | uniq; awk 'BEGIN{print > "/none/x"}'; echo $?`,
    `awk 'BEGIN{print length("x" 1), length 5; print -3^2, 2^3^2, !1+1, 1-1-1, 2*3%4}'`,
    `awk 'BEGIN{print 1==1, 1<2, "a"<"b", "a" ~ "a", "abc" ~ /^a.c$/, "a" "b" == "ab"; x["a"]=1; print ("a" in x) ? "y" : "n"}'`,
    `awk 'BEGIN{i=1; a[i++]=i; for(k in a) print k, a[k]; $0="a b c"; i=1; print $i++, i; print $++i; print $(1+1)}'`,
    `echo 'a b c' | awk '{print $NF, $(NF-1); NF=5; print; print NF; $7="z"; print; print NF}'`,
    `awk 'BEGIN { printf "%s\\n" , "paren" ; printf("%s %s\\n", "a", "b"); print("x", "y"); print("p")("q") }'`,
    `awk 'BEGIN{ "pwd" | getline d; print (d != ""); print close("pwd"), close("nope") }'`,
    `awk 'BEGIN{fflush(); fflush("/dev/stdout"); print "x"; system("echo y"); print "z"}'`,
    `printf 'a\\nb' | awk '{print} END{print NR}'; printf '' | awk 'END{print NR}'; printf '\\n' | awk '{print NF} END{print NR}'; printf 'a\\r\\nb\\r\\n' | awk '{print $1}' | od -c`,
    `printf 'a\\0b\\n' | awk '{print length($0)}'; printf '\\377\\376 x\\n' | awk '{print $2, $1}' | od -c`,
    `awk 'BEGIN{getline; print "got", $0} END{print NR}' in.txt; echo l | awk 'BEGIN{getline x; print x}'`,
    `awk 'BEGIN { a = "x"; a = a a a; print a; b = 1; b += b += 2; print b; c = d = 3; print c d; print e++ + ++e }'`,
    `awk 'BEGIN{print substr("hello", 2, 100), substr("hello", -5, 100) }'; awk 'BEGIN{print index("foobar","bar"), index("x","y")}'`,
    `awk 'BEGIN{print int(3.9), int(-3.9), int("3abc"), sqrt(16), exp(0), log(1), sin(0), cos(0), atan2(0,1)}'`,
    `awk 'BEGIN{if (1) if (0) print "a"; else print "b"; if (1) ; else print "c"; { print "blk" }}'`,
    `awk 'BEGIN{print "a" > "o1"; print "b" > "o1"; close("o1"); while((getline l<"o1")>0) print l; print "c" > "o1"; close("o1"); while((getline l<"o1")>0) print l}'`,
    `awk 'function f(x) { x = 5 } BEGIN { y = 3; f(y); print y } function g(n) { return } END { print g(1) "|" }' /dev/null`,
    `awk 'BEGIN { regex = "^[a-c]+$"; if ("abc" ~ regex) print 1; if ("abd" ~ regex) print 2; print "a.c" ~ "a\\\\.c", "abc" ~ "a\\\\.c", "a+" ~ /a\\+/, "a/b" ~ /a\\/b/ }'`,
    `awk 'BEGIN { print "A" ~ /[[:upper:]]/, "a" ~ /[[:upper:]]/, "5" ~ /^[[:digit:]]$/, "\\t" ~ /[[:space:]]/, "a-b" ~ /[a\\-z]-/, "]" ~ /[]]/, "x" ~ /[^]]/, "\\\\" ~ /\\\\/ , "." ~ /[.]/}'`,
    `awk '# comment
BEGIN { # c
 x = 1 + \\
 2; print x
 if (x == 3 &&
     x > 2) print "ok"
 a["k"] = 1 ; for (k in a)
   print k
}'`,
    `awk 'BEGIN { while ("echo a; echo b" | getline l) print "l:" l; close("echo a; echo b") }'`,
    `echo 'k=v' | awk -F= '{print $1 "->" $2}'; echo 'a,b;c' | awk -F'[,;]' '{print $3}'; echo 'a.b.c' | awk -F. '{print $2}'; echo 'a\\b' | awk -F'\\\\' '{print $2}'; echo 'a^b' | awk -F^ '{print $2}'; echo 'a$b' | awk -F'$' '{print $2}'; echo 'a*b' | awk -F'*' '{print $2}'; echo '  a b ' | awk -F' ' '{print $1 NF}'; echo 'a  b' | awk -F'  ' '{print $2}'`,
  ])('%s', (script) => expectDebian(input + script));
});

it.each([
  'BEGIN { while (1) n++ }',
  'function f() { for (;;) n++ } BEGIN { f() }',
  'BEGIN { do { if (n++ > 3) continue } while (1) }',
  'function f(x) { return f(x + 1) } BEGIN { f(1) }',
])('an interrupt ends %s', async (program) => {
  let turns = 0;
  const host = {
    name: 'awk',
    args: [program],
    env: {},
    checkpoint: async () => {
      if (++turns > 3) throw new Error('interrupted');
    },
    isTerminal: () => false,
  } as unknown as Host;
  await expect(awk(host)).rejects.toThrow('interrupted');
});

it('tells of functions that call themselves without end', async () => {
  const { stderr, status } = await ours(`awk 'function f(x) { return f(x + 1) } BEGIN { f(1) }'`);
  expect(status).toBe(2);
  expect(stderr).toContain('functions are called too deep');
});
