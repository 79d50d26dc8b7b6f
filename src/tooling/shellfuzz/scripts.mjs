/** Random scripts in bash's language, which end and print what can be compared, as an arbitrary of fast-check. */
import fc from 'fast-check';
import { features } from './features.mjs';
import { grammar, list, quoteText, texts } from './language.mjs';

/** A script with its first variables, whose end prints the status and the variables. */
export const scripts = fc
  .tuple(
    texts,
    texts,
    list(texts.map(quoteText)),
    list(fc.oneof(grammar.command, features), { min: 1, max: 4, by: '\n' }),
  )
  .map(
    ([a, b, v, body]) =>
      `shopt -s extglob\na=${quoteText(a)} b=${quoteText(b)} v=(${v})\nf() { echo "f:$#:$1"; return 3; }\n${body}\necho "= $?"\necho "$a|$b|$c|\${v[*]}|$#"\n`,
  );
