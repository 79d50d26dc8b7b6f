/** Scripts in POSIX mode whose output and status must be those of bash. */
export const posixCases: { readonly [group: string]: readonly string[] } = {
  'POSIX mode: special builtins': [
    `set -o posix; a=1 :; a=2 true; echo $a; f() { local b=0; b=3 eval 'env | grep ^b='; echo $b; }; f; echo [$b]`,
    `set -o posix; a=1 command :; echo [$a]; a=1 export b=$a; echo $a $b`,
    `set -o posix; : </none; echo no`,
    `set -o posix; command : </none; true </none; { :; } </none; echo yes $?`,
    `set -o posix; (set -q; echo no); echo $?; (unset -q; echo no); echo $?; (export -q; echo no); echo $?`,
    `set -o posix; command set -q; echo $?; command unset -q; echo $?; (trap x; echo no); echo $?`,
    `set -o posix; readonly r=1; (export r=2; echo no); echo $?; (r=2 :; echo no); echo $?; (r=2; echo no); echo $?`,
    `set -o posix; readonly r=1; (r=2 env >/dev/null; echo no); echo $?; for r in 1 2; do echo no; done; echo no`,
    `set -o posix; (. ./none; echo no); echo $?; (. none; echo no); echo $?; command . ./none; echo $?`,
    `set -o posix; echo 'echo sourced' >own; . ./own; (. own; echo no); echo $?`,
    `set -o posix; (eval 'echo a; ('; echo no); echo $?; command eval '('; echo $?; (eval fi; echo no); echo $?`,
    `set -o posix; (set() { :; }; echo no); echo $?; (a-b() { :; }; echo no); echo $?; cd() { echo own; }; cd`,
    `set -o posix; (exec 3</none; echo no); echo $?; command exec 3</none; echo $?; command exec 3>&1; echo hi >&3`,
    `set -o posix; (echo $((1+)); echo no); echo $?; (echo \${x?}; echo no); echo $?; let 1+; echo $?`,
    `set -o posix; break; continue 2; shift 3; echo $?; f() { return x; }; f; echo $?`,
  ],
  'POSIX mode: what it shows': [
    `set -o posix; trap 'echo end' EXIT INT; trap; trap - EXIT`,
    `set -o posix; export e='a b'; readonly r; export -p | grep ' e='; readonly -p | grep ' r'`,
    `set -o posix; alias l='ls -l' m=n; alias; alias m; kill -l; type set cd`,
    `set -o posix; shopt expand_aliases inherit_errexit shift_verbose; echo $POSIXLY_CORRECT; set +o posix; shopt expand_aliases shift_verbose; echo [$POSIXLY_CORRECT]`,
    `bash --posix -c 'echo $POSIXLY_CORRECT; set -o | grep posix'; POSIXLY_CORRECT=1 bash -c 'set -o | grep posix'`,
  ],
  'POSIX mode: aliases, words': [
    `set -o posix
alias say='echo said'
say it
eval 'say it again'
(say inside)`,
    `set -o posix; x='a  *'; echo hi >$x; ls; cat <"$x"; set -e; echo [$(false; echo no)]`,
  ],
};
