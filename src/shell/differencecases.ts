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
};
