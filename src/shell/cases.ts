/** Scripts whose output and status must be those of bash. */
import { builtinCases } from './builtincases.ts';
import { completionCases } from './completioncases.ts';
import { differences } from './differencecases.ts';
import { failureCases } from './failurecases.ts';
import { grammarCases } from './grammarcases.ts';
import { historyCases } from './historycases.ts';
import { languageCases } from './languagecases.ts';
import { optionCases } from './optioncases.ts';
import { posixCases } from './posixcases.ts';
import { promptCases } from './promptcases.ts';
import { signalCases } from './signalcases.ts';
import { streamCases } from './streamcases.ts';
import { wordCases } from './wordcases.ts';

export const cases: { readonly [group: string]: readonly string[] } = {
  ...signalCases,
  ...builtinCases,
  ...completionCases,
  ...differences,
  ...failureCases,
  ...historyCases,
  ...grammarCases,
  ...languageCases,
  ...optionCases,
  ...posixCases,
  ...promptCases,
  ...streamCases,
  ...wordCases,
  'nesting of expressions': [
    `x='b c'; (echo $((x))); y=y; (echo $((y))); (echo $((x + 1)); echo no); echo $?`,
  ],
  quoting: [
    `echo 'single $x "y"' "double 'z'" a\\ b`,
    `x='a  b'; echo $x "$x"`,
    `echo "a\\"b" "\\$x" "\\\\" '\\'`,
    `echo "" '' | cat -n`,
    `printf '[%s]' "" a ""; echo`,
    `echo $'a\\tb\\n' $'it\\'s'`,
    `echo "$(echo "nested 'quotes' $(echo "deeper")")"`,
    `x=5; echo "\${x}y" '\${x}y' "\\\${x}"`,
    `echo a"b"'c'd\\e`,
    `echo "multi
line"`,
    `echo one \\
two`,
    `set -- "a b" c; printf '<%s>' "$@"; echo; printf '<%s>' $@; echo`,
    `set -- "a b" c; printf '<%s>' "$*"; echo; IFS=,; printf '<%s>' "$*"; echo`,
    `echo "\`echo back\`" \`echo tick\``,
    `echo '#no comment' # comment`,
    `x="*"; echo "$x"; touch f1 f2; echo $x`,
    `echo ~ | grep -c /; echo "~" '~'`,
  ],
  status: [
    `false; x=$?; echo $x; false; x=a$? y=$?; echo $x $y $?`,
    `f() { return 7; }; f; s=$?; if [ $s = 7 ]; then echo seven; fi; f || s=$?; echo $s`,
    `x=$(false); echo $?; x=$(exit 3)$?; echo $x $?; false; x=$(echo $?); echo $x $?`,
    `x=$(false) y=1; echo $?; y=1 x=$(true); echo $?; false; x=5; echo $?`,
    `$(exit 4); echo $?; \`false\`; echo $?; false; > f; echo $?; $(true) > f; echo $?`,
    `false; x=$(true); echo $?; readonly r=$(false); echo $?; export e=$(false); echo $?`,
  ],
  parameters: [
    `echo \${x:-default} \${x-unset}; x=; echo "[\${x:-empty}]" "[\${x-set}]"`,
    `echo \${x:=assigned} $x`,
    `x=1; echo \${x:+yes} \${y:+no} "[\${y+no}]"`,
    `x=hello; echo \${#x} \${x:1:3} \${x:2} \${x: -3} \${x:0:-1}`,
    `x=/a/b/c.tar.gz; echo \${x##*/} \${x#*/} \${x%.*} \${x%%.*} \${x%/*}`,
    `x=banana; echo \${x/a/o} \${x//a/o} \${x/#b/B} \${x/%a/A} \${x//a}`,
    `x=hello; echo \${x^} \${x^^} \${x^^[el]}; y=HELLO; echo \${y,} \${y,,}`,
    `x=y; y=z; echo \${!x}`,
    `a=(one two three); echo \${a[1]} \${#a[@]} \${a[@]:1:2} \${a[-1]} \${!a[@]}`,
    `a=(x y); a+=(z); a[5]=w; echo "\${a[@]}" \${#a[@]} "\${!a[*]}"`,
    `declare -A m; m[k]=v; m["a b"]=c; echo \${m[k]} "\${m[a b]}" \${#m[@]}`,
    `declare -A m=([one]=1 [two]=2); echo \${m[one]}\${m[two]}`,
    `set -- a b c d e f g h i j k; echo $1 \${10} \${11} $# "\${@:2:3}"`,
    `set -- x y; shift; echo $1 $#; shift 5; echo $? $1`,
    `x="a b"; y=\${x// /_}; echo $y`,
    `echo "\${undefined}" | wc -c`,
    `x=abc; echo "\${x:-\${y:-z}}" "\${y:-\${x}}"`,
    `unset x; echo "\${x:-a b}" ; printf '<%s>' \${x:-a b}; echo`,
    `printf '<%s>' "\${x:-"a b"}"; echo`,
    `x='a*b?c'; echo "\${x%\\**}" "\${x%'?'*}"`,
    `foo_a=1 foo_b=2; echo \${!foo_*}`,
    `x=5; x+=3; echo $x; declare -i n=5; n+=3; echo $n`,
    `echo "\${x?missing}" ; echo after`,
    `readonly r=1; r=2; echo "after $r"`,
    `x=1; (x=2; echo $x); echo $x`,
    `a=(1 2 3); unset 'a[1]'; echo "\${a[@]}" \${#a[@]}`,
    `a=("x y" z); for i in "\${a[@]}"; do echo "<$i>"; done; for i in \${a[@]}; do echo "<$i>"; done`,
    `x=hello; echo "\${x@Q}" "\${x@U}"`,
    `echo \${#} \${#@}; set -- a; echo \${#}`,
    `IFS=: read -r a b c <<< "1:2:3:4"; echo "$a|$b|$c"`,
    `IFS=,; x="a,b,,c"; printf '<%s>' $x; echo`,
    `x="  lead and trail  "; printf '<%s>' $x; echo`,
    `IFS=' :'; x="a : b:c"; printf '<%s>' $x; echo`,
    `v=x; printf -v "$v" '%03d' 7; echo $x`,
    `echo "$?"; false; echo "$?"; true | false; echo "$?" "\${PIPESTATUS[@]}"`,
    `x=$'line1\\nline2'; echo "$x" | wc -l; echo $x`,
  ],
  braces_and_globs: [
    `echo {a,b,c} x{1,2}y {1..5} {a..e} {5..1} {01..03} {1..10..3}`,
    `echo {a,b}{1,2} {a,{b,c}} a{} {a} "{a,b}"`,
    `touch a1 a2 b1 .hidden; echo a* *1 ? ?? [ab]1 [!a]1 .h*`,
    `mkdir -p d/e; touch d/e/f d/g; echo d/* d/*/* */*`,
    `echo nothing*here; shopt -s nullglob; echo nothing*here end`,
    `touch "with space" ; for f in with*; do echo "<$f>"; done`,
    `set -f; echo *; set +f`,
    `touch x.txt y.txt z.md; echo *.txt; ls *.md`,
    `touch a b c; echo [a-b] [^a]; x='[ab]'; echo $x "$x"`,
    `case abc in a?c) echo one;; esac; case "a*c" in a\\*c) echo two;; esac`,
  ],
  arithmetic: [
    `echo $((1 + 2 * 3)) $(((1 + 2) * 3)) $((7 / 2)) $((-7 / 2)) $((7 % 3)) $((2 ** 10))`,
    `x=5; echo $((x + 1)) $(($x * 2)) $((x++)) $x $((++x)) $((x--)) $x`,
    `echo $((1 < 2)) $((2 == 2)) $((1 && 0)) $((1 || 0)) $((!5)) $((~5)) $((5 & 3)) $((5 | 3)) $((5 ^ 3))`,
    `echo $((1 ? 2 : 3)) $((0x1f)) $((010)) $((2#101)) $((1 << 4)) $((256 >> 2))`,
    `((x = 3, y = x * 2)); echo $x $y; ((0)); echo $?; ((5)); echo $?`,
    `let "a = 5" b=a*2; echo $a $b`,
    `for ((i = 0, j = 10; i < 3; i++, j--)); do echo $i $j; done`,
    `a=(3 4); echo $((a[0] * a[1])); ((a[2] = 9)); echo \${a[2]}`,
    `echo $((9223372036854775807 + 1)) $((-9223372036854775808 - 1))`,
    `x=y; y=4; echo $((x + 1))`,
    `echo $((1/0)); echo "after $?"`,
    `x=10; ((x += 5)); ((x *= 2)); ((x %= 7)); echo $x`,
  ],
  control: [
    `if true; then echo yes; else echo no; fi; if false; then echo a; elif true; then echo b; fi`,
    `for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done`,
    `i=0; while [ $i -lt 3 ]; do echo $i; i=$((i + 1)); done; until [ $i -eq 0 ]; do i=$((i - 1)); done; echo $i`,
    `for i in a b; do for j in 1 2; do [ $j = 2 ] && break 2; echo $i$j; done; done`,
    `case foo in bar) echo 1;; f*) echo 2;; *) echo 3;; esac`,
    `case x in x) echo a;& y) echo b;; z) echo c;; esac; case x in x) echo a;;& ?) echo d;; esac`,
    `f() { echo "args: $# $1"; return 3; }; f a b; echo $?`,
    `f() { local x=2; g; echo $x; }; g() { echo "in g $x"; x=3; }; x=1; f; echo $x`,
    `fact() { if (($1 <= 1)); then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 10`,
    `set -e; false || echo caught; if false; then :; fi; echo before; false; echo never`,
    `set -e; f() { false; echo "still in f"; }; f || echo or; f; echo never`,
    `true && echo a || echo b; false && echo a || echo b; ! true; echo $?`,
    `{ echo a; echo b; } | wc -l; (exit 5); echo $?`,
    `set -u; echo \${x-ok}; echo $x; echo never`,
    `f() { return; }; false; f; echo $?`,
    `while read -r line; do echo "<$line>"; done <<< $'a\\nb  c'`,
    `x=0; while :; do ((x++)); ((x > 5)) && break; done; echo $x`,
    `trap 'echo bye $?' EXIT; echo hi; exit 3`,
    `(trap 'echo sub' EXIT; echo in); echo out`,
    `eval 'x=5; echo $x'; y='echo "a  b"'; eval "$y"`,
    `for i; do echo "$i"; done; set -- p q; for i; do echo "$i"; done`,
    `select_me() { case $1 in -h|--help) echo help;; -*) echo opt;; *) echo arg;; esac; }; select_me -h; select_me -x; select_me y`,
    `if [[ -n "x" && ! -z "y" ]]; then echo both; fi; [[ a < b ]] && echo less`,
    `[[ hello == h*o ]] && echo glob; [[ "h*o" == "h*o" ]] && echo same; [[ hello == "h*o" ]] || echo literal`,
    `[[ abc123 =~ ^([a-z]+)([0-9]+)$ ]] && echo "\${BASH_REMATCH[1]} \${BASH_REMATCH[2]}"`,
    `[[ 5 -gt 3 && 2 -le 2 ]] && echo ok; [ 5 -gt 3 -a 2 -le 2 ] && echo ok2`,
    `test -e nothing; echo $?; touch f; test -f f && test ! -d f; echo $?; [ -s f ]; echo $?`,
    `while getopts ab:c o -a -b val -c rest; do echo "$o \${OPTARG-}"; done`,
    `f() { echo $FUNCNAME; }; g() ( x=inner; echo $x ); x=outer; g; echo $x`,
    `time_me() { :; }; time_me; echo done; :; true; echo $?`,
    `n=0; for f in $(seq 1 10); do n=$((n + f)); done; echo $n`,
    `function kw { echo "keyword $1"; }; kw x`,
    `f() { for i in 1 2 3; do if [ $i = 2 ]; then return 7; fi; echo $i; done; }; f; echo $?`,
    `unset -f f; f() { echo 1; }; f; unset -f f; f 2>/dev/null; echo $?`,
  ],
  redirection: [
    `echo a > f; echo b >> f; cat f; cat < f | wc -l`,
    `echo out; echo err >&2`,
    `{ echo out; echo err >&2; } 2>&1 | sort`,
    `{ echo out; echo err >&2; } > f 2>&1; cat f`,
    `ls nothing 2> /dev/null || echo failed; ls nothing > f 2>&1; wc -l < f`,
    `cat <<EOF
hello $((1 + 1)) $(echo sub) \\$x
EOF`,
    `cat <<'EOF'
raw $x $(no)
EOF`,
    `cat <<-EOF
	tabs
	gone
	EOF`,
    `cat <<A; cat <<B
one
A
two
B`,
    `x=here; cat <<< "$x string"; read y <<< "a b c"; echo $y`,
    `exec 3> f; echo three >&3; exec 3>&-; cat f`,
    `exec 3< <(echo hi); cat <&3`,
    `echo a > f; exec 3<> f; read x <&3; echo "got $x"`,
    `f() { echo body; echo err >&2; }; f > g 2> h; cat g h`,
    `for i in 1 2; do echo $i; done > f; cat f; while read x; do echo "r$x"; done < f`,
    `set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f`,
    `echo x &> f; cat f; { echo y; echo z >&2; } &>> f; cat f`,
    `cat nothing; echo $?`,
    `echo a > /no/such/dir; echo "status $?"`,
    `if true; then echo in; fi > f; cat f; (echo sub) > g; cat g`,
    `diff <(printf 'a\\nb\\n') <(printf 'a\\nc\\n') > /dev/null; echo $?`,
    `echo hi | tee f | tr a-z A-Z; cat f`,
    `echo to-err 1>&2 2>/dev/null; (echo e >&2) 2>&1`,
    `read a b < <(echo 1 2); echo $b $a`,
    `> empty; [ -e empty ] && wc -c < empty`,
  ],
  pipelines: [
    `printf '3\\n1\\n2\\n' | sort | head -n 2 | tail -n 1`,
    `seq 1 100 | grep 7 | wc -l`,
    `echo "a b c" | awk '{print $2}' | sed 's/b/B/'`,
    `false | true; echo $?; set -o pipefail; false | true; echo $?`,
    `yes | head -n 3`,
    `seq 1 100000 | tail -n 1`,
    `echo a | { read x; echo "read $x"; }; echo "[$x]"`,
    `printf 'b\\na\\nb\\n' | sort | uniq -c | tr -s ' '`,
    `echo hello | cut -c1-3 | rev`,
    `find . -name '*.none' | wc -l; mkdir -p p/q; touch p/q/r; find p -type f`,
    `printf 'x\\ty\\n' | tr '\\t' ','; echo abc | tr -d b`,
    `seq 5 | xargs echo; seq 4 | xargs -n 2 echo; echo "a b" | xargs -I{} echo "<{}>"`,
    `seq 3 | while read n; do echo $((n * n)); done | paste -sd+ -`,
    `echo one two | wc -w; printf abc | wc -c`,
    `ls /nonexistent 2>&1 >/dev/null | wc -l`,
    `! false | false; echo $?`,
    `(echo a; echo b) | sort -r; echo x | cat - | cat`,
    `printf '%s\\n' a b c | sed -n '2p'; printf '1\\n2\\n3\\n' | awk '{s+=$1} END {print s}'`,
    `echo a |& cat; echo b 2>&1 | cat`,
    `basename /a/b.txt .txt; dirname /a/b.txt; seq 3 -1 1 | tr '\\n' ' '`,
    `grep -c x <<< $'ax\\nb\\nxx'; grep -q z <<< abc || echo none; grep -n b <<< $'a\\nb'`,
    `head -c 3 <<< abcdef; echo; tail -n +2 <<< $'1\\n2\\n3'; tail -c 3 <<< abc`,
    `printf 'a b\\n' | { read -r x y; echo "$y$x"; }; sort -n <<< $'10\\n9\\n8' | head -1`,
  ],
  builtins: [
    `cd /tmp && pwd; cd - > /dev/null; mkdir -p s/t; cd s/t; basename "$(pwd)"; cd ..; basename "$PWD"`,
    `export X=1; env | grep '^X='; Y=2 env | grep '^Y='; echo "[$Y]"`,
    `X=1; echo "$(X=2; echo $X)" $X; X=3 true; echo $X`,
    `printf '%d %5d|%-5d|%05d\\n' 1 2 3 4; printf '%x %X %o\\n' 255 255 8; printf '%s-%s\\n' a b c`,
    `printf '%.2f %e %g\\n' 3.14159 1234.5 0.0001; printf '%c%c\\n' abc def; printf '%b\\n' 'a\\tb'`,
    `printf '%q\\n' "a b"; printf '%5s|%-5s|\\n' ab cd; printf '%%\\n'; printf '\\x41\\101\\n'`,
    `printf '%d\\n' abc 2>/dev/null; echo $?; printf '%d\\n' "'A"`,
    `echo -n no newline; echo; echo -e 'a\\tb\\nc'; echo -E 'a\\tb'; echo -- x`,
    `type cd | head -1; type -t if; f() { :; }; type -t f; type -t nothing; echo $?`,
    `command -v cd; command -v nothing; echo $?; command echo hi`,
    `read -r -p '' x <<< 'back\\slash'; echo "$x"; read x <<< 'back\\slash'; echo "$x"`,
    `read -a arr <<< "x y z"; echo \${arr[2]} \${#arr[@]}; read -n 2 q <<< abcd; echo $q; read -d : w <<< a:b; echo $w`,
    `mapfile -t lines <<< $'a\\nb\\nc'; echo \${#lines[@]} \${lines[1]}`,
    `set -- a b; set --; echo $#; set -- -x; echo $1`,
    `set -o | grep -c errexit; set -e; [[ $- == *e* ]] && echo on`,
    `alias ll='ls -l'; alias ll; unalias ll; alias ll 2>/dev/null; echo $?`,
    `. /dev/stdin <<< 'sourced=1'; echo $sourced; echo 'echo "$1"' > s.sh; source ./s.sh arg`,
    `exit_in() { (exit $1); }; exit_in 4; echo $?; bash_like=1; unset bash_like; echo \${bash_like-gone}`,
    `pushd /tmp > /dev/null; pwd; popd > /dev/null; [ "$PWD" != /tmp ] && echo back`,
    `declare -p undefined_thing 2>/dev/null; echo $?; declare -x E=1; declare -p E; declare -a A=(1 2); declare -p A`,
    `local x 2>/dev/null; echo $?; f() { local a=1 b; echo "$a[$b]"; }; f`,
    `sleep 0.01; echo slept; : $(false); echo $?; x=$(false); echo $?`,
    `x=$(echo a; exit 3); echo "$x $?"; shift 2>/dev/null; echo $?`,
    `export -n PATHX; readonly Q=1; unset Q 2>/dev/null; echo "$? $Q"`,
    `break 2>/dev/null; echo $?; hash; echo $?; umask`,
  ],
  errors: [
    `nosuchcommand; echo $?`,
    `./nosuchfile; echo $?`,
    `cd /no/such/dir; echo $?`,
    `[ 1 -eq x ]; echo $?; [ ; echo $?`,
    `echo $(nosuchcommand 2>/dev/null); echo $?`,
    `exit 300`,
    `return 2>/dev/null; echo after`,
    `eval 'if'; echo $?`,
    `echo "unterminated`,
    `f() { f2; }; f2() { return 9; }; f; echo $?; false; exit`,
    `mkdir d; ./d; echo $?; cat d; echo $?`,
    `rm nothing; echo $?; rm -f nothing; echo $?; rmdir nothing; echo $?`,
    `: \${x:?gone}; echo never`,
    `kill -0 999999 2>/dev/null; [ $? -ne 0 ] && echo no`,
  ],
  jobs: [
    `echo a & wait; echo b`,
    `(exit 3) & wait $!; echo $?`,
    `sleep 0.05 & sleep 0.01 & wait; echo both`,
    `for i in 1 2 3; do (echo $i) & wait; done`,
    `x=1; { x=2; } & wait; echo $x`,
  ],
  numbers: [
    `printf '%.1f %.0f %.3g %e\\n' 1.25 2.5 123456 0`,
    `printf '%f\\n' abc 2>&1; echo $?; printf '%f\\n' 1e5000 2>&1; echo $?`,
  ],
  'errors tell their line': [
    `exec 2>&1
cd /nope; nocmd
if true; then
  (cd /nope)
fi
x=$(cd /nope)
echo "$x $(echo $LINENO)"
while
  cd /nope
do :; done
[[ a ]] && {
  printf %d x
}
readonly a=1
a=2`,
    `exec 2>&1
printf 'cd /nope\\n\\nf() {\\n  cd /nope\\n}\\n' > lib
. ./lib
f
(f; echo $(f)); cd /nope`,
    `exec 2>&1
eval 'cd /nope'
cat > /nope/x
export 1a=3; kill 99999; type nosuch`,
  ],
  'regular expressions': [
    `[[ xabcd =~ (a|ab)(c|bcd)(d*) ]]; declare -p BASH_REMATCH; [[ ab =~ (a)(x)? ]]; declare -p BASH_REMATCH`,
    `p='('; [[ a =~ $p ]]; echo $?; [[ ! a =~ $p ]]; echo $?; [[ a =~ $p || 1 -eq 2 ]]; echo $?; [[ a =~ $p && 1 -eq 1 ]]; echo $?`,
    `for p in ')' '*a' '[' 'a{2,1}' '\\ba' '(a)\\1' 'a\\'; do [[ ')aab' =~ $p ]]; echo $?; done; [[ ab =~ x ]]; declare -p BASH_REMATCH`,
    `[[ 'a]b' =~ ['a]']+ ]]; declare -p BASH_REMATCH; [[ a.b =~ a\\.b ]] && [[ axb =~ a"."b ]]; echo $?; [[ 'foo bar' =~ \\bbar ]]; echo $?`,
    `[[ 'a\\b' =~ [\\\\] ]]; echo $?; p='[[:alpha:]]+'; [[ 12é3 =~ $p ]]; echo "\${BASH_REMATCH[0]}"; [[ $'\\xff' =~ . ]]; echo $?; [[ $'x\\xffy' =~ x(.*)y ]]; echo $?`,
    `shopt -s nocasematch; [[ É =~ é ]]; echo $?; [[ ABC =~ b ]]; echo "\${BASH_REMATCH[0]}"; [[ "a b" =~ a\\ b ]]; echo $?; x='a+b'; [[ a+b =~ ^"$x"$ ]]; echo $?`,
  ],
  'line breaks in conditions': [
    `[[ $'a\\nb' =~ a.b ]]; echo $?; [[ $'a\\nb' =~ ^b ]]; echo $?; [[ $'a\\nb' == a?b ]]; echo $?`,
  ],
  bytes: [
    `printf '\\xe9' | wc -c; printf '\\351\\xff\\0a' | od -An -tx1`,
    `x=$(printf 'a\\xe9b'); echo \${#x} "\${x:1:1}" | od -An -c; printf %s "$x" | wc -c; [[ $x == a?b ]] && echo m`,
    `printf 'a\\xffb\\ncd\\n' | { read -r x; printf %s "$x" | od -An -c; cat; }`,
    `x=$(printf '\\xc3'); y=$x$(printf '\\xa9'); printf '%s\\n' "$y"; printf '%s' "$y" | wc -c`,
    `printf 'a\\0b' | { read -r x; echo \${#x}; }; printf 'p\\xe9\\nq\\n' > f; mapfile -t a < f; printf %s "\${a[@]}" | od -An -c`,
    `printf '\\xef\\xbb\\xbfx\\xfe' > f; while IFS= read -r l || [ -n "$l" ]; do printf %s "$l"; done < f | od -An -tx1`,
  ],
  escapes: [
    `printf '%b|' 'a\\"b' "a\\\\'b" '\\0101' '\\101' '\\1011' '\\01011' '\\8' '\\x4' '\\x414' '\\u41' '\\z' 'q\\' 'x\\cy'; echo`,
    `echo -e 'a\\"b' '\\0101' '\\101' '\\01011' '\\x414' '\\u41' '\\z' 'q\\' 'x\\cy'; echo`,
    `printf 'a\\"b|\\0101|\\101|\\1011|\\8|\\x414|\\u41|\\z|a\\cb\\n'; printf '\\u00e9\\U1f600\\n'`,
    `x='\\x41\\"\\cAb\\101'; echo "\${x@E}"`,
  ],
  printf: [
    `printf '%q|' '' a 'a b' "it's" '$x' 'a*b' $'a\\nb' é '~' 'a~' '#a' 'a#' '{a}' 'a,b' '!' '^' '=' ':' '%' '@' '-' '\\' '"' 'a;b' '[x]' '?' 'x:~'; echo`,
    `printf '%5q|%-6q|\\n' é é; printf '%c|%5s|%.1s|%-4s|%5b|' é é é é é | od -An -c`,
    `printf '%d|' 08 0x1g 1.5 -0x10 ' 5' '5 ' 2>/dev/null; echo $?; printf '%d|' 08 0x1g 1.5 2>&1 >/dev/null`,
    `printf '%d|%d|%u|%x|%d|%d\\n' 99999999999999999999 -99999999999999999999 -1 -1 "'" +5 2>/dev/null; echo $?`,
    `printf '%+d|% d|%05d|%-5d|%.3d|%5.3d|%05.3d|%+.0d|%.0d|%#x|%#o|%#X|%#x|%x\\n' 5 5 5 5 5 5 5 0 0 255 8 255 0 255`,
    `printf '%s %s\\n' a b c; printf 'x%%y\\n'; printf 'a%!b' 2>&1; echo "<$?>"; printf 'a%' 2>/dev/null; echo "<$?>"`,
    `printf '%*d|%-*d|%.*f|%*d|%.*s|\\n' 5 1 5 1 2 3.14159 -5 1 -1 abc`,
    `printf '%ls|%5ls|%.1ls|%hd %hhd %ld %lld %jd %zd %td %Lf\\n' é é ab 70000 300 1 1 1 1 1 1.5`,
    `printf '%(%Y-%m-%d %j %U %V %u %e|%-d|%_H|%5Y|%s)T\\n' 86400; printf 'ab%ncd\\n' v; echo $v`,
    `printf '%s'; echo; printf -- '-%s\\n' a; printf -v 2>/dev/null; echo $?; printf '%d\\n' ''; printf '%s|%s|\\n' a; printf 'abc\\n' extra`,
    `printf -v x '%03d' 7; echo $x; printf -v 'a[2]' y; echo "\${a[2]}"; declare -A m; printf -v 'm[k]' z; echo \${m[k]}`,
    `printf '%08s|%-08s|%.2s|%.0s|%b|%s\\n' a a abc abc 'a\\cb' c; echo; printf '%s %d %x\\n' a 1 2 b`,
  ],
  'arithmetic commands': [
    // White space before a number is passed over, a carriage return in an expression or behind a number is a mistake.
    `exec 2>/dev/null; for v in $'\r1' $'1\r' $'\f1' $'1\v' ' 1' '1 ' $'\n1' $'1\n' $'\t1\t' '- 1' +1 $'\r' ''; do (echo $((v))) || echo E; (x=5; ((x += v)); echo $? $x); ([ "$v" -eq 1 ]); echo $?; ([[ $v -eq 1 ]]); echo $?; (printf %d "$v"); echo $?; (exit "$v"); echo $?; (set -- a b c; shift "$v"; echo $? $#); (f() { return "$v"; }; f; echo $?); (read -n "$v" x <<< abc; echo $x); (mapfile -n "$v" z <<< abc; echo \${#z[@]}); (a=(x y); echo \${a[v]}); (x=abc; echo "\${x:v:1}"); done`,
    // What tools start is the program of that name.
    `exec 2>/dev/null; for o in a b c d e f g h k L n o p R S s t u v w x z; do env [ -$o 1 ]; echo $?; env [ ! -$o 1 ]; echo $?; env test -$o; echo $?; done; for o in '<' '>' = == != -eq -lt -nt -ef -a -o; do env [ 1 $o 2 ]; echo $?; env test / $o /; echo $?; done`,
    `{ env [ -o 1 ]; env [ a '<' b ]; env [ 1 -eq 2; env test 1 -eq x; env [ 1 2 ]; env [ 99999999999999999999 -gt 1 ] && echo large; echo x | xargs [ x = ; find . -maxdepth 0 -exec test -v PATH ';'; env [ $'1\r' -eq 1 ]; env [ ' 1 ' -eq 1 ] && echo blanks; env [ a = a b ]; } 2>&1`,
    `n=1; ((n<=1)) && echo le; ((n>=2)) || echo lt; ((n<<=2)); echo $n; ((n>>=1, n|=8, n^=1, n%=4)); echo $n`,
    `n=0; while ((++n<=3)); do :; done; echo $n; let 'n<=5'; echo $?; let n=2 n+=3; echo $n`,
    `declare -A c; ((c[a]++)); ((c[a]+=5)); k=b; ((c[$k]-=2)); echo \${c[a]} \${c[b]}`,
    `echo $((0x7fffffffffffffff)) $((9223372036854775807 + 1)) $((2**3**2)) $((-7 / 2)) $((-7 % 3)) $((1 ? 2 : 3 ? 4 : 5))`,
    `x=3; y='x + 1'; echo $((y * 2)) $((x++ + ++x)) $x $((--5)) $((1---1)) $((x = y = 4, x + y))`,
    `for e in '1+' '1 / 0' '5%0+1' 'a b' '08' '2#3' '1=2' '2 ** -1' '( 1' '1 ? 2' '1 @ 2' 'a[' '65#1' '1.5' '*2' '5++'; do (echo $(($e))) 2>&1; done`,
    `((1/0)) 2>&1; echo $?; a=(1 2 3); ((a[1] += a[-1])); echo \${a[@]}; echo $[1 + 2]`,
  ],
  'nested quotes': [
    `x=$(
  # don't stop here
  echo ok # nor "here )
)
echo $x`,
    `unset a; b='}'; echo "\${a:-{x\\}}" "\${a:-$b}" "\${a:-"in quotes"}" "\${a:-'single'}" \${a:-'single'}`,
    `echo "$(echo "b $(echo 'c"d')")" "$(case a in a) echo in case;; esac)" \`echo "back \\\`echo in back\\\`"\``,
    `x=$(cat <<'E'
a ) b " c
E
); echo "$x"; echo "a$(echo \\))b" $((1 + $(echo 2)))`,
    `f=a.b.c; echo \${f//./\\\\.} \${f/.\\*/} "\${f%"\${f#a}"}" \${f:$((1+1)):1} \${f: -1} \${f/b/<&>} "\${f/b/\\&}"`,
  ],
  'arrays and attributes': [
    `declare -A m=(["a b"]=1 [c]=2); echo "\${m["a b"]}" \${m[c]} \${#m[@]}; m[x]+=y; m[x]+=z; echo \${m[x]}; unset 'm[c]'; echo \${#m[@]}`,
    `a=(1 [5]=x y); a[2+1]=z; echo "\${!a[@]}" "\${a[@]: -2}" "\${a[@]:3:2}"; a+=([9]=q); echo \${a[-1]} \${#a[@]}; declare -p a`,
    `f() { local -n r=$1; r+=(x); r[0]=y; }; b=(0); f b; echo "\${b[@]}"; g() { local -n v=$1; v=val; }; g res; echo $res`,
    `declare -u up=abc; declare -l lo=ABC; declare -i n=2*3; n+=4; echo $up $lo $n; up=$up-def; echo $up; declare -p up lo n`,
    `x='a"b$c'; y=$'a\\nb'; declare -p x y; echo "\${x@A}" "\${x@Q}"; declare -rx z=1; echo \${z@a}; export -p | grep ' z='`,
    `a=(b c a); for i in "\${!a[@]}"; do echo $i; done; b=("\${a[@]/#/x}"); echo \${b[@]^^} "\${b[*]%c}"; c=("\${a[@]:1}"); echo \${#c[@]}`,
    `a=(x y); echo "\${a[@]@A}"; declare -A m=([k]=v); echo "\${m[@]@K}" "\${!m[@]}"; [[ -v a[1] ]] && echo set; [[ -v a[7] ]] || echo unset`,
  ],
  'functions know where they are': [
    `f() { echo "\${FUNCNAME[0]} \${FUNCNAME[@]} $LINENO"; g; }
g() { echo "\${FUNCNAME[*]} \${BASH_LINENO[0]}"; }
f`,
    `f() { echo out; echo err >&2; } > o 2>&1; f; cat o; g() ( cd /; pwd ); g; [[ $PWD != / ]] && echo same`,
    `printf 'echo "$BASH_SOURCE"; h() { echo "\${BASH_SOURCE[0]}"; }\\n' > lib; . ./lib; h`,
    `f() { if true; then echo a; else b; fi; }; declare -f f; type f | head -n 1; eval "$(declare -f f | sed s/a/z/)"; f`,
  ],
  'names that match': [
    `mkdir -p a/b; touch a/b/c.t t.t .h.t; shopt -s globstar; echo **/*.t; echo a/** **/; shopt -s dotglob; echo *.t`,
    `echo no*match; shopt -s nullglob; echo no*match; touch 'a b' a1; for f in a*; do echo "<$f>"; done; shopt -s extglob
echo @(a1|b) !(a*)`,
  ],
  braces: [
    `echo a{b,c{d,e}}f {1..3} {03..1} {a..e..2} {x} {a,b {1..2}{a,b} "{a,b}" {a,"b c"} x{,y} {}`,
    `x=1; echo {$x,2}\${x}{3,4}; echo {1..1} {-1..1} a{1..x}b`,
  ],
  descriptors: [
    `exec {fd}>f; echo x >&$fd; exec {fd}>&-; cat f; [ $fd -ge 10 ] && echo ok; { cat < /dev/stdin; } <<< in; { cat < /dev/fd/0; } <<< zero`,
    `{ echo a; echo b >&2; } 2>&1 >f | cat; cat f; exec 3<f; read -u 3 x; echo $x; exec 3<&-; echo y 1>&2 2>/dev/null`,
  ],
  'here-documents': [
    `cat <<A <<B; echo after
a
A
b
B
cat <<-E | tr a-z A-Z
	tab $(echo sub)
	E
x=$(cat <<'E'
raw $x
E
); echo "$x"`,
    `cat <<E
a \\$x \\\\ "q" \\
joined \`echo back\`
E
cat <<"E F"
spaces
E F`,
  ],
};
