/** Random uses of what bash has beside plain commands, each a command or several, as arbitraries of fast-check. */
import fc from 'fast-check';
import { grammar, join, list, names, patterns, quoteText, texts } from './language.mjs';

const { word, words, commands, command, simple, condition, arithmetic, expansion } = grammar;
const pick = (...choices) => fc.constantFrom(...choices);
/** Fills the holes of a template in turn. */
const fill = (strings, ...parts) =>
  join(
    ...strings.flatMap((text, i) => [fc.constant(text), ...(i < parts.length ? [parts[i]] : [])]),
  );
/** A word that is there. */
const some = word.map((text) => text || "''");
const keys = pick('x', 'y z', '1', '$a', '*', 'é', '"]"');
const count = pick('0', '1', '2', '3', '5');

/** Neither has an effect: bash runs what a here-document needs in another process for some commands. */
const plain = pick(
  '$a',
  '$((1+2))',
  'x',
  '\\$a',
  '`echo x`',
  "'$b'",
  '"$c"',
  '\t',
  `\${a:-q "r"}`,
  `\${v[@]}`,
  '\\\\',
  '$',
  `\${#b}`,
  '\\',
);
const hereDocuments = fc
  .tuple(pick('EOF', "'EOF'", '-EOF', '"EOF"', '-\\EOF'), pick('', '\t'), list(plain), plain)
  .chain(([end, tab, a, b]) =>
    pick(
      (text) => `while read -r c; do echo "<$c>"; done <<${text}`,
      (text) => `cat <<${text}`,
      (text) => `mapfile -t v <<${text}`,
      (text) => `IFS= read -r -d '' c <<${text}`,
      (text) => `cat - /dev/fd/3 <<X 3<<${text}\nfirst\nX`,
    ).map((use) => `${use(end)}\n${tab}${a} ${b}\n${end.startsWith('-') ? '\t' : ''}EOF`),
  );

const redirections = fc.oneof(
  fill`{ ${commands}\n} ${pick('>', '>>', '>|', '2>/dev/null >')} o; cat o`,
  fill`${simple} > o; cat o`,
  fill`exec 3>o; { ${commands}\n} >&3; exec 3>&-; cat o`,
  fill`{ ${commands}\n} 2>/dev/null <f | cat`,
  fill`while read -r c; do ${commands}\ndone <f`,
  fill`{ read -r a; read -r b; } <f`,
  fill`exec {fd}<f; read -r a <&$fd; exec {fd}<&-`,
  fill`(set -C; echo x > o; echo y > o; echo z >| o; ${command}); cat o`,
  fill`cat <( ${command}) ${pick('', '<(echo z)', '- <f')}`,
  // Messages are not compared: bash counts the lines of some substitutions otherwise.
  fill`{ echo ${list(texts.map(quoteText))}; echo e >&2; } ${pick('2>&1 |', '|&', '2>/dev/null |')} cat`,
  // It is waited for: what it complains of would else come before the end of the script, or behind it.
  fill`{ read -r a b; cat >/dev/null; } < <( ${command}); wait $!`,
  fill`echo ${words} >> o; echo ${words} >> o; cat < o; echo x 1<> o; cat o`,
);

const functions = fc.oneof(
  fill`g() { local ${names}=${word} ${names}; ${commands}\nreturn ${count}; }; g ${words}; echo $?`,
  fill`g() { local -n r=$1; r=${word}; ${command}; }; g ${names}`,
  fill`g() { local -i i=${arithmetic.map(quoteText)}; i+=2; echo $i; }; g`,
  fill`g() { local -a v=(${words}); v+=(${words}); declare -p v; }; g; declare -p v`,
  fill`g() { local IFS=${texts.map(quoteText)}; echo "$*" $* "\${v[*]}"; }; g ${words}`,
  fill`g() { if (($1 > 0)); then ${command}; g $(($1 - 1)); fi; }; g 2`,
  fill`g() { echo "\${FUNCNAME[*]} $# $LINENO"; unset a; ${command}; }; a=${word} g ${words}`,
  fill`g() { set -- ${words}; shift ${count}; echo $? "$@"; }; g; echo $#`,
  fill`a=${word} eval 'echo "$a"'; echo "$a"`,
);

