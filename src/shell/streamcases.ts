/** Scripts about descriptors, pipes beside the shell and coprocesses whose output and status must be those of bash. */
export const streamCases: { readonly [group: string]: readonly string[] } = {
  'process substitution': [
    `cat <(echo a) <(echo b); cat <(cat <(cat <(echo deep)))`,
    `while read l; do echo "[$l]"; done < <(printf 'x\\ny\\n'); head -2 <(yes); echo $?`,
    `echo hi > >(tr a-z A-Z); wait $!; echo after`,
    `exec > >(sed 's/^/> /'); echo one; echo two`,
    `trap 'echo bye' EXIT; exec > >(tr a-z A-Z); echo hi`,
    `f() { cat "$1" "$2"; echo in; }; f <(echo x) <(echo y) | cat; for f in <(echo one) <(echo two); do cat $f; done`,
    `exec 3< <(printf 'l1\\nl2\\n'); read -u 3 a; read b <&3; echo $a $b; exec 3<&-`,
    `source <(echo 'x=5; echo sourced'); echo $x; . /dev/stdin <<< 'y=6'; echo $y`,
    `paste <(seq 3) <(seq 4 6); comm -12 <(printf 'a\\nb\\n') <(printf 'b\\nc\\n'); sort -m <(seq 3) <(seq 2)`,
    `echo <(true) >(true) | sed 's/[0-9]/N/g'; [ -p <(true) ] && echo pipe; [ -r <(true) ] && echo r; test -f <(true) || echo no file`,
    `sed s/a/b/ <(echo aaa); grep -c x <(printf 'x\\nx\\n'); wc -l < <(seq 5); mapfile -t a < <(seq 3); echo \${#a[@]} $(cat <(echo sub))`,
    `ls nofile 2> >(wc -l); wait $!`,
  ],
  coproc: [
    `coproc cat; echo hello >&\${COPROC[1]}; read x <&\${COPROC[0]}; echo $x; kill $COPROC_PID; wait $COPROC_PID; echo $?`,
    `coproc UP { while read l; do echo "\${l^^}"; done; }; echo abc >&"\${UP[1]}"; read -u "\${UP[0]}" r; echo $r; exec {UP[1]}>&-; wait; echo $?`,
    `coproc T { tr a-z A-Z; }; echo xyz >&\${T[1]}; eval "exec \${T[1]}>&-"; cat <&\${T[0]}`,
  ],
  'what a descriptor is': [
    `k() { for t in p f c s d e; do [ -$t "\${1:-/dev/stdin}" ] && printf $t; done; echo; }; echo x | k; echo > f; k <f; k </dev/null; k <<<x; k <(echo); k /dev/null
exec 5<f; k /dev/fd/5; exec 5<&-; k /dev/fd/5; k /dev/stdout | cat; { k /dev/stdout; } > o; cat o; k /dev/fd/3 3<.; k /dev/stdin <&-`,
    `cat /dev/null | sh -c 'test -p /dev/stdin; echo $?'; echo >f; bash -c '[[ -f /dev/stdin ]]; echo $?' <f; [[ -p /dev/stdin ]] </dev/null; echo $?`,
  ],
  descriptors: [
    `exec {fd}>f; echo $((fd >= 10)); echo hi >&$fd; exec {fd}>&-; cat f; echo x {g}>h; echo y >&$g; cat h; echo z >&99; echo $?`,
    `exec 3<>f; echo abc >&3; cat f; exec 3>&-; exec 4>f; exec 5>&4-; echo q >&5; cat f; echo no >&4; echo $?`,
    `{ echo o; echo e >&2; } |& sort; { echo o; echo e >&2; } &>f; cat f; { echo p; echo r >&2; } &>>f; cat f`,
    `f() { echo out; echo err >&2; } >fo 2>&1; f; cat fo; g() { cat; } <<< here; g`,
    `for i in 1 2; do echo $i; done >lf; while read l; do echo $l; done <lf; if true; then cat; fi <<< x; case a in a) cat;; esac <<< c; (cat) <<< s; [[ a ]] >nf; ls nf`,
    `exec 3>&1; x=$(echo cap; echo direct >&3); echo "[$x]"; exec 3>&-; echo to1 >&3; echo $?`,
    `echo n 2>&1 >/dev/null | cat; ls nofile 3>&1 1>&2 2>&3 | wc -l; echo gone >&-; echo $?`,
    `head -c 4 /dev/urandom | wc -c; [ -c /dev/null ] && echo device; [ -f /dev/null ] || echo no file; cat /dev/fd/0 <<< w`,
  ],
};
