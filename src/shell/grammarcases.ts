/** Scripts about the grammar whose output and status must be those of bash. */
export const grammarCases: { readonly [group: string]: readonly string[] } = {
  'lines that a backslash joins': [
    `x=1; ab=2; echo $\\
x $a\\
b $\\
{x} \${a\\
b} "$\\
x$\\
{a\\
b}" 'a\\
b'`,
    `echo $\\
(echo in) $(\\
echo on) $((1\\
2 + 1)\\
) $\\
((3))`,
    `false |\\
| echo or; true &\\
& echo and; case a in a) echo one;\\
; esac; i\\
f true; then echo if; fi; echo two >\\
>f 3>\\
&1; cat f`,
    `cat <\\
<E\\
ND
a\\
b
E\\
ND
cat <<'E'
a\\
E
echo # no \\
echo $LINENO`,
    `printf 'echo a\\\\' >f; bash f; bash <f; bash -c 'echo a\\'`,
  ],
  'what may follow a compound command': [
    `f() { for i in 1 2; do echo $i; done }; f; if { true; } then echo y; fi; { (echo a) }; while (false) do :; done; g() { [[ a ]] }; g`,
    `if ! { false; } then echo n; fi; h() { case a in a) echo c;; esac }; h; { ((1)) }; { echo a }`,
    `{ (echo a) >f }`,
    `shopt -s expand_aliases
alias none=
none
none echo a | none
cat
false
none
echo $?
true && none
echo b`,
  ],
  'here-documents that a parenthesis closes, quoted marks in brackets': [
    `eval 'x=$(cat <<END
a ) b ( c
END)
echo "$x"; y=$(cat <<-END
\td
\tEND ); echo "$y"' 2>/dev/null`,
    `x=$(cat <<END
END of it
END
); echo "$x"`,
    `: >^a >a >b >!a; echo [\\^a]* [^a]* [\\!a]* ['^!']* [a\\^]*; [[ ^ == [\\^a] ]] && echo yes`,
  ],
};
