/** Scripts by which this shell once differed from bash, found by comparing random scripts. */
export const differences: { readonly [group: string]: readonly string[] } = {
  'exec by command': [
    `command -- exec 5>&1; echo a >&5; command -p exec 4>&1; echo b >&4; command -p -- exec echo e; echo no`,
  ],
  'elements of arrays with set -u, in arithmetic': [
    `for s in 'v=(); echo $((v[1])); echo a' 'v=(1); echo $((v[1])); echo b' 'echo $((v[1])); echo c' 'v=(); echo $((v)); echo d' 'declare -a v; echo $((v[0])); echo e' 'v=(); echo "\${v[1]}"; echo f' 'v=5; echo $((v[1])); echo g' 'declare -A m; echo $((m[x])); echo h' 'declare -A m=([y]=1); echo $((m[x])); echo h2' 'v=([3]=1); echo $((v)); echo i' 'v=(); ((v[1]++)); echo j \${v[@]}' 'v=(1); ((v[1]+=2)); echo k \${v[@]}' 'v=(1); ((x++)); echo l' 'v=(); ((v[1])); echo m' 'v=(); let v[1]; echo n' 'v=(); [[ v[1] -eq 0 ]]; echo o $?' 'v=(); echo \${b:v[1]}; echo p' 'v=(); i=0; echo $((v[i]+1)); echo q'; do bash -uc "$s"; done`,
  ],
  'patterns replaced in an empty value': [
    `shopt -s extglob; b=; for p in "*" "!(x)" "?(x)" "" "#" "%" "#*" "@(|x)" "#!(x)" "/*" "*(x)"; do eval "echo \\"$p <\\\${b/$p/y}>\\""; done; b=(""); echo "<\${b[@]/*/y}><\${b/!(x)/y}>"; set --  ""; echo "<\${1/*/y}>"`,
  ],
  'what the value of a variable before a command assigns': [
    `f() { echo "f<$a$b>"; }
a=x; a="$a $((a++))" f; echo "1 $a"
a=5; a=$((a++))$a f; echo "2 $a"
a=1; b=2; b=$((a=7)) a=$b f; echo "3 $a $b"
a=1; b=$((a++)) f; echo "4 $a $b"
unset a b; a=\${b:=q} f; echo "5 $a $b"
unset a; a=\${a:=q} f; echo "6 $a"
h() { local a=9; a=$((a++)) f; echo "h $a"; }; h; echo "9 $a"
a=1; a=$((a+=5)) :; echo "10 $a"
a=1; a=$((a+=5)) env | grep ^a=; echo "11 $a"
a=(1 2); a=$((a[0]++)) f; echo "12 \${a[@]}"`,
  ],
  'lists without elements in quotes': [
    `v=() a= b=b; printf '<%s>' "$none\${v[@]}" "$a$@" "$@$a" "$@$(:)" "$@\${v[*]}" "\${a:-}$@" "$a$@$a" "$a\${v[@]+y}" "$a\${!zz@}" "\${!zz@}" \${none:-"$a$@"} "\${a:1}$@" "$a\${v[@]/x}" x`,
    `v=() a= b=b; printf '<%s>' "$@""$a" "$@"'' "\${a/x}$@" "\${b#b}$@" "$@\${b:1}" "$((1))$@" "\${v[@]:-$a}$a" x; set -- ""; printf '<%s>' "$a$@" "\${v[@]}$@" x`,
    `a=; for i in "$a$@" "$(:)$@"; do echo "[$i]"; done; b=("$a$@"); echo \${#b[@]}`,
  ],
  'an index before the first element': [
    `v=(1); echo "\${v[-2]}" "\${v[-2]:-d}" $?; echo $((v[-2])) $((v[-2]=3)) $((v[-2]++)) $?; ((v[-2])); let 'v[-5]+2'; echo $? "\${v[@]}"`,
    `v=(); s=abc; echo "[\${v[-1]}\${s[-1]}\${u[-1]-x}]"; test -v 'v[-2]'; echo $?; a='v[-3]'; echo "\${!a}"; echo $?`,
    `v=([-1]=x); echo $? \${v[@]}; v+=([-9]=4 5); echo $?; declare -p v`,
    `echo "\${#nn[-1]}"; v=(); echo "\${#v[-1]}"; echo no`,
    `s=abc; echo "\${#s[-1]}"; echo no`,
    `v=(1 2); i=; echo "\${v[$i]}"; echo "\${v[]}"; echo no`,
  ],
  'transformations of arrays without elements': [
    `for d in 'v=()' 'declare -a v' 'declare -A v' 'declare -i v' 'v=(1 "2 3")' 'v=1' 'declare -A v=([x]=1 [0]=z)' 'declare -x v=1'; do eval "$d"; printf '<%s>' "\${v[@]@a}" "\${v[*]@a}" "\${v@a}" "\${v[0]@a}" \${v[@]@a} x; printf '<%s>' "\${v[@]@A}" "\${v[*]@A}" "\${v@A}" "\${v[0]@A}" x; unset v; done`,
  ],
  'arrays that are declared and not assigned': [
    'declare -a v; declare -p v; declare -A m; declare -p m; set | grep -E "^(v|m)="; v+=(); declare -p v; f() { local -a w; declare -p w; local -A x=(); declare -p x; }; f; declare -ai z; declare -p z; declare -a y; y[0]=1; unset "y[0]"; declare -p y',
  ],
  'arrays of the values of outer ones': [
    `v=(1 2) a=(7); g() { local -a v=("\${v[@]}" x); declare -p v; }; g; g() { local v+=("\${v[@]}" x); declare -p v; }; g; g() { declare v=("\${#v[@]}" "$(echo \${v[1]})"); declare -p v; }; g; g() { local a=(x) v=("\${a[@]}" "\${v[@]}"); declare -p v; }; g`,
    `v=(1 2); g() { local -a v=([0]=$((v[1])) [v[1]]=7); declare -p v; }; g; declare -A m=([a]=1); g() { local -A m=([b]=\${m[a]}); declare -p m; }; g; h() { local m=(a "\${m[a]}" [5]=c); declare -p m; local -A n=([x]=1); n+=([y]=2); declare n+=([z]=3); declare -p n; }; h; declare -p m; readonly -A q=([k]=v); declare -p q`,
  ],
  'values on the left of an assignment': [
    `c=5; echo $((c|=0+c--)) $c; echo $((c+=c++ + 1)) $c; v=(1 2); echo $((v[0]+=v[0]++)) \${v[@]}; i=0; echo $((v[i]+=i++)) \${v[@]} $i; echo $((c+=c=3)) $c $((c=c++)) $c; x='y=5' y=1; echo $((y+=x)) $y`,
    'echo $((1 ? 2 : 5%0)) $((0 && 1/0)) $((0 ? a**-b : 1)); ((1 ? 0 : 2**-1)); echo $?; echo $((1 || 2**-1)); echo no',
  ],
  'braces in the elements of an array': [
    `i=1; v=([2]=x [0]=a{x,y}b 'x'); declare -p v; v=([i]=x [$i+1]=a{x,y}b"$i" 'x'); declare -p v; v=([0]={1..3}); v+=([0]+={4,5}); declare -p v; declare -A m=([x]={1,2} [y]=z); declare -p m; v=([0]="{1..3}" [1]={1}); declare -p v`,
  ],
  'lists that are assigned': [
    `IFS=:; v=(a b "c d"); set -- 1 2 3; declare -A m=([k]=v); q1=1 q2=2; w=x
y="\${v[@]#x}"; echo "1q $y"; y=\${v[@]#x}; echo "1u $y"
y="\${v[@]/x/y}"; echo "2q $y"; y=\${v[@]/x/y}; echo "2u $y"
y="\${v[@]^}"; echo "3q $y"; y=\${v[@]^}; echo "3u $y"
y="\${v[@]@Q}"; echo "4q $y"; y=\${v[@]@Q}; echo "4u $y"
y="\${v[@]:0}"; echo "5q $y"; y=\${v[@]:0}; echo "5u $y"
y="\${!v[@]}"; echo "6q $y"; y=\${!v[@]}; echo "6u $y"
y="\${!q@}"; echo "7q $y"; y=\${!q@}; echo "7u $y"
y="\${v[@]:-z}"; echo "8q $y"; y=\${v[@]:-z}; echo "8u $y"
y="\${@#x}"; echo "9q $y"; y=\${@#x}; echo "9u $y"
y="\${@/x/y}"; echo "10q $y"; y=\${@/x/y}; echo "10u $y"
y="\${@^}"; echo "11q $y"; y=\${@^}; echo "11u $y"
y="\${@@Q}"; echo "12q $y"; y=\${@@Q}; echo "12u $y"
y="\${@:1}"; echo "13q $y"; y=\${@:1}; echo "13u $y"
y="\${@:-z}"; echo "14q $y"; y=\${@:-z}; echo "14u $y"
y="$@"; echo "15q $y"; y=$@; echo "15u $y"
y="\${v[@]}"; echo "16q $y"; y=\${v[@]}; echo "16u $y"
y="\${v[*]}"; echo "17q $y"; y=\${v[*]}; echo "17u $y"
y="\${v[*]#x}"; echo "18q $y"; y=\${v[*]#x}; echo "18u $y"
y="\${zz:-$@}"; echo "19q $y"; y=\${zz:-$@}; echo "19u $y"
y="\${zz:-"$@"}"; echo "20q $y"; y=\${zz:-"$@"}; echo "20u $y"
y="\${*:1}"; echo "24q $y"; y=\${*:1}; echo "24u $y"
y="\${!v[*]}"; echo "25q $y"; y=\${!v[*]}; echo "25u $y"
y="\${*/x/y}"; echo "26q $y"; y=\${*/x/y}; echo "26u $y"
y="\${*^}"; echo "27q $y"; y=\${*^}; echo "27u $y"
y="\${v[*]:0}"; echo "28q $y"; y=\${v[*]:0}; echo "28u $y"
y="\${v[*]@Q}"; echo "29q $y"; y=\${v[*]@Q}; echo "29u $y"
y="\${!q*}"; echo "30q $y"; y=\${!q*}; echo "30u $y"`,
    `f() { local y="\${v[@]:0}"; echo "$y"; }; v=(a b 'c d'); set -- 1 2 3; IFS=:; f; declare z="\${v[@]:1}"; echo "$z"; export e="\${v[@]#a}"; echo "$e"; readonly r="\${@:1}"; echo "$r"; declare "b[0]"="\${v[@]:0}"; echo "\${b[0]}"; : "\${zz:=\${v[@]:0}}"; echo "$zz"; declare -A m; m=([k]="\${v[@]^}"); m+=([l]="\${v[@]:0}"); echo "\${m[k]} \${m[l]}"; a=([0]="\${v[@]^}"); echo "\${a[0]}"
IFS=,; v=(a b); cat <<< "\${v[@]:0}"; cat <<< \${v[@]%x}; a=("\${v[@]:0}"); echo \${#a[@]}; set -- 1 2; y="\${@:1}$(echo "\${@:1}")"; echo "$y"; [[ "\${v[@]:0}" == a,b ]]; echo $?; case "\${v[@]:0}" in *,*) echo c;; *) echo s;; esac; IFS=; y="\${v[@]:0}"; echo "$y"; unset IFS; y="\${@:1}"; echo "$y"`,
  ],
  'mistakes in subscripts': [
    `for s in '((x[1/0])); echo no' 'y="z[1/0]"; ((y)); echo no' 'let "x[1/0]"; echo no' '[[ 1 -eq z[1/0] ]]; echo no' 'read "z[1/0]" <<< x; echo no' 'if ((x[1/0])); then :; fi; echo no' '((x[08])) || echo no' 'a="x[a-c]"; ((a)); echo no' 'printf -v "z[1/0]" x; echo no' '(f() { ((x[1/0])); echo no; }; f; echo no); echo yes' 'for i in 1; do ((x[1/0])); done; echo no' '((1/0)); echo yes' 'declare -i q; read q <<< 1/0; echo no' 'a=1; echo \${a:1/0}; echo no' 'set -- 1; echo \${@:1/0}; echo no' 'declare -A m; ((m[1/0])); echo yes' '((x[])); echo $? $((x[]+1))' 'set -u; ((0?a=0:b=0)); echo $?; a=1/0; ((1+a=0)); echo $?; echo $((b+=1))'; do bash -c "$s" 2>&1; echo "[$?]"; done`,
    `printf '((x[1/0])); echo no\\necho next\\n' > s; bash s; . ./s; echo no`,
  ],
  'the status where a text ends too early': [
    `for s in $'echo a\\necho \\'x' $'(exit 3)\\necho "x' $'(exit 3)\\nif true' $'(exit 3)\\necho $(x' $'(exit 3)\\necho \${x' $'(exit 3)\\necho \`x' $'(exit 3)\\n((x' $'(exit 3)\\na=(x' $'a=(x' $'(exit 3)\\n[[ x == y' $'(exit 3)\\necho $((1' $'(exit 3)\\na[x' $'(exit 3)\\nf() {'; do bash -c "$s" 2>&1; echo "[$?]"; bash <<< "$s" 2>/dev/null; echo "$?"; done; printf "(exit 3)\\necho 'x" > s; bash s 2>/dev/null; echo $?; (exit 3); . ./s 2>/dev/null; echo $?; eval "echo 'x" 2>/dev/null; echo $?`,
  ],
  'quotes with a dollar in an expansion in quotes': [
    `a=x; n=
echo "1 \${a:+$'\\x41'}"; echo "2 \${n:-$'\\x41'}"; echo "3 \${n:=$'\\x41'}"; n=; echo "4 \${a#$'\\x78'}" "5 \${a/$'x'/$'\\x41'}" "6 \${a/x/$'\\x41'}"; echo "7 \${a:+$"q"}" "8 \${a:+'q'}" "9 \${a:+"q"}" "10 \${a:+\\'q}" "11 \${a:+\${a:+$'\\x41'}}" "12 \${a:+b$'\\x41'c}"
echo "13 $(echo "\${a:+$'\\x41'}")"; echo \${a:+"$'\\x41'"} \${a:+$'\\x41'}; cat <<E2
14 \${a:+$'\\x41'} \${a/x/$'\\x41'} \${a#$'\\x78'}
E2`,
    `a=x; n=; echo "17 \${a+$'a b'$'\\tc'}"; echo "18 \${a+\\$'q'}"; [[ x == "\${a+$'x'}" ]] && echo 20; b="\${a+$'\\x41'}"; echo 21 $b; cat <<< "\${a+$'\\x41'}"; echo "27 \${a+\${n:-$"z z"}}"; echo "26 \${a:+\`echo "q"\`$\`echo z\`}"; echo $(( \${n:-$'1'} + 1 )); echo no`,
  ],
  'test(1) with few words': [
    `for w in '-o -a 1' '-n -a 1' '! -o -a 1' '! a -a b' 'a -o b' '-a -o -a' '! -a !' '( -a )' '! ( a )' '( ! a )' 'a -a' '-o 1' '! -o' '! ! a' '-f -o -f' '! = !' '( = )' '( -o x' 'x -a )' '! -n -a 1' '! ( -a )'; do env [ $w ] 2>/dev/null; echo "$w $?"; done`,
  ],
  'brackets that are not closed': [
    `printf 'declare a[1\\necho ok\\n' > s; bash s; printf 'f() { local a[1; echo in; }; f; export b[2; unset a[1; readonly c[3; typeset d[; echo ok' > s; bash s; printf 'a[1 b\\necho no' > s; bash s; echo $?`,
    `bash -c $'(exit 3)\\n((echo a)\\necho hi'; echo $?; bash -c $'(exit 3)\\n((echo a) | cat\\n'; echo $?; printf '((echo a)\\necho hi\\n' > s; bash s; echo $?; bash -c $'(exit 3)\\necho $((1'; echo $?; eval "a=(1" 2>/dev/null; echo $?; echo 'a=(1 2' > s; . ./s 2>/dev/null; echo $?; eval "echo 'x" 2>/dev/null; echo $?`,
  ],
  'escapes without digits': [
    `printf '%b|' '\\x' '\\u' '\\xz' '\\x41' '\\\\x' 'a\\cb\\x'; echo $?; printf '%b%s' '\\U' a; echo $?; printf '\\x|\\u\\n'; echo $?; printf '%d' 1x; echo $?`,
  ],
};