const variables = fc.oneof(
  fill`declare -n r=${pick('a', 'v', 'v[1]', 'm[x]')}; r=${word}; echo "$r" "\${!r}"; unset -n r`,
  fill`declare -A m=([x]=${word} [y z]=${word} [$b]=q); ${simple}; for k in "\${!m[@]}"; do echo "$k=\${m[$k]}"; done | sort; echo \${#m[@]}`,
  fill`declare -A m; m[${keys}]=${word}; m[${keys}]+=${word}; declare -p m; unset "m[x]"; echo "\${m[@]}"; unset m`,
  fill`declare ${pick('-i', '-l', '-u', '-x', '-a', '-r', '-il')} d=${word}; declare -p d; d+=${word}; echo "$d" $?`,
  fill`(readonly ${names}; ${command}; echo ro)`,
  fill`v=([2]=${word} [0]=${word} ${word}); v[\${#v[@]}]=${word}; declare -p v; echo "\${!v[@]}" "\${v[@]:1:2}" "\${v[@]: -1}"`,
  fill`echo "\${v[@]${pick('#', '%', '##', '%%', '/', '//', '^^', ',')}${patterns}}" "\${*${pick('#', '%', '/')}${patterns}}"`,
  fill`echo "\${a${pick('/', '//', '/#', '/%')}${patterns}/${pick('&', '\\&', '"&"', '<&>', '$b', '')}}"`,
  fill`echo "\${a@${pick('Q', 'U', 'u', 'L', 'a', 'A', 'E', 'K')}}" "\${v[@]@${pick('Q', 'U', 'A', 'K', 'a')}}" "\${v[0]@Q}"`,
  fill`echo "\${${pick('a', 'v[0]', 'none', 'v[@]', '1')}${pick(':-', '-', ':+', '+', ':=', '=')}${word}}"; echo "$none"`,
  fill`(: "\${none${pick('?', ':?')}${word}}"; echo no) 2>/dev/null; echo $?`,
  fill`x=${names}; echo "\${!x}" "\${!x${pick('#', '%', '/')}?}" "\${#x}" \${!x*}`,
  fill`printf -v "v[${count}]" %s ${some}; declare -p v`,
  fill`unset "v[${count}]" a; declare -p v; echo "\${v[@]+set}" "\${a-unset}" "\${#v[@]}"`,
  fill`export a; a=${word} printenv a; env -i x=${some} printenv x`,
);

const inputs = fc.oneof(
  fill`IFS=${texts.map(quoteText)} read ${pick('', '-r')} ${pick('a', 'a b', 'a b c', '-a v', '')} <<< ${some}; echo $? "$a,$b,$c" "\${v[@]}" "$REPLY"`,
  fill`read -r ${pick('-n 2', '-N 3', '-d b', "-d ''", '-d c -a v', '-n 0')} ${names} <f; echo $? "$a,$b,$c"`,
  fill`mapfile ${pick('-t', '-n 1', '-s 1 -t', '-O 2 -t', '-d b -t', '-t -d :', '')} v <f; declare -p v; echo \${#v[@]}`,
  fill`set -- ${list(pick('-a', '-b', 'x', '-bx', '-ab', '--', '-c', '-', "''", '-z'), { max: 5 })}; while getopts ${pick('ab:c', ':ab:c', 'a:b')} c; do echo "$c,$OPTARG,$OPTIND"; done; echo $OPTIND; OPTIND=1`,
  fill`select c in ${words}; do echo "$c,$REPLY"; break; done <<< ${pick('1', '2', 'x', "''")} 2>/dev/null`,
  fill`while IFS=${pick('', ':', "' '", 'b')} read -r a b || [[ -n $a ]]; do printf '<%s|%s>' "$a" "$b"; done <f; echo`,
);

const formats = pick(
  ...[
    '%s',
    '%d',
    '%i',
    '%o',
    '%x',
    '%X',
    '%u',
    '%c',
    '%b',
    '%q',
    '%e',
    '%f',
    '%g',
    '%5s',
    '%-5s|',
    '%05d',
    '%+d',
    '% d',
    '%#x',
    '%#o',
  ],
  ...[
    '%.3s',
    '%.3d',
    '%8.2f',
    '%*d',
    '%-*s|',
    '%.*f',
    '%%',
    '\\t',
    '\\x41',
    '\\101',
    'x',
    '%(%Y)T',
    '%G',
    '%E',
    '%5c',
    '%ls',
    "%'d",
    '%Q',
  ],
);
const prints = fc.oneof(
  fill`TZ=UTC printf '${list(formats, { min: 1, by: '' })}\\n' ${list(fc.oneof(word, pick('1', '-2', '0x1f', '010', '1.5', '1e3', "\\'a", '9999999999999999999', 'x', '3x')))}; echo $?`.map(
    (text) =>
      // A width of 2,147,483,647 is two gigabytes of spaces.
      text.includes('*') ? text.replaceAll('9999999999999999999', '7') : text,
  ),
  fill`echo ${pick('-n', '-e', '-ne', '-E', '-nx')} ${list(pick("'a\\tb'", "'\\x41\\c z'", "'\\0101\\e'", '"$a"', "'\\u00e9'", "'\\\\'"))}`,
  fill`printf '%q ' ${words}; printf '%b|' ${words}; echo`,
);

