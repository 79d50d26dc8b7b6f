/** Scripts about the history whose output and status must be those of bash: each gives its lines to a shell that believes that they are typed. */
const typed = (lines: string): string =>
  `export HISTFILE=$PWD/h HISTSIZE=100 PS1= PS2=; bash --norc -i 2>/dev/null <<'X'\n${lines}\nX\necho $?; cat h`;

export const historyCases: { readonly [group: string]: readonly string[] } = {
  'history expansion': [
    typed(
      'echo one two three\necho !$ !^ !:2 !*\n!!\n!echo\n!?two?:s/two/2/\n^2^zwei^\necho "a!" \'!!\' \\!x a!= $!\necho !nosuch\necho after $?',
    ),
    typed(
      'echo a/b/c.txt\necho !$:h !$:t !$:r !$:e\necho !!:q\necho x; echo !#\n!-3:p\n!1:0 q !1:1-2 !1:1* !1:0-\necho !1:9\nset +H\necho !!',
    ),
  ],
  'history and fc': [
    typed(
      'echo one\necho two\necho three\nfc -l 1 3\nfc -ln -2\nfc -lr 1 2\nfc -l 3 1\nfc -s one=uno echo\\ one\nfc -s zz\nfc -l echo | head -2\nfc -z\nfc -e cat 1 1',
    ),
    typed(
      'echo one\necho two\nhistory 2\nhistory -d 2; history | head -3\nhistory -s added one; history 2\nhistory -z\nhistory x\nhistory 1 2\nhistory -d 99; echo $?\nhistory -d -1; history 2\nhistory -w w; cat w; history -c; history; history -r w; history | wc -l; history -a a; cat a',
    ),
    typed(
      'set +o history\necho no\nset -o history\necho yes\nHISTCONTROL=ignoreboth\n echo blank\necho yes\necho yes\nHISTIGNORE="echo z*"\necho zz\nfor i in 1 2\ndo echo $i\ndone\nhistory',
    ),
    `cat >h <<<'echo old'; history -r h; history; fc -l; history -s new; history; history -d 1; history -w g; cat g; history -c; history; fc -l; echo $?`,
  ],
  'a shell that is told that it is interactive': [
    `echo 'echo rc; x=5' >rc; bash --rcfile rc -i -c 'echo $x $-' 2>/dev/null; echo 'exit 7; echo no' >rc; bash --rcfile rc -i -c 'echo no' 2>/dev/null; echo $?; printf 'echo a\\n)\\necho b\\n\${z?none}\\necho c; exit 4\\necho no' | PS1= bash --norc -i 2>/dev/null; echo $?`,
    `printf 'PROMPT_COMMAND="echo status \\$?"\\nfalse\\ntrue\\nPROMPT_COMMAND=(":" "echo two")\\necho x\\n' | PS1='[\\s]$ ' bash --norc -i 2>err; grep -c '\\[bash\\]' err; printf 'PS0="<\\\\#>"\\necho a\\n' | PS1= PS2= bash --norc -i 2>&1 | grep -o '<[0-9]>'`,
  ],
};
