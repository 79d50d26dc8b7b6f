/** Scripts about here-documents, aliases, lines and functions as text, whose output and status must be those of bash. */
export const languageCases: { readonly [group: string]: readonly string[] } = {
  'functions as text': [
    `f() { a >&2 <&3 2>&1 1>x 2>y >&- <&- 2<&- <x 0<x 3<x <>x 3<>x &>x &>>x >&x >|x >>x {v}>x {v}>&- <<<x 2>&$x 3>&4- 1<>x; }
declare -f f`,
    `f() { a
b & c; d |& e; while a; b & do c; done; [[ a == b && ! ( c || d ) ]]; }
declare -f f`,
    `f() { cat <<A 4<<-'B C' <<"D"E <<\\F <<"a'b"
x
A
	y
	B C
z
DE
q
F
e
a'b
}
declare -f f; f`,
    `f() {
cat <<EOF | cat <<-B && echo; }
a
EOF
b
	B
declare -f f`,
    `f() { if cat <<EOF; then cat <<B; fi >&2 <<C
a
EOF
b
B
c
C
}
declare -f f`,
    `f() { cat <<X & b; cat <<X || b; until cat <<X; cat <<X; do a; done; } 3<<E
1
X
2
X
3
X
4
X
c
E
declare -f f`,
    `f() { for i in a; do cat <<EOF; done; while cat <<EOF & do :; done; ( cat ) <<EOF
a
EOF
b
EOF
c
EOF
}
declare -f f`,
  ],
  'here-documents and lists': [
    `IFS=x; set -- axc b; a=(cxe d); v=1x2; cat <<E
fxg $v $* \${*} $@ \${*:1} \${a[*]} \${a[@]} \${*/a/z} \${a[*]:0} \${u-$*} \${u-"$v"} \${*@Q} \${!a[*]} \${a+"$*"} $(echo "$*")
E`,
    `IFS=; set -- a b; a=(c d); cat <<E
$* \${*} $@ \${a[*]} \${a[@]} \${u-$*} \${!a[*]}
E`,
  ],
  'lines of commands': [
    `echo $LINENO 'a
b' $LINENO; echo $LINENO
echo 'a
b' $LINENO; eval '
echo $LINENO'
eval 'echo $LINENO' '
' 'echo $LINENO'
eval \\
'echo $LINENO
echo $LINENO'`,
    `v='
a' echo $LINENO; v='
a'; echo $LINENO`,
  ],
  'names that lose their meaning': [
    `unset LINENO
echo A $LINENO
LINENO=3
echo B $LINENO
f() { local LINENO; echo $LINENO; LINENO=7; echo $LINENO; }; f; echo $LINENO`,
    `f() { local LINENO=5 RANDOM=6
echo $LINENO $RANDOM; }
f; echo $LINENO`,
    `for v in RANDOM SECONDS BASHPID EPOCHSECONDS SRANDOM BASH_COMMAND BASH_SUBSHELL FUNCNAME DIRSTACK; do unset $v; echo $v $? \${!v+set}; eval "$v=abc"; echo $? \${!v}; done`,
    `false | true; declare -p PIPESTATUS; false | true; set | grep ^PIPES; echo \${PIPESTATUS@a}`,
    `printf 'echo $PIPESTATUS \${#PIPESTATUS[@]}\n' | bash`,
  ],
  'aliases in odd places': [
    `shopt -s expand_aliases
alias c='case a in ' p='(b)' a=b for2='for x ' in1='in 1 2' l='
(
' r='
)
'
c a) echo 1;; a) echo 2;; esac
c p echo 3; esac
for2 in1; do echo $x; done
for2 in a; do echo $x; done
l echo sub; x=5; r
echo $x`,
    `shopt -s expand_aliases
alias f='f ' p='()' g='g( ' q=')' 3=:
f p
{ echo F; }
g q
{ echo G; }
\\f; \\g; 3>/dev/null echo no; 3>&1 echo yes >&3`,
    `shopt -s expand_aliases
alias c=cat e='echo '
e c c cat
alias c='cat '
e c c cat
alias echo='e x x ' x=.
echo echo
alias h=' cat << ' d=' \\END '
h d
text
END`,
    `printf '%s\n' "alias l='
(
' r='
)
' s='\\' e='echo '" 'l echo sub; r' 'e s' ' more' 'false' 'alias b=" "' 'b' | bash -O expand_aliases; echo $?`,
    `printf '%s\n' 'alias if=: then=: else=: fi=: for=: in=: do=: done=:' 'if true; then echo then; else echo else; fi' 'for a in A; do echo $a; done' | bash --posix`,
  ],
  'references and lists': [
    `a=x; echo "<\${!a[1]}>" $?; b=(1); echo "<\${!b[3]}>"; declare -A c; echo "<\${!c[x]}>"; c[q]=1; echo "<\${!c[x]}>" "<\${!1}>"; a=; echo \${!a}; echo $?`,
    `set -- a 'b c'; echo "\${@@A}" "\${*@A}"; set --; echo "<\${@@A}>"`,
    `set -u; (echo $!) 2>&1; (echo \${!}) 2>&1; echo \${#!}; (echo $1) 2>&1; (echo \${1#x}) 2>&1`,
  ],
  'assignments before a command': [
    `a=1; a=2 b=$((a++)) bash -c 'echo $a $b'; echo $a; unset c; c=5 d=\${c:=7} e=$((c++)) bash -c 'echo $c $d $e'; echo $c; X= Y=\${X:=b} bash -c 'echo $X $Y'; echo $X`,
    `a=1; f() { echo $a $b; }; a=2 b=$((a++)) f; echo $a; a=3 b=$((a+=2)) eval 'echo $a $b'; echo $a; a=4 b=$((a++)) read x <<<y; echo $a`,
  ],
  'what ends with which status': [
    `for i in 1 2; do ! continue; done; echo $?; for i in 1; do ! break; done; echo $?; for i in 1; do false; continue; done; echo $?; for i in 1; do for j in 1; do ! continue 2; done; done; echo $?`,
    `bash -c 'trap "echo hi; exit" EXIT; exit 9'; echo $?; bash -c 'f() { false; exit; }; trap f EXIT; exit 5'; echo $?; bash -c 'trap "(exit 3); exit" INT; kill -INT $$; echo no'; echo $?`,
    `for 'v[-5]' in 1 2; do echo $v; done; echo $?; for $x in a; do :; done; echo $?; select v- in a; do :; done; echo $?; bash --posix -c 'for 1 in a; do :; done; echo no'; echo $?`,
    `for s in 'echo $(</nofile)' 'if echo $(</nofile); then echo y; fi' '(echo $(</nofile))'; do bash -ec "$s; echo no"; echo $?; done`,
    `builtin exec bash -c 'echo $0'`,
    `r() { IFS=$1; printf '%s\\n' "$2" | { read a b c; printf '[%s]' "$a" "$b" "$c"; echo; }; }; for s in 'A-B-C - ' 'A-B-C -' 'A-B-C-' 'A-B-C--' 'A-B-C - -' 'A-B-C -x ' 'A-B- C - ' 'A-B--'; do r ' -' "$s"; done; r ' -\\' 'A\\ A \\ \\B\\  C\\\\C\\-C'; r '\\' 'a\\b\\\\c'`,
    `printf '%s\\n' 'c\\' 'ase a \\' 'i\\' 'n a) echo one\\' ';\\' '; esac' | bash`,
    `bash -c 'kill -s QUIT $$; echo on'; echo $?; (kill -QUIT $BASHPID; echo no); echo $?; trap 'echo t' QUIT; kill -QUIT $$; trap - QUIT; kill -QUIT $$; echo e; sleep 5 & kill -QUIT $!; wait $!; echo $?`,
    `trap 'echo "$BASH_COMMAND"' ERR; (false; false); { :; (a=1; exit 3); }`,
    `exec 2>/dev/null; for s in HUP INT KILL TERM ALRM; do bash -c "kill -s $s \\$\\$"; echo $?; (bash -c "kill -s $s \\$\\$"); kill -l $?; done`,
    `PATH=/none; for c in echo test cd printf; do (exec $c 1); echo $?; done`,
    `printf '%3000000000s|%.3000000000d|\\n' a 1; echo $?`,
    `set -o posix; x='a  b'; command export y=$x; echo "$y"; command command declare z=$x; echo "$z"; builtin declare w=$x; echo "$w"; HOME=/h; command export g=~2:~; echo $g; set +o posix; command export y=$x; echo "$y"`,
    `d=$PWD; mkdir s; CDPATH=$d:.; cd -P s >o; cd ..; sed "s#$d#D#" o; CDPATH=.; cd s | sed "s#$d#D#"; cd -P s`,
  ],
  'the umask of a shell that is started': [
    `umask 027; bash -c umask; (umask 777; sh -c umask); echo umask > t; sh < t; sh t; (umask 007; sh -c 'mkdir q; ls -ld q | cut -c1-10; umask 022; touch z; ls -l z | cut -c1-10; umask 077; bash -c "touch y; ls -l y | cut -c1-10"'); umask; find t -exec sh -c umask \\;; umask 022; sh -c 'touch x; ls -l x | cut -c1-10'`,
  ],
};
