/** Scripts about what fails and what that ends, and about `$_`, whose output and status must be those of bash. */
export const failureCases: { readonly [group: string]: readonly string[] } = {
  'the last argument': [
    `: one two; echo "$_"; echo "$_ again" && echo "<$_>"; : ""; echo "[$_]"; v=5; echo "[$_]"; w=6 : p; echo "$_"`,
    `f() { echo "in $_"; : inner; }; : before; f arg; echo "after $_"; eval ': e'; echo "$_"; (: sub); echo "$_"; : a | : b; echo "$_"`,
    `for _ in 1 2; do echo "<$_>"; done; read -r _ v <<<'x y z'; echo "$v $_"; declare -a q=(1 2); echo "$_"; export k=v; echo "$_"`,
    `if : cond; then echo "$_"; fi; [[ x ]]; echo "$_"; false arg || echo "$_"; f() { local _=1; : b; echo "$_"; }; f c; echo "$_"; declare -p _`,
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
