/** Scripts about programmable completion whose output, errors and status must be those of bash. */
export const completionCases: { readonly [group: string]: readonly string[] } = {
  'complete and compopt': [
    `exec 2>&1; complete -abcdefgjksuv -A function -A signal -o nospace -o default -G 'a*' -W "it's" -P p -S s -X '!*.c' -C 'echo a' -F fn one '' 'a b'; complete -D -W x; complete -E -W y; complete -I -W z; complete; complete -p one none; echo $?; complete -pD; complete -r none; echo $?; complete -r one; complete -p; complete -r; complete`,
    `exec 2>&1; complete -F; echo $?; complete -o bad x; echo $?; complete -A bad x; echo $?; complete -F 'a b' x; echo $?; complete -z; echo $?; complete -F f; echo $?; complete -DE -W q; complete; (complete -r; complete); complete`,
    `exec 2>&1; compopt -o; echo $?; compopt -o nospace; echo $?; compopt none; echo $?; compopt -z; echo $?; complete -W x w; compopt w; compopt -o nospace +o default w; compopt w; complete -p w; compopt -o bad w; echo $?`,
  ],
  compgen: [
    `exec 2>&1; compgen -r; echo $?; compgen -D; echo $?; compgen; echo $?; compgen -F none; echo $?; compgen -C 'echo hi' a b; echo $?; compgen -W '' x; echo $?; compgen -W '\${'`,
    `compgen -A signal | grep -v JUNK; compgen -k; compgen -A setopt | tail -3; compgen -A shopt n; compgen -b | head -3; compgen -A disabled; compgen -A arrayvar BASH_V; compgen -v BASH_V; compgen -A helptopic -P '<' -S '>' fal`,
    `mkdir d; touch d/a d/.b 'c d' "c'd"; cd d; compgen -f | sort; compgen -d; mkdir s; compgen -d; cd ..; compgen -f ./d/ | sort; compgen -d d; compgen -f 'c '; compgen -f "c'"; compgen -G 'c*' x | sort; compgen -f none; echo $?; compgen -o plusdirs -W 'x y' x; compgen -o dirnames none d`,
    `compgen -W 'a{1,2} "b c" $HOME * d\\ e'; compgen -W 'ab ac bc' a; IFS=:%; compgen -W 'a:b%c d\\:e'; compgen -W '$(echo "p:q%r s")'; compgen -X '&*' -W 'foo bar' f; compgen -X '!b*' -W 'foo bar'; compgen -X 'f*' -P '[' -S ']' -W 'foo:bar'`,
    `f() { echo "[$*]" $COMP_TYPE $COMP_KEY $COMP_CWORD $COMP_POINT "<$COMP_LINE>" \${#COMP_WORDS[@]}; COMPREPLY=(q w e); return 3; }; compgen -F f word more; echo $?; echo \${COMPREPLY+x}\${COMP_LINE+x}\${COMP_WORDS+x}; g() { COMPREPLY=alone; }; compgen -F g; compgen -C 'printf "%s|"' w`,
    `fa() { :; }; fb() { :; }; alias fc1=x; vx=1; export vy=2; compgen -A function f; compgen -a; compgen -v v; compgen -e v; l() { local vz=3; compgen -v v; }; l; compgen -A function -A variable -A alias f; compgen -v none; echo $?`,
  ],
};
