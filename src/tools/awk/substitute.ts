/** sub(), gsub() and gensub(): what stands for a match, and where it goes. */
import { sizeAt } from './characters.ts';
import type { Match, Regex } from './regex.ts';

/** Text as it is, or the number of a group; 0 is the whole match. */
type Part = string | number;

/** `\&` is an ampersand, `\\&` a backslash before the match, `\\\&` a backslash before an ampersand. */
export function partsOf(replacement: string): readonly Part[] {
  if (!replacement.includes('&')) return [replacement];
  const parts: Part[] = [];
  for (const [text] of replacement.matchAll(/\\\\\\&|\\\\&|\\&|&|[^\\&]+|\\/g)) {
    if (text === '&') parts.push(0);
    else if (text === '\\&') parts.push('&');
    else if (text === '\\\\&') parts.push('\\', 0);
    else parts.push(text === '\\\\\\&' ? '\\&' : text);
  }
  return parts;
}

/** The same for gensub(), where `\1` is a group. */
function groupPartsOf(replacement: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [text] of replacement.matchAll(/\\[\s\S]|&|[^\\&]+|\\/g)) {
    if (text === '&') parts.push(0);
    else if (/^\\\d$/.test(text)) parts.push(Number(text[1]));
    else parts.push(text === '\\&' || text === '\\\\' ? text.slice(1) : text);
  }
  return parts;
}

/** The matches of gsub(): an empty one does not follow another match at once. */
function* matches(text: string, regex: Regex): Generator<Match> {
  let before = -1;
  for (let from = 0; from <= text.length; ) {
    const match = regex.find(text, from);
    if (!match) return;
    const { start, end } = match;
    if (start !== end || start !== before) yield match;
    before = end;
    // An empty match is followed by a whole character.
    from = start === end ? end + sizeAt(text, end) : end;
  }
}

export interface Substituted {
  readonly text: string;
  readonly count: number;
}

export function substitute(
  text: string,
  regex: Regex,
  replacement: string,
  isGlobal: boolean,
): Substituted {
  const parts = partsOf(replacement);
  const [plain] = parts.length === 1 ? parts : [];
  if (isGlobal && typeof plain === 'string' && regex.divider !== undefined) {
    const pieces = text.split(regex.divider);
    return { text: pieces.length === 1 ? text : pieces.join(plain), count: pieces.length - 1 };
  }
  let out = '';
  let at = 0;
  let count = 0;
  let before = -1;
  // As `matches` goes, which is too slow for every line of a long input.
  for (let from = 0; from <= text.length; ) {
    const match = regex.find(text, from);
    if (!match) break;
    const { start, end } = match;
    from = start === end ? end + sizeAt(text, end) : end;
    const isNone = start === end && start === before;
    before = end;
    if (isNone) continue;
    if (start > at) out += text.slice(at, start);
    if (typeof plain === 'string') out += plain;
    else for (const part of parts) out += part === 0 ? text.slice(start, end) : part;
    at = end;
    count++;
    if (!isGlobal) break;
  }
  return { text: count === 0 ? text : out + text.slice(at), count };
}

/** `which` is the number of the match to replace; 0 for all. */
export function generalSubstitute(
  text: string,
  regex: Regex,
  replacement: string,
  which: number,
): string {
  const parts = groupPartsOf(replacement);
  let out = '';
  let at = 0;
  let count = 0;
  for (const match of matches(text, regex)) {
    count++;
    if (which > 0 && count < which) continue;
    out += text.slice(at, match.start);
    const groups = parts.some((part) => typeof part === 'number' && part > 0)
      ? regex.groups(text, match.start)
      : [match];
    for (const part of parts) {
      if (typeof part === 'string') out += part;
      else {
        const group = groups[part];
        if (group) out += text.slice(group.start, group.end);
      }
    }
    at = match.end;
    if (which > 0) break;
  }
  return out + text.slice(at);
}
