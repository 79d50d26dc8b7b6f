/** Scripts by which this shell once differed from bash, found by comparing random scripts. */
export const differences: { readonly [group: string]: readonly string[] } = {
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
};
