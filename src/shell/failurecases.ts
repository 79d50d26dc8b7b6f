/** Scripts about what fails and what that ends, and about `$_`, whose output and status must be those of bash. */
export const failureCases: { readonly [group: string]: readonly string[] } = {
  'the last argument': [
    `: one two; echo "$_"; echo "$_ again" && echo "<$_>"; : ""; echo "[$_]"; v=5; echo "[$_]"; w=6 : p; echo "$_"`,
    `f() { echo "in $_"; : inner; }; : before; f arg; echo "after $_"; eval ': e'; echo "$_"; (: sub); echo "$_"; : a | : b; echo "$_"`,
    `for _ in 1 2; do echo "<$_>"; done; read -r _ v <<<'x y z'; echo "$v $_"; declare -a q=(1 2); echo "$_"; export k=v; echo "$_"`,
    `if : cond; then echo "$_"; fi; [[ x ]]; echo "$_"; false arg || echo "$_"; f() { local _=1; : b; echo "$_"; }; f c; echo "$_"; declare -p _`,
  ],
  'what follows references': [
    `n='#'; declare -n n; echo $? "$n"; m=x; x=foo; declare -n m; echo "$m"; e=; declare -n e; echo $?; declare -p e; declare -n k=k; echo $?`,
    `declare -n r; r=1\necho $? "[$r]"; r=ok; ok=5; echo $r; declare -n s='a b'; echo $?; s=plain; echo $s`,
    `declare -n a=b; declare -n b=a; echo "x=$a"; echo $? "\${a:-none}" \${#b}; a=4; echo no`,
    `a=(0 one two 3); i=1; declare -n r='a[$(echo 2)+1]' s='a[i]'; echo $r $s; s=new; r+=X; echo \${a[@]} \${r:0:1} \${s:-no}; unset s; echo \${a[@]}`,
    `declare -A A=([k]=v ["a b"]=w); k=k; declare -n r='A[$k]'; echo $r; r=z; echo \${A[k]} \${#A[@]}; declare -n s='A["a b"]'; s=n; echo "\${A[a b]}"`,
    `a=('A B' C); declare -n r='a[@]' s='a[*]'; printf '<%s>' "$r" "$s" $r; echo; r=5\necho $?; r=(X Y)\necho $?; echo "\${a[@]}"`,
    `a=(X Y); declare -n r='a[0]'; r[0]=foo\necho $? \${a[@]}; r=bar; echo \${a[@]}`,
  ],
  'empty keys': [
    `exec 2>/dev/null; e=; declare -A a=([$e]=1 [x]=2); echo $? \${#a[@]}; a=([""]=1 [y]=2 [$e]+=3); echo $? \${!a[@]}; a+=([$e]=1 [z]=2); echo \${#a[@]}; a=("$e" 1 k 2); echo \${!a[@]}; b=([$e]=1 [2]=x [' ']=y); echo $? \${!b[@]}; b+=([$e]=1); echo \${#b[@]}`,
    `exec 2>/dev/null; e=; declare -A a=([x]=2); echo "[\${a[$e]}]" "\${a[""]-none}" \${a[$e]+set} $?; a[ ]=1; a[' ']+=2; echo "\${a[ ]}"; ((a[$e]++)); echo $?; let "a[$e]=1"; echo \${#a[@]}; declare "a[$e]=1"; echo $?; [[ -v a[$e] ]]; echo $?`,
    `for s in 'a[$e]=1' 'a[""]=1' 'a[$e]+=1' ': \${a[$e]:=1}' 'for i in x "" y; do a[$i]=1; done'; do bash -c "declare -A a; $s; echo no" 2>/dev/null; echo $?; done; declare -A c; while read -r w; do c[$w]=1; done <<<$'a\n\nb' 2>/dev/null; echo no`,
  ],
  'tildes in arguments': [
    `HOME=/h; echo x=~ a=~:~/b "q=~" 'x=~' 1x=~ x+=~ a[1]=~ x=a:~ --x=~ =~ x=b~ x=~nosuch:~/d x=~/a/~ x=:~:; set -o posix; echo x=~`,
    `HOME=/h; echo {a,b}=~ x=~{1,2} x=~"q" x=$y~ "x"=~ x\\=~ x=\\~ x=~/$y x=~/"a b":~ x=~/*; set -- x=~; echo $1; env q=~/x | grep ^q=`,
  ],
  'assignments before exec': [
    `x=1 y=2 exec sh -c 'echo "[$x$y]"'; echo no`,
    `readonly r=1; r=2 exec sh -c 'echo "[$r]"'; echo no`,
    `x=1 exec >f; echo in; echo "[$x]" >&2; cat f >&2`,
  ],
  'break and continue': [
    `while true; do echo once; break word; done; echo no\necho no`,
    `(for i in 1 2; do continue word; done; echo no); echo $?; x=$(for i in 1; do break word; done; echo no); echo "$? $x"`,
    `for i in 1 2; do for j in 1 2; do echo $i$j; break 0; done; echo no; done; echo $?; for i in 1 2; do continue -1; done; echo $?`,
    `for i in 1 2; do for j in 1 2; do echo $i$j; continue 9; done; echo no; done; echo $?; for i in 1 2; do break 9; done; echo $?`,
  ],
  'what ends with set -e': [
    ...[
      '{ echo; }',
      'for i in 1; do echo; done',
      'while read x; do :; done',
      'if :; then :; fi',
    ].map(
      (compound) =>
        `set -e; ${compound} </nonexistent || echo or; ${compound} </nonexistent; echo no`,
    ),
    `trap 'echo err' ERR; case x in x) ;; esac </nonexistent; echo $?; { :; } </nonexistent | cat; if { :; } </nonexistent; then :; fi; echo $?`,
    `f() { set -e; false; echo no; }; ! f; echo no`,
    `set -e; f() { false; echo in; }; ! f; echo out; ! (false; echo y); echo z`,
    `! (set -e; false; echo no); echo z; if (set -e; false; echo w); then echo v; fi; ! { set -e; false; echo no; }; echo no`,
    ...[
      'readonly a=1; a=2',
      `echo \${x?unset}`,
      `echo \${x!!}`,
      'shopt -s failglob; echo *.none',
      'b[]=3',
      'readonly r; echo $((r=2))',
    ].flatMap((error) => [
      `set -e; ${error} || echo or\necho no`,
      `set -e; (${error}; echo no) || echo or\necho next`,
    ]),
    ...['echo $((1/0))', 'x=$((1+))', 'case $((1/0)) in x) ;; esac'].map(
      (error) => `set -e; ${error} || echo or\necho next`,
    ),
  ],
};
