/** Scripts with lines that a backslash joins, whose output and status must be those of bash. */
export const lineCases: { readonly [group: string]: readonly string[] } = {
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
};
