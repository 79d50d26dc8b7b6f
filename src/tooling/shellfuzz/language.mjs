/** Random scripts in bash's language, as arbitraries of fast-check: they end, and print what can be compared. */
import fc from 'fast-check';

export const names = fc.constantFrom('a', 'b', 'c');
export const texts = fc.constantFrom(
  ...[
    'x',
    'xyz',
    'b c',
    ' p  q ',
    '',
    '0',
    '7',
    '-12',
    '010',
    'é',
    'aéb',
    '*',
    '[a-c]',
    'a/b.c.d',
    '\\',
    '"',
    '-n',
    '~',
  ],
);
export const patterns = fc.constantFrom(
  ...[
    'x',
    '*',
    '?',
    'a*',
    '*b',
    '[a-c]',
    '[!x]*',
    '*.',
    '.*',
    '*/',
    '/*',
    'é',
    '[[:alpha:]]',
    '+([a-c])',
    '!(x)',
    '""',
    '" "',
  ],
);
export const quoteText = (text) => `'${text.replaceAll("'", "'\\''")}'`;
export const join = (...parts) => fc.tuple(...parts).map((values) => values.join(''));
export const list = (item, { min = 0, max = 3, by = ' ' } = {}) =>
  fc.array(item, { minLength: min, maxLength: max }).map((items) => items.join(by));
const operators = fc.constantFrom(
  '+',
  '-',
  '*',
  '/',
  '%',
  '<<',
  '>>',
  '&',
  '|',
  '^',
  '**',
  '<',
  '<=',
  '==',
  '!=',
  '&&',
  '||',
  ',',
);

