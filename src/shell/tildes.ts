/** Tildes in arguments that look like assignments, as in `dd of=~/disk` (bash(1) "Tilde Expansion"). */
import type { State } from './state.ts';
import { tildeIn } from './syntax/parse.ts';
import type { Part, Word } from './syntax/tree.ts';

const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** The word with the tildes behind its `=` and its colons as parts of their own; as it is in POSIX mode. */
export function withTildes(word: Word, { options }: State): Word {
  const [first] = word.parts;
  if (!word.source.includes('~') || first?.type !== 'Literal' || options.has('posix')) return word;
  const [head] = ASSIGNMENT.exec(first.text) ?? [];
  if (head === undefined) return word;
  const parts = word.parts.flatMap((part, i) => {
    if (part.type !== 'Literal') return [part];
    return split(part.text, i === 0 ? head.length : undefined, i === word.parts.length - 1);
  });
  return { ...word, parts };
}

/** `from` is where a value begins. A tilde at the end counts where no part follows. */
function split(text: string, from: number | undefined, isLast: boolean): readonly Part[] {
  const parts: Part[] = [];
  let passed = 0;
  for (let at = from ?? 0; at < text.length; at++) {
    if (at !== from && text[at - 1] !== ':') continue;
    const [user] = /^~[^/:]*/.exec(text.slice(at)) ?? [];
    if (user === undefined) continue;
    const tilde = tildeIn(user, isLast || at + user.length < text.length);
    if (!tilde) continue;
    if (at > passed) parts.push({ type: 'Literal', text: text.slice(passed, at) });
    parts.push(tilde);
    passed = at + 1 + tilde.user.length;
  }
  if (passed < text.length) parts.push({ type: 'Literal', text: text.slice(passed) });
  return parts;
}
