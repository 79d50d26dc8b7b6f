/** xargs beside findutils'. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

describe.runIf(isDebian)('xargs', () => {
  it.each([
    'echo a b c | xargs -n2',
    'for c in cd export unset let declare hash; do echo a | xargs $c; echo $?; done; touch f; echo | xargs ./f; echo $?; echo a | xargs /bin/echo b',
    'for c in echo "printf %s\\n" true false "test x =" "[ x ="; do echo "x ]" | xargs $c; echo $?; done 2> /dev/null',
    "echo \"a\\\\ b 'c d' \\\"e f\\\" g'h'i ''\" | xargs -n1 printf '<%s>\\n'",
    'echo a b | xargs -t -n1 echo',
    `echo "a 'b c'" | xargs -t echo`,
    "printf '' | xargs echo x; printf '' | xargs -r echo x; printf '' | xargs -I{} echo x",
    "printf 'a b\\nc\\n\\nd \\ne\\n' | xargs -L1 echo L; printf 'x y\\nz\\n' | xargs -l echo",
    "printf ' a b \\n\\n c\\n' | xargs -I{} echo '<{}>' '{}{}'",
    "printf 'a,b,c' | xargs -d, -n1; printf 'a\\tb\\n' | xargs -d '\\t' -n1; printf 'a b\\n' | xargs -d '\\n' -n1; printf 'axb' | xargs -d xx; printf 'a\\\\b' | xargs -d '\\\\' -n1",
    "printf 'a\\0b c\\0' | xargs -0 -n1; printf 'a\\0b\\n' | xargs",
    'echo a b _ c | xargs -E _ echo; echo a b _ c | xargs -e_ echo; echo a b | xargs -d " " -E b echo',
    "echo 'a b c d e f' | xargs -s 12 echo; echo a | xargs -s 5 echo; echo $?; echo a b c | xargs -x -n 2 -s 9 echo",
    'echo a b | xargs -i echo {}; echo a b | xargs -I A echo A-A',
    'echo a b | xargs -I{} -n2 echo {}; echo a b c | xargs -n 1 -I {} echo {}; echo a b | xargs -n1 -L1 echo; echo a | xargs -L1 -I{} echo {}; echo a b | xargs -I{} -n1 echo {}; echo x y | xargs -I A -L 1 echo A',
    'xargs -n0 </dev/null; echo $?; xargs -n x </dev/null; echo $?; xargs -P x </dev/null; xargs -P -1 </dev/null; xargs -L 0 </dev/null; xargs -s x </dev/null; xargs -z; echo $?',
    `echo "a 'b" | xargs; echo $?; printf 'a "b\\nc' | xargs; echo $?`,
    'echo a | xargs nope; echo $?; mkdir d; echo a | xargs ./d; echo $?; echo a | xargs false; echo $?; echo a | xargs true; echo $?',
    `for o in -L1 -x -n1 -n5 '-n5 -x' -s99 -L5 -l; do for s in 'a b\\nc "' 'a b\\nc "\\nd' 'a b"\\n'; do printf "$s" | xargs $o echo 2>/dev/null; echo $?; done; done; for s in 'a "b' 'a "' '"' "'x y" 'a\\' 'a b"c' 'a ""' 'a "" '; do for o in '' -n1 -L1 '-I{}'; do printf '%s' "$s" | xargs $o printf '<%s>' 2>/dev/null; echo " $?"; done; done`,
    "printf 'a\\nb\\n' | xargs -n1 awk 'BEGIN{print ARGV[1]; exit 255}'; echo $?; printf 'a\\nb\\n' | xargs -n1 awk 'BEGIN{print ARGV[1]; exit 3}'; echo $?",
    "echo one two > f; xargs -a f echo; xargs -a none echo; echo $?; echo in | xargs -a f printf '%s|'",
    'seq 3 | xargs -P 1 --process-slot-var=S awk \'BEGIN{print ENVIRON["S"], ARGC}\'',
    "seq 1 20 | xargs -n 3 -P 4 | tr ' ' '\\n' | sort -n | tr '\\n' ' '",
    "printf 'a\\xffb c\\xc3\\xa9\\n' | xargs printf '<%s>' | od -An -tx1",
    "seq 50000 | xargs | wc -l; seq 50000 | xargs -n 7000 | wc -lw; printf 'a\\r\\nb\\r\\n' | xargs | od -c",
    'echo x | xargs cat -n - </dev/null',
    `for o in -n1 -L1 '-I{}'; do printf ' \\ra\\vb \\fc\\r\\n\\v\\n"\\r" d\\n\\r' | xargs $o echo '<{}>' | od -c; done`,
    "printf 'a\\0b c:d' > f; for o in '' -d:; do xargs $o -I{} -a f echo '<{}>' x '{}{}' x{}y; done",
  ])('%s', (script) => expectDebian(script));
});