export const grammar = fc.letrec((tie) => {
  const number = fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '-1',
    '08',
    '0x1f',
    '2#101',
    '9223372036854775807',
    'a',
    'b',
    'v[1]',
    '$#',
  );
  const inBraces = fc
    .oneof(
      join(names, fc.constantFrom(':-', '-', ':+', '+', '#', '##', '%', '%%'), tie('word')),
      join(names, fc.constantFrom('#', '##', '%', '%%', '/', '//', '^', '^^', ',', ',,'), patterns),
      join(names, fc.constantFrom('/', '//', '/#', '/%'), patterns, fc.constant('/'), tie('word')),
      join(
        names,
        fc.constant(':'),
        fc.constantFrom('0', '1', ' -2', '5'),
        fc.constantFrom('', ':1', ':2', ': -1'),
      ),
      join(fc.constant('#'), names),
      join(names, fc.constantFrom('@Q', '@U', '@u', '@L', '@E')),
      fc.constantFrom(
        'v[@]',
        'v[*]',
        '#v[@]',
        '!v[@]',
        'v[0]',
        'v[-1]',
        'v[@]:1',
        'v[@]:0:2',
        'v[@]#x',
        'v[*]/x/y',
        '#v',
        '@',
        '*',
        '#',
        '1',
        '2:-z',
        '@:2',
        '!a',
        'v[@]@Q',
      ),
    )
    .map((inside) => `\${${inside}}`);
  return {
    number,
    arithmetic: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      number,
      join(tie('arithmetic'), operators, tie('arithmetic')),
      join(fc.constantFrom('-', '!', '~', '(a)+', '+'), number),
      join(fc.constant('('), tie('arithmetic'), fc.constant(')')),
      join(number, fc.constant('?'), tie('arithmetic'), fc.constant(':'), tie('arithmetic')),
      join(names, fc.constantFrom('=', '+=', '*=', '<<=', '|='), number),
      fc.constantFrom('a++', '--b', 'c--', '++a'),
    ),
    expansion: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      names.map((name) => `$${name}`),
      inBraces,
      tie('arithmetic').map((inside) => `$((${inside}))`),
      // bash takes `$((` for arithmetic, and does not find the end of each command in it.
      tie('command').map((inside) => `$(${inside.startsWith('(') ? ' ' : ''}${inside})`),
    ),
    word: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      texts.map(quoteText),
      fc
        .constantFrom(
          'x',
          'abc',
          'x*y',
          '{a,b}',
          '{1..3}',
          'a{x,y}b',
          "$'\\t\\x41\\u00e9'",
          '\\*',
          '"',
          '',
        )
        .map((word) => (word === '"' ? '"q  r"' : word)),
      tie('expansion'),
      tie('expansion').map((inside) => `"${inside}"`),
      join(tie('word'), tie('word')),
      join(
        fc.constant('"'),
        tie('expansion'),
        fc.constantFrom(' ', 'x', '\\$', '/'),
        tie('expansion'),
        fc.constant('"'),
      ),
    ),
    words: list(tie('word')),
    simple: fc.oneof(
      tie('words').map((words) => `printf '<%s>' ${words}; echo`),
      tie('words').map((words) => `echo ${words}`),
      join(names, fc.constantFrom('=', '+='), tie('word')),
      tie('words').map((words) => `v=(${words})`),
      join(fc.constant('v'), fc.constantFrom('[1]=', '[3]=', '+='), tie('word')),
      tie('words').map((words) => `set -- ${words}`),
      tie('arithmetic').map((inside) => `((${inside}))`),
      tie('arithmetic').map((inside) => `let '${inside}'`),
      join(
        fc.constantFrom('declare -u ', 'declare -l ', 'export ', 'local '),
        names,
        fc.constant('='),
        tie('word'),
      ),
      names.map((name) => `unset ${name}`),
      join(
        fc.constantFrom(
          'printf "%d|%s|%5.2s|%x\\n" ',
          'printf %q\\\\n ',
          'printf "%b\\n" ',
          "printf -v a '%s,' ",
        ),
        tie('words'),
      ),
      fc.constantFrom(
        'IFS=:',
        'IFS=',
        "IFS=' x'",
        'unset IFS',
        'shift',
        'declare -p a v',
        'declare -p c',
        'true',
        'false',
        'set -u',
        'set +u',
        'shopt -s nullglob',
        'set -f',
        'set +f',
        ':',
        'unset "v[0]"',
      ),
      fc.constantFrom('f', 'f x', 'f "$@"'),
    ),
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      join(fc.constantFrom('[[ -n ', '[[ -z '), tie('word'), fc.constant(' ]]')).map((text) =>
        text.replace(/^(\[\[ -.) +\]\]/, "$1 '' ]]"),
      ),
      fc
        .tuple(
          tie('expansion'),
          fc.constantFrom('==', '!=', '<', '=', '-eq', '-lt'),
          tie('expansion'),
        )
        .map(([a, op, b]) => `[[ ${a} ${op} ${b} ]]`),
      fc.tuple(tie('expansion'), patterns).map(([a, pattern]) => `[[ ${a} == ${pattern} ]]`),
      fc.tuple(tie('expansion'), fc.constantFrom('-n', '-z')).map(([a, op]) => `[ ${op} "${a}" ]`),
      fc
        .tuple(tie('expansion'), fc.constantFrom('=', '!=', '-eq', '-lt'), tie('expansion'))
        .map(([a, op, b]) => `[ "${a}" ${op} "${b}" ]`),
      tie('arithmetic').map((inside) => `((${inside}))`),
      tie('condition').map((inside) => `! ${inside}`),
    ),
    command: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('simple'),
      tie('simple'),
      fc
        .tuple(tie('condition'), tie('commands'), tie('commands'))
        .map(([test, yes, no]) => `if ${test}; then ${yes}; else ${no}; fi`),
      fc
        .tuple(tie('words'), tie('commands'))
        .map(([words, body]) => `for c in ${words}; do ${body}; done`),
      tie('commands').map((body) => `for ((i=0;i<2;i++)); do ${body}; done`),
      fc
        .tuple(tie('word'), patterns, tie('commands'), fc.constantFrom(';;', ';&', ';;&'))
        .map(
          ([word, pattern, body, end]) =>
            `case ${word || "''"} in ${pattern}) ${body} ${end} x|é) echo two;; *) echo other;; esac`,
        ),
      tie('commands').map((body) => `{ ${body}; }`),
      tie('commands').map((body) => `( ${body} )`),
      tie('commands')
        .map((body) => `f() { ${body}; }`)
        // A function that calls itself ends nowhere.
        .map((text) => text.replaceAll(/(?<=^|[\s;|&'({])f( x| "\$@")?(?=[\s;|&')]|$)/g, ':')),
      fc
        .tuple(tie('command'), fc.constantFrom('&&', '||'), tie('command'))
        .map(([a, op, b]) => `${a} ${op} ${b}`),
      fc
        .tuple(
          tie('command'),
          fc.constantFrom(
            'read a; echo "$a"',
            'read -r a b; echo "$a,$b"',
            'while read -r a; do echo "[$a]"; done',
            'cat',
            'IFS=: read -ra v; declare -p v',
            'mapfile -t v; declare -p v',
          ),
        )
        // It reads to the end: whether a writer is ended by SIGPIPE before it complains is a matter of time.
        .map(([a, reader]) => `${a} | { ${reader}; cat >/dev/null; }`),
      fc
        .tuple(tie('word'), fc.constantFrom('read a', 'read -r a b', 'mapfile -t v'))
        .map(([word, reader]) => `${reader} <<< ${word || "''"}`),
      tie('simple').map((inside) => `eval ${quoteText(inside)}`),
    ),
    commands: list(tie('command'), { min: 1, max: 3, by: '\n' }),
  };
});
