/** Scripts about words, aliases and conditions whose output and status must be those of bash. */
export const wordCases: { readonly [group: string]: readonly string[] } = {
  aliases: [
    `shopt -s expand_aliases\nalias e=echo; e one\ne two; e three`,
    `shopt -s expand_aliases\nalias hi='e_ hello' e_='echo __'\nhi there; alias e_='for i in 1 2; do echo'\ne_ $i; done`,
    `shopt -s expand_aliases\nalias FOR='for ' i='j ' IN='in ' two='"2" '\nFOR i IN 1 two 3; do echo $j; done`,
    `shopt -s expand_aliases\nalias L='{' P='(' t='echo one && echo two | tr o 0;\necho four'\nL echo a; echo b; }\nP echo c; echo d )\nt`,
    `shopt -s expand_aliases\nalias e_='echo ' one='ONE ' three=THREE\ne_ one \\\n  one three one; x=1 e_ one; "e_" one; \\e_ one`,
    `shopt -s expand_aliases\nalias echo='echo pre'\necho a; f() { echo b; }; unalias echo\nf; echo c $LINENO\nalias n='echo 1\necho 2'\nn 3; echo $LINENO`,
    `shopt -s expand_aliases\nalias a= if_='if true; then'\na echo x; if_ echo yes; fi; echo $(a echo in)`,
  ],
  conditions: [
    `[[ a<b && b>a ]] && echo 1; [[ ! ( -z x ) && -n x ]] && echo 2; [[ -f == ]]; echo $?; [[ '<' == "<" ]] && echo 3; [[ ]a == ']a' ]] && echo 4`,
    `set -- 'a b' c; IFS=:; [[ "$@" == "a b c" ]] && echo 1; [[ $* == "a b:c" ]] && echo 2; [[ !(x) ]] && echo no; shopt -s extglob\n[[ !(x) ]] && echo 3`,
    `echo before\n[[ -z ]]\necho after`,
    `echo before\n[[ a $x b ]]`,
    `echo before\n[[ ( a ]]`,
    `echo before\n[[ a & b ]]`,
    `false\n[[ && ]]`,
    `eval '[[ -z ]]'; echo $?; [[ a == @(a|b) ]] && echo 1; [[ x =~ ^(x|y)$ ]] && echo "\${BASH_REMATCH[1]}"`,
  ],
  'the test of words': [
    `for t in '' x '! x' '! ""' '-n x' '-z x' 'x = x' 'x -a x' '"" -o x' '( x )' '( "" )' '! x = y' '( -n x )' '! -z x' '-a -a -a' '! = !' '( = )' '0 -eq 0 -a ( = )' '-f = -o -n x' 'x = y -o ! x = y' '! ! x' '! ( x )' '! ! ! x = x'; do eval "[ $(printf %s "$t" | sed 's/[()]/\\\\&/g; s/!/\\\\!/g') ]"; echo "$t: $?"; done`,
    `[ x y ]; echo $?; [ x y z ]; echo $?; [ -q x ]; echo $?; [ 1 -eq a ]; echo $?; [ x = x -a ]; echo $?; [ ( x = x -a y ]; echo $?; [ a b c d e ]; echo $?; [ -n x; echo $?; test x ]; echo $?`,
  ],
  patterns: [
    `x=abcabc; echo \${x//[ab]/.} \${x%b*} \${x%%b*} \${x#*b} \${x##*b} \${x/b*/Z} \${x//?(b)/-}; shopt -s extglob\necho \${x//!(b)/-} \${x/@(ab|bc)/+} \${x##+(a|b)} \${x%%+(b|c)} \${x//*(z)/-} \${x/%*(z)/-}`,
    `for p in 'a*c' '[!b]?*' '*b*' '\\a*' '[[:alpha:]]*' '[a-c][^a]*' 'a[' '[]a]*' '[\\]a]*' '*[x' '[a-' '*\\'; do case abc in $p) echo "$p yes";; *) echo "$p no";; esac; done`,
    `shopt -s extglob; for p in '!(a|ab)c' '+(a|bc)' '*(ab)?(c)' '@(a|ab)@(c|bc)' '!(*)' '!(!(abc))' 'a!(b)c' '?(x)abc' '!(b)b!(b)c'; do for t in abc ac abbc ''; do [[ $t == $p ]] && echo "$p $t"; done; done`,
    `x=é✓𝄞a; echo \${#x} \${x#?} \${x%?} \${x/[é-✓]/_} \${x//[[:alpha:]]/L}; x='a/b/c'; echo \${x////-} \${x//\\//+} \${x/\\//}`,
    `v=a.b; echo "\${v//./\\/}" "\${v/./'q'}" "\${v/./\\'}" "\${v//./a\\bc}" \${v//./\\\\} "\${v/./"x"}" "\${v/./$'\\t'}" | od -c | head -3`,
    `y='a[b]c'; echo \${y//[/x} \${y//[]]/y} "\${y/\\[/(}" \${y#a\\[} \${y//[[:alpha:]]/L}; echo \${y:} 2>/dev/null; echo $?`,
  ],
  'lists that are not quoted': [
    `set -- x 'y z' ''; IFS=:; s=$@; echo "$s"; s=$*; echo "$s"; printf '<%s>' $*; echo; printf '<%s>' a$@b; echo; a=("$@"); s=\${a[@]}; echo "$s"; s=\${a[*]}; echo "$s"`,
    `set -- '' '' ''; IFS=x; printf '<%s>' $*; echo; printf '<%s>' =$@=; echo; IFS=; printf '<%s>' $*; echo; unset IFS; printf '<%s>' =$@= "$@"`,
  ],
  'a bracket that is not closed': [
    `shopt -s nullglob; if [ x = x ]; then echo yes; fi; echo [ x; echo ] y; echo a[ z; echo a[b w; echo a] []; echo [] []a; echo \\[a]; echo [!] q; echo "["a] r`,
    `shopt -s failglob; [ -n x ] && echo yes; echo a[b`,
  ],
  'what is not needed is not expanded': [
    `a=1; c=; echo "\${c/x/$((a=0))}" $a; a=1; unset c; echo "\${c/x/$((a=0))}" $a "\${c#$((a=0))}" $a; c=; echo "\${c#$((a=0))}" $a; unset c; echo "\${c:$((a=0))}" "\${c^$((a=0))}" $a; c=; echo "\${c:$((a=0))}" $a`,
  ],
  'braces make text': [
    `declare a={1..3} b=x{,y}; echo $a $b; x='p  q'; export c={1,$x}; echo "$c"; declare d=$x{a} e="{1,2}"; echo "$d $e"; set +B; declare f={1,2}; echo $f`,
    `a=A ab=AB; echo {$a,b}_{c,d} {$a,x}b \${a}{b,c} $a{b,c}; HOME=/h; echo ~{/x,} {~,foo~}/z x={~,b} "~"{a,b}`,
  ],
  'order of evaluation in arrays': [
    `i=1; a=([100+i++]=$((i++)) [200+i++]=$((i++)) [300+i++]=$((i++))); declare -p a; a=([0]=1+2+3 [a[0]]=10 [a[6]]=hello); declare -p a; a=(o1 o2 o3); o1=101 o2=102 n1=201 n2=202; a+=([0]=n1 [1]=n2 [5]="\${a[2]}" [a[0]]="\${a[0]}" [a[1]]="\${a[1]}"); declare -p a; b=([1]=a b [0]=c d); declare -p b`,
    `a=(1 2); unset 'a[-3]'; echo $?; unset 'a[-1]'; declare -p a; declare -A A=(['K']=val); declare -n r='A["K"]'; echo $r; r=2; declare -p A; declare -A B=([a]=x); eval 'declare -a B=(1 2)'; echo $?; declare -a C=(1); eval 'declare -A C=([a]=1)'; echo $?; declare -p B C`,
  ],
};
