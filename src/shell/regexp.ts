/** `[[ text =~ pattern ]]`: extended regular expressions as glibc matches them, over the bytes of the text. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import type { Regex } from '../tools/regex/index.ts';
import type { Piece } from './fields.ts';
import type { State } from './state.ts';

const CACHE_SIZE = 100;
const cache = new Map<string, Regex>();

/** Returns 0 for a match, 1 for none and 2 for a mistake in the pattern. Sets BASH_REMATCH unless there is a mistake. */
export async function matchRegexp(
  text: string,
  pattern: readonly Piece[],
  state: State,
): Promise<number> {
  const { compile, RegexError } = await import('../tools/regex/index.ts');
  const ignoreCase = state.shopt.has('nocasematch');
  const source = sourceOf(pattern);
  const key = `${ignoreCase ? 'i' : ''}:${source}`;
  const bytes = bytesOf(text);
  try {
    let regex = cache.get(key);
    if (!regex) {
      regex = compile(source, { syntax: 'ere', ignoreCase, closesAlone: true });
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(key, regex);
    }
    const found = regex.search(bytes);
    state.setArray('BASH_REMATCH', found ? groupsOf(bytes, found) : []);
    return found ? 0 : 1;
  } catch (error) {
    if (error instanceof RegexError) return 2;
    throw error;
  }
}

/** The text of the match and of each group. A group that has not matched is empty. */
function groupsOf(bytes: Uint8Array, offsets: ArrayLike<number>): string[] {
  return Array.from({ length: offsets.length / 2 }, (_, group) => {
    const [start, end] = [offsets[2 * group] ?? -1, offsets[2 * group + 1] ?? -1];
    return start < 0 || end < 0 ? '' : textOf(bytes.subarray(start, end));
  });
}

/** Quoted characters stand for themselves. Within brackets they do so anyway, and a backslash would be one of the set. */
function sourceOf(pieces: readonly Piece[]): string {
  const chars = pieces.flatMap(({ text, quoted }) =>
    [...text].map((char) => ({ char, isQuoted: quoted })),
  );
  let source = '';
  for (let at = 0; at < chars.length; ) {
    const { char, isQuoted } = chars[at] as (typeof chars)[number];
    const end = char === '[' && !isQuoted ? bracketEnd(chars, at) : at;
    const part = chars.slice(at, end + 1).map((each) => each.char);
    source += isQuoted ? char.replace(/[.[\\()*+?{|^$]/, '\\$&') : part.join('');
    at = end + 1;
    const next = chars[at];
    // A backslash that the pattern has unquoted, as from a variable, takes the next character with it.
    if (char === '\\' && !isQuoted && next && !next.isQuoted) {
      source += next.char;
      at++;
    }
  }
  return source;
}

/** The index of the `]` that ends the bracket expression at `at`; `at` itself where none does. */
function bracketEnd(chars: readonly { char: string; isQuoted: boolean }[], at: number): number {
  let end = at + 1;
  if (chars[end]?.char === '^') end++;
  if (chars[end]?.char === ']') end++;
  for (let inner = ''; end < chars.length; end++) {
    const { char, isQuoted } = chars[end] as (typeof chars)[number];
    const next = chars[end + 1]?.char ?? '';
    if (inner !== '') {
      if (char !== inner || next !== ']') continue;
      inner = '';
      end++;
    } else if (char === '[' && /^[:.=]$/.test(next)) {
      inner = next;
      end++;
    } else if (char === ']' && !isQuoted) return end;
  }
  return at;
}