const conditions = fc.oneof(
  fill`[[ ${expansion} =~ ${pick('a', '^x', 'b$', '(a|b)+', '[a-c]*', '.(.).', '^$', '"."', '\\.', '$b', '([[:alpha:]])(.)?')} ]]; echo $? "\${BASH_REMATCH[@]}"`,
  fill`[[ ${expansion} ${pick('==', '!=', '=')} ${pick('@(a|x)*', '?(x)yz', '*([a-z])', '+(?)', '!(*x*)', '!(a|b)', '@(|x)', '*(a|b|é)*', '[^a]*', '[[:upper:][:digit:]]*', '[]x]*', '"*"', '\\*', '$a', '"$a"')} ]]; echo $?`,
  fill`shopt -s nocasematch; [[ ${expansion} == ${pick('X*', 'AB?', '[A-C]*')} ]]; echo $?; case ${some} in X*|A?) echo yes;; esac; shopt -u nocasematch`,
  fill`[[ ${pick('-e f', '-f g', '-d .', '-s f', '-v a', '-v v[1]', '-v none', '-o extglob', 'f -nt none', '! -x f', '-z $a', '( -n $a || -n $b ) && -n $c')} ]]; echo $?`,
  fill`[ ${some.map((text) => text)} ${pick('=', '!=', '-a', '-o', '<')} ${some} ] 2>/dev/null; echo $?`,
  fill`test ${pick('-n', '!', '-z', '-e')} ${words} 2>/dev/null; echo $?`,
  fill`[[ ${condition.map((text) => (text.startsWith('[[') && !text.includes('\n') ? text.slice(3, -3) : '-n $a'))} && -n $b ]]; echo $?`,
  fill`case ${some} in ${patterns}|${patterns}) echo 1 ;& (${patterns}) echo 2 ;;& *) ${command} ;; esac`,
);

const control = fc.oneof(
  fill`i=0; while ((i++ < 3)); do ${command}; if ${condition}; then ${pick('break', 'continue', ':')}; fi; echo $i; done`,
  fill`i=3; until ((--i <= 0)); do ${command}; done`,
  fill`for i in 1 2; do for c in ${words}; do ${condition} && ${pick('break', 'break 2', 'continue 2', 'continue')}; echo "$i$c"; done; done`,
  fill`for ((i=${arithmetic}; i<3 && j++<3; i++)); do echo "$i"; done; unset j`,
  fill`(set -e; ${commands}\necho end); echo $?`,
  fill`(set -u; ${commands}\necho end); echo $?`,
  // Each reads to the end: who writes to a pipe that is closed depends on time.
  fill`(set -o pipefail; ${command} | ${pick('cat', '(cat; false)', 'mapfile v')} | ${pick('cat', '(cat; exit 3)', '{ cat; f; }')}; echo "$? \${PIPESTATUS[*]}")`,
  fill`(set -eu; g() { ${commands}\n}; ${pick('g', 'g || echo or', 'if g; then echo y; fi', '! g', 'g && echo and', 'x=$(g); echo "$x"')}; echo end); echo $?`,
  fill`(trap 'echo "exit $?"' EXIT; ${commands}\n${pick('exit 3', 'false', ':', 'return 2>/dev/null')}); echo $?`,
  fill`(trap 'echo "err $?"' ERR; ${commands}\n); echo $?`,
  fill`(g() { trap 'echo ret' RETURN; ${command}; }; g; ${command})`,
  fill`(trap 'echo usr' USR1; kill -USR1 $BASHPID; ${command}; trap - USR1; trap -p)`,
  fill`{ ${commands}\n} & wait $!; echo $?`,
  fill`(${command}; exit ${count}) || echo "or $?"; ! (${command}); echo $?`,
  fill`eval ${quoteTexts(command)}; echo $?`,
  fill`bash -c ${quoteTexts(command)} name ${words}; echo $?`,
  fill`${command} | { while read -r c; do ${command}; done; cat >/dev/null; }; echo "$c"`,
  fill`x=$( ${commands}\n) ; echo "$? <$x>"`,
  fill`echo "\`echo ${pick('$a', '\\$a', '\\\\', '\\"q\\"', 'x')}\`"; echo \`${pick('echo a b', 'f x', ':')}\``,
  fill`shopt -s lastpipe; ${command} | { read -r a b; cat >/dev/null; }; echo "$a,$b"; shopt -u lastpipe`,
);

function quoteTexts(text) {
  return text.map(quoteText);
}

const globs = fc.oneof(
  fill`echo ${pick('*', '?', '[fg]', '!(f)', '@(f|g|x)', './*', '*/', '.*', '[!f]', '"*"', 'none*', '{f,g,x}*', '+([a-z])', '/dev/nul?', '**')}`,
  fill`mkdir -p d/e; touch d/x.c d/.h d/e/y.c "d/s p"; (${pick('shopt -s globstar', 'shopt -s dotglob', 'shopt -s nullglob', 'set -f', 'shopt -s failglob', 'GLOBIGNORE=d/x*', ':')}; echo ${pick('d/*', '**/*.c', 'd/*.c', 'd/**', 'd/?*', 'none/*', 'd/.*', 'd/!(x*)', '*/*/', 'd/[^x]*')}; ${simple}) 2>/dev/null`,
  fill`echo ${pick('{a,b}{1,2}', '{1..5..2}', '{c..a}', '{01..3}', 'x{,y,z}', '{a,b', '{-1..2}', '{a,{b,c}}d', '"{a,b}"', '{$a,$b}', '~{a,b}', '{a..e..2}', '{1..a}')}`,
);

/** Each is a line of its own, so that a here-document ends. */
export const features = fc.oneof(
  hereDocuments,
  redirections,
  functions,
  variables,
  inputs,
  prints,
  conditions,
  control,
  globs,
);
