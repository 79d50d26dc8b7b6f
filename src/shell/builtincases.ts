/** Scripts about builtins whose output, errors and status must be those of bash: each sends its errors to standard output. */
export const builtinCases: { readonly [group: string]: readonly string[] } = {
  mapfile: [
    `exec 2>&1; mapfile -n 2 -t b < <(printf 'a\\nb\\nc\\n'); declare -p b; mapfile -s 1 -n 1 b <<<$'1\\n2\\n3'; declare -p b; mapfile -s 9 b <<<a; declare -p b; mapfile -n 0 b <<<$'1\\n2'; declare -p b`,
    `exec 2>&1; z=(1 2 3 4); mapfile -O 1 z <<<y; declare -p z; x=5; mapfile -tO 2 x <<<y; declare -p x; mapfile -t -- a b <<<3; declare -p a; f() { local a; readarray -t a <<<5; declare -p a; }; f; declare -p a`,
    `exec 2>&1; mapfile -td '' n < <(printf 'a\\0b\\0c'); declare -p n; mapfile -d '' n < <(printf 'a\\0b'); declare -p n; mapfile -d : n <<<a:b; declare -p n; mapfile n < <(printf 'a\\0b\\nc'); declare -p n`,
    `exec 2>&1; exec 3<<<$'a\\nb\\nc'; mapfile -n 1 -u 3 f; read -u 3 x; echo $x; mapfile -u 3 f; declare -p f; mapfile -u 9 f; echo $?; mapfile -u x f; echo $?; mapfile -u -1`,
    `exec 2>&1; f() { echo "$1:$2"; declare -p a; return 4; }; mapfile -O 5 -C f -c 2 a <<<$'1\\n2\\n3'; echo $?; declare -p a; mapfile -t -C 'echo got' -c1 a <<<$'a\\'b $x\\n"c'; mapfile -C echo a <<<x; mapfile -tc 1 -C nofunction a <<<x; echo $?; (mapfile -tC 'exit 3;' -c1 a <<<x; echo no); echo $?`,
    `exec 2>&1; mapfile -z; echo $?; readarray -n; echo $?; for o in '-n x' '-s -1' '-O x' '-O -1' '-c 0' '-c x' '-n 10000000000000000000000' '-O 0x1'; do mapfile $o a; echo $?; done; mapfile -n '2 ' a <<<1; declare -p a`,
    `exec 2>&1; mapfile 1a; mapfile ''; mapfile 'a[1]' <<<x; echo $?; declare -A q; mapfile q; echo $?; readonly r; mapfile r <<<x; echo $?; declare -u U=(a b); mapfile -t U <<<3x; declare -p U; mapfile a </; echo $?; mapfile a <&-; echo $?`,
  ],
  exec: [
    `exec 2>&1; exec; echo open; A=1 exec; echo "$A"; exec -z; echo $?; exec -a; echo $?; exec -- 3>&1; echo three >&3; (exec -- echo hi; echo no); (A=1 exec sh -c 'echo $A'); (exec -a other sh -c 'echo $0'); (exec -c env); exec -a none echo end`,
  ],
  'what a directory is reached by': [
    `exec 2>&1; mkdir -p below/d; cd below; touch f; ln -s d l; for to in none/.. f/.. d/.. d/../d/./.. ./none/../d l/.. /none/../tmp '..//below' -P; do (cd $to; echo $?); done; (cd -P none/..; echo $?); (cd d; cd ../..; echo $?)`,
  ],
  'options that editors have': [
    `set -o vi; shopt -po vi emacs; set -o emacs; shopt -po vi emacs; shopt -so vi; shopt -po emacs; bash +c 'echo c'`,
    `set +; echo $#; set - +; echo "$@"; set + -; echo "$@"; set -f + -u x y; echo "$@" $-`,
  ],
  'names of jobs and commands': [
    `exec 2>&1; sleep 0 & wait $!; wait -n $! bad >/dev/null 2>&1; echo $?; wait bad; echo $?; (exit 3) & wait bad $!; echo $?; f() { :; }; for w in f cd if none; do type -ap $w; echo $?; type -aP $w >/dev/null; echo $?; done`,
    `exec 2>&1; declare u; s=x; unset 'u[1]'; echo $?; unset 'none[1]'; echo $?; unset 's[1]' s2; echo $? $s; unset 's[@]'; echo $? $s; unset 's[0]'; echo $? $s; declare -p none`,
  ],
  getopts: [
    `exec 2>&1; t() { local s=$1; shift; OPTIND=1 OPTARG=old; while getopts "$s" o "$@"; do echo "o=$o arg=\${OPTARG-unset} ind=$OPTIND"; done; echo "$? o=$o arg=\${OPTARG-unset} ind=$OPTIND"; }; t abc: -ab -c x -z rest; t abc: -abz -c; t :abc: -abz -c; t abc: -cx -- -a; t abc: -a- -a; t : -a; t '' -a; t a: -a ''; t a: -a --; t a -- -a; t a -; t a; t a:b -:; t :a:b -:; t a '-?'; OPTERR=0; t a -z; t a: -a`,
    `exec 2>&1; getopts; echo $?; getopts a; echo $?; getopts -z; echo $?; getopts -- a o -a; echo $? $o; OPTIND=1; getopts a 1x -a; echo $? $OPTIND; OPTIND=1; readonly r; getopts a r -a; echo $? $OPTIND; OPTIND=1; getopts ab 'a[1]' -a; echo $?`,
    `g() { getopts ab o "$@"; echo "$? $o $OPTIND"; }; g -ab; OPTIND=1; g -ab; g -ab; OPTIND=x; g -ab; OPTIND=0; g -ab; OPTIND=-3; g -ab; unset OPTIND; g -ab; OPTIND=1; g -a; OPTIND=5; g -ab; OPTIND=2; g -a -ab; g -a -ab; g -a -ab`,
    `set -- -a -b x; OPTIND=1; getopts ab o; echo $o; set -- -b -a; getopts ab o; echo $o $OPTIND; getopts ab o; echo $? "$o"; OPTIND=1; getopts ab o -ab; (getopts ab o -ab; echo $o); getopts ab o -ab; echo $o; getopts a o +a; echo $? "$o"`,
    `f() { local OPTIND; getopts xy p -xy; echo $p $OPTIND; getopts xy p -xy; echo $p $OPTIND; }; getopts ab o -ab; f; getopts ab o -ab; echo $o $OPTIND`,
  ],
  'the stack of directories': [
    `exec 2>&1; mkdir /tmp/stack$$; cd /tmp/stack$$; mkdir a b c; cd /; p=/tmp/stack$$; { pushd $p/a; pushd ../b; pushd ../c; dirs -v; dirs -p; dirs +1; dirs -1; dirs -0; dirs -v +1; dirs -p -1; dirs +9; dirs -9; pushd +2; pushd -1; pushd +9; pushd -9; pushd; pwd; popd +1; popd -0; popd; popd; echo $?; dirs -c; echo "\${DIRSTACK[@]}"; } >$p/out; sed "s#$p#P#g" $p/out; rm -r $p`,
    `exec 2>&1; cd /tmp; HOME=/tmp; pushd /; dirs -l; dirs -v; dirs -lp; echo $?; dirs -l -p; echo "\${DIRSTACK[@]}"; pushd -n '~'; dirs; pushd -n /tmp; dirs -l +1; dirs -v +1; HOME=/; dirs; HOME=/tm; dirs`,
    `exec 2>&1; cd /tmp; pushd -n a; dirs; pushd -n b; pushd -n +1; dirs; popd -n; popd -n +1; pushd -n; echo $?; dirs; pushd -n -- b; popd -n -0; dirs`,
    `exec 2>&1; cd /; cd /tmp; pushd -; pushd -; pushd a b; echo $?; pushd /nodir; echo $?; dirs; pushd +1 x; dirs +0 +0; dirs -v x; echo $?; dirs -vp; dirs -x; pushd -- /; popd --; dirs --`,
    `exec 2>&1; cd /tmp; popd a; echo $?; pushd; echo $?; popd; echo $?; popd +1; dirs +1; pushd +1; pushd +; pushd -z; dirs -; dirs +x; popd -; popd +; popd -n; pushd +0; dirs -0; echo $?; pushd -n +1; pushd /; popd +2; popd +x; (popd); dirs; x=$(pushd /); echo $x; dirs; pushd ''`,
    `exec 2>&1; cd /; unset OLDPWD; pushd -; echo $?; pushd -n /gone >/dev/null; popd; echo $?; dirs | wc -w`,
  ],
  read: [
    `exec 2>&1; printf 'abcdef\\n' | { read -n 3 x; echo $? "$x"; read y; echo $? "$y"; }
printf 'ab\\ncd\\n' | { read -n 5 x; echo $? "$x"; read y; echo "$y"; }
printf 'ab\\ncd\\n' | { read -N 5 x; echo $? "$x"; read y; echo "$y"; }
printf 'ab' | { read -N 5 x; echo $? "$x"; }
printf ' a b c \\n' | { read -N 5 x y; echo $? "[$x][$y]"; }
printf ' a b c \\n' | { read -n 5 x y; echo $? "[$x][$y]"; }
printf 'a\\\\bc\\\\\\nd' | { read -n 3 x; echo $? "[$x]"; read -N 3 x; echo $? "[$x]"; }
printf 'äöü' | { read -n 2 x; echo $? "[$x]"; read -N 2 x;  echo $? "[$x]"; }
printf 'a\\0b\\0' | { read -d '' x; echo $? "$x"; read -d '' x; echo $? "$x";  read -d '' x; echo $? "$x"; }`,
    `exec 2>&1; printf 'a\\\\:b:c' | { read -d : x; echo $? "$x"; read -d : x; echo $? "$x"; }
printf 'a:b' | { read -d :x x; echo $? "$x"; }
read -n 0 x <<<abc; echo $? "[$x]"
read -N 0 x <<<abc; echo $? "[$x]"
read -t 0 x <<<abc; echo $? "[$x]"
read -t 0 x </dev/null; echo $?
{ until [ -e a ]; do sleep .01; done; } | { read -t 0; echo $?; : >a; }
{ until [ -e b ]; do sleep .01; done; } | { read -t 0.1 x; echo $? "[$x]"; : >b; }
{ printf ab; until [ -e c ]; do sleep .01; done; } | { x=old; until read -t 0; do sleep .01; done; read -t 0.2 x; echo $? "[$x]"; : >c; }`,
    `exec 2>&1; { printf "a b"; until [ -e a ]; do sleep .01; done; } | { until read -t 0; do sleep .01; done; read -t 0.2 x y z; echo $? "[$x][$y][$z]"; : >a; }
{ printf "a b"; until [ -e b ]; do sleep .01; done; } | { until read -t 0; do sleep .01; done; read -t 0.2 -a x; echo $? "\${x[@]}"; : >b; }
read -t x; echo $?
read -t -1; echo $?
read -t; echo $?
read -n x y; echo $?
read -n -1 y; echo $?
read -N -1 y; echo $?
read -u x; echo $?`,
    `exec 2>&1; read -u 9; echo $?
read -u -1; echo $?
read -z; echo $?
read 1x <<<a; echo $?
read a 1x b <<<"a b c"; echo $? $a $b
read -a 1x <<<a; echo $?
declare -A as; read -a as <<<a; echo $?
readonly ro; read ro <<<a; echo $?
read a ro b <<<"1 2 3"; echo $? $a $b`,
    `exec 2>&1; read 'arr[2]' 'arr[1]' <<<"p q"; declare -p arr
read -a arr b <<<"x y"; declare -p arr b
read -p "prompt" x <<<a; echo $x
read -s x <<<a; echo $x
read -e x <<<a; echo $x
read -ei foo x <<<a; echo $x
read -i foo x <<<a; echo $x
read -r x <<<'a\\b  '; echo "[$x]"
read x <<<'a\\b\\ '; echo "[$x]"`,
    `exec 2>&1; read <<<' a b '; echo "[$REPLY]"
read -d x <<<'abcxd'; echo "[$REPLY]"
read -rd '' x y <<<' a b
c '; echo "[$x][$y]"
read x </tmp; echo $?
read x <&-; echo $?
IFS=: read a b c <<<'x:y:z:w:'; echo "$a|$b|$c"
IFS= read -n 3 x <<<'  a'; echo "[$x]"
read -t 1e x; echo $?
read -t .5 x <<<q; echo $? $x`,
    `exec 2>&1; TMOUT=0.1; { until [ -e a ]; do sleep .01; done; } | { read x; echo $?; : >a; }`,
  ],
  'what a name means': [
    `exec 2>&1; f() { echo hi; }; shopt -s expand_aliases; alias e='echo x' f=g; type echo f e nothing if; echo $?; type -t echo f e nothing if; echo $?; type -p echo nothing; echo $?; type -z; echo $?; type; echo $?; type -a nothing; echo $?; type -at f if; type -a f; type -f f; unalias f; type f; type -t f; type -ft f; echo $?`,
    `exec 2>&1; f() { echo hi; }; shopt -s expand_aliases; alias e='echo x'; command -v echo f e nothing if; echo $?; command -v nothing; echo $?; command -V echo f e nothing if; echo $?; command -z; echo $?; command; command -v; echo $?; command nothing; echo $?; command -p echo a; command -pv echo; command -- echo b; unalias e; command -v e; echo $?`,
    `mkdir d; echo 'echo run' >d/prog; chmod +x d/prog; PATH=$PWD/d:$PWD/d; x=$(type prog; type -a prog; type -t prog; type -p prog; type -P prog; type -aP prog; command -v prog; command -V prog; type ./d/prog; command -v ./d/prog ./d/none; echo $?); echo "\${x//$PWD/P}"`,
    `exec 2>&1; hash; hash -r; hash nothing; echo $?; hash -t nothing; echo $?; hash echo; echo $?; hash -z; echo $?; hash -t; echo $?; hash -d`,
    `exec 2>&1; PATH=/usr/bin:/bin; type -t grep xargs find echo env; command -v grep ls true eval; command -V grep; type grep; type -p grep; type -P echo; which ls; [ -x "$(command -v sed)" ]; echo $?; [ -f /usr/bin/sed ]; echo $?; test -e /bin/nosuch; echo $?`,
    `exec 2>&1; mkdir d; printf 'echo mine "$@"\n' >d/tr; chmod +x d/tr; PATH=/usr/bin:/bin; echo a | tr a b; PATH=./d:$PATH; tr x y; echo a | command -p tr a b; command -v tr; PATH=/usr/bin; command -v tr; PATH=/nodir; grep x; echo $?; command -v grep; type grep; PATH=; ls; unset PATH; ls; echo $?`,
    `exec 2>&1; mkdir d; touch d/n; printf 'echo run\n' >d/x; chmod +x d/x; PATH=./d:/usr/bin:/bin; type n x; type -a n; command -v n d/n d/x; n; echo $?; d/n; x; mkdir d/cat; command -v d/cat cat`,
    `exec 2>&1; PATH=/usr/bin:/bin; sed -n p /dev/null; grep a /dev/null; grep a /dev/null; (sort /dev/null); hash; PATH=/bin:/usr/bin; hash; grep a /dev/null; hash; hash -d grep; hash -d grep; hash -t grep; hash sed grep; hash -l; hash -t sed; hash -t sed grep; hash -p /bin/foo foo; hash -lt foo; hash -r; hash; set +h; hash; echo $?`,
  ],
  'umask, shift, caller': [
    `exec 2>&1; umask; umask -S; umask -p; umask -pS; umask 027; umask; umask u=rwx,g=,o=; umask; umask g+r,o-x; umask -S; umask a=r; umask; umask 8; echo $?; umask x; echo $?; umask 1777; umask; umask -z; echo $?; umask u=z; echo $?; umask -S 022; umask -p 022; umask 77777; umask -- -w; umask; umask +w; umask; (umask 077); umask; umask 5; umask`,
    `exec 2>&1; shift x; echo $?; shift -1; echo $?; shift 5; echo $?; set 1 2 3; shift 2; echo $@; shopt -s shift_verbose; shift 4; echo $?; shift 0; echo $?; shift -- 1; echo $#; shift; echo $?; shift ''; echo $?; printf 'set 1; shift 1 2; echo no\\necho $? $#\\n' >s; bash ./s`,
    `exec 2>&1; f() { caller; echo $?; caller 0; echo $?; g; }; g() { caller; caller 0; caller 1; echo $?; caller x; echo $?; caller -z; echo $?; }; caller; echo $?
f`,
  ],
  'attributes of functions and variables': [
    `exec 2>&1; f() { :; }; readonly -f f; f() { echo no; }; echo $?; readonly -f nothing; echo $?; unset -f f; echo $?; unset f; echo $?; readonly -f; declare -F; f; g() { :; }; export -f g; declare -F; export -f; export -n g; export -nf g; declare -F; export -f nothing; echo $?`,
    `exec 2>&1; export -z; echo $?; export Q=1; export -n Q=2; declare -p Q; export -p | grep -c " Q="; readonly -z; echo $?; export 1x; echo $?; readonly 2=3; echo $?; readonly -a ra=(1); declare -p ra; export -- R=4; declare -p R`,
    `exec 2>&1; declare -A a=(1 2 3); echo \${#a[@]} \${a[1]} "[\${a[3]-unset}]"; declare -A b=(x y); declare -p b; declare -A c; c=([q]=1 z); echo $?; declare -p c; c=(z); declare -p c; c+=([r]=1 5); echo \${c[r]}`,
  ],
  'cd and pwd': [
    `exec 2>&1; mkdir -p t/sub; ln -s t l; ln -s $PWD/t/sub ls; w=$PWD; p() { echo "\${1-$PWD}" | sed "s#$w#W#g"; }; cd l; p; p $(pwd -P); p $(pwd -L); cd sub/..; p; cd ..; cd -P l; p; cd ..; cd ls; cd ..; p; cd ls; cd -P ..; p; cd - >/dev/null; p; cd -- /; p; cd $w; set -P; cd ls; p; cd ..; p; set +P; cd $w/l; cd -LP .; p; cd $w/l; set -o physical; p $(pwd)`,
    `exec 2>&1; mkdir -p t/sub e/foo; w=$PWD; CDPATH=/nodir:$w/e; cd foo | sed "s#$w#W#"; cd ./foo; echo $?; cd t; CDPATH=:$w/e; cd sub; echo $?; cd -q; cd a b; pwd -q; cd $w; env | grep -c ^OLDPWD; unset HOME; cd; unset OLDPWD; cd -`,
  ],
  'unset and scopes': [
    `f() { local v=local; unset v; echo "\${v-unset}"; v=again; g; }; g() { unset v; echo "g \${v-unset}"; v=x; unset v; echo "g \${v-unset}"; }; v=global; f; echo "$v"; k() { unset -v y; echo \${y-none}; y=k; }; j() { local y=j; k; echo j$y; }; y=g; j; echo $y`,
    `h() { echo "$x"; x=m; unset x; echo "\${x-unset}"; unset x; echo "\${x-unset}"; }; x=global; x=temp h; echo "\${x-unset}"; x=g; i() { local x=l; unset x; echo \${x-unset}; local x; echo \${x-unset}; x=5; echo $x; }; x=temp i; echo $x`,
  ],
  'listings of variables': [
    `x1=1; readonly x2=2; export x3=3; declare -n x4=x1; xe=; xq="a b"; xn=$'a\nb'; xa=(1 "b c"); declare -A xh=([k]=v [w]=1 ['a b']=2 [ä]=3); declare -i xi=5; declare xu; f() { local x5=5 x1=2; declare | grep ^x; local; local -p; set | grep ^x; readonly -p x1; export -p x1; local -p x5; readonly x6; declare | tail -3; }; f; declare -p x1 x3; echo "\${xh[@]@K} \${!xh[@]}"`,
    `exec 2>&1; export b[7]=8; echo $?; readonly b[7]=8; declare -p b; alias -- a=b; alias -p; unalias -- a; unalias; unalias none; echo $?; alias -z; eval -- 'echo e'; eval -z; echo $?; builtin; builtin --; builtin -- echo b; builtin none; echo 'echo $1' >s; . -- ./s x; source; echo $?; source -z`,
    `for i in 1 2; do continue 1 2; done; echo no`,
    `f() { return 1 2; echo no; }; f; echo $?`,
  ],
};
