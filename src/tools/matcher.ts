/** The matcher of grep, made from its patterns. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import type { Settings } from './grepoptions.ts';
import { ToolError } from './host.ts';
import { perlPattern } from './perl.ts';
import { compile, type Regex, RegexTooBig, type Rules } from './regex/index.ts';

export interface LineMatcher {
  /** A match stays one when bytes around it change: there is no anchor and no edge of a word. */
  readonly isContextFree: boolean;
  /** Returns an offset in the first matching line from `from` on, or -1. The text consists of whole lines. */
  next(text: Uint8Array, from: number, to: number): number;
  /** Returns the offsets of the first match from `from` on, in the line between `base` and `to`. */
  find(text: Uint8Array, from: number, to: number, base: number): ArrayLike<number> | undefined;
}

export function matcherOf(
  settings: Settings,
  end: number,
  warn?: (message: string) => void,
): LineMatcher {
  const { patterns, matcher, ignoreCase, has } = settings;
  if (patterns.length === 0) return { isContextFree: true, next: () => -1, find: () => undefined };
  const whole = has('line-regexp') ? 'line' : has('word-regexp') ? 'word' : undefined;
  if (matcher === 'P') return perlMatcher(patterns, ignoreCase, whole, end);
  const sources =
    matcher === 'F' ? patterns.map((each) => each.replace(/[\\.*[^$]/g, '\\$&')) : patterns;
  const misread = matcher !== 'F' && sources.some((each) => /^\[:.*:\]$/.test(each));
  if (misread) throw new ToolError('character class syntax is [[:space:]], not [:space:]', 2);
  const regexes = compileAll(sources, {
    syntax: matcher === 'E' ? 'ere' : 'bre',
    lenient: true,
    ignoreCase,
    except: end,
    newline: end,
    whole,
    warn,
  });
  const isEndTaken = takesEnd(settings);
  const matchers = regexes.map(
    (regex): LineMatcher => ({
      isContextFree: regex.isContextFree,
      next: (text, from, to) => regex.endOfAny(text, from, to),
      find: (text, from, to, base) => {
        const found = regex.find(text, from, to, base);
        return found && isEndTaken ? [found[0] as number, to + 1] : found;
      },
    }),
  );
  return matchers.length === 1 ? (matchers[0] as LineMatcher) : firstOf(matchers.map(remembering));
}

/**
 * Whether a match takes the end of its line with it. GNU's grep does so with -w and -x together, unless it searches for
 * several plain texts, so that -o writes the end twice.
 */
function takesEnd({ patterns, matcher, has }: Settings): boolean {
  if (!has('line-regexp') || !has('word-regexp') || matcher === 'F') return false;
  const special = matcher === 'E' ? /[$*.[^\\(+?{|]/ : /[$*.[^\\]/;
  return patterns.length === 1 || patterns.some((each) => special.test(each));
}

/** Compiles the sources as one expression, or as several where one would be too big. */
function compileAll(sources: readonly string[], rules: Rules): readonly Regex[] {
  const made: Regex[] = [];
  const left = [sources];
  for (let part = left.pop(); part; part = left.pop()) {
    try {
      made.push(compile(part, rules));
    } catch (error) {
      if (!(error instanceof RegexTooBig) || part.length === 1) throw error;
      const half = part.length >> 1;
      left.push(part.slice(half), part.slice(0, half));
    }
  }
  return made;
}

/** Finds what the first of several matchers finds, and the longest match where they find it at the same place. */
const firstOf = (matchers: readonly LineMatcher[]): LineMatcher => ({
  isContextFree: matchers.every(({ isContextFree }) => isContextFree),
  next: (text, from, to) => {
    let best = -1;
    for (const matcher of matchers) {
      const at = matcher.next(text, from, to);
      if (at >= 0 && (best < 0 || at < best)) best = at;
    }
    return best;
  },
  find: (text, from, to, base) => {
    let best: ArrayLike<number> | undefined;
    for (const matcher of matchers) {
      const found = matcher.find(text, from, to, base);
      if (found && (!best || isBefore(found, best))) best = found;
    }
    return best;
  },
});

function isBefore(found: ArrayLike<number>, best: ArrayLike<number>): boolean {
  const [start = 0, end = 0, bestStart = 0, bestEnd = 0] = [found[0], found[1], best[0], best[1]];
  return start < bestStart || (start === bestStart && end > bestEnd);
}

/**
 * Remembers what a matcher has found last. That stays right until a search begins after it, so that a matcher reads a text
 * once even where others find more in it.
 */
function remembering({ isContextFree, next, find }: LineMatcher): LineMatcher {
  const nextAfter = remembered(
    (text, from, to) => next(text, from, to),
    (at) => (at < 0 ? Number.POSITIVE_INFINITY : at),
  );
  return {
    isContextFree,
    next: (text, from, to) => nextAfter(text, from, to, 0),
    find: remembered(find, (found) => found?.[0] ?? Number.POSITIVE_INFINITY),
  };
}

type Search<T> = (text: Uint8Array, from: number, to: number, base: number) => T;

function remembered<T>(search: Search<T>, startOf: (found: T) => number): Search<T> {
  let last: { text: Uint8Array; from: number; to: number; base: number; found: T } | undefined;
  return (text, from, to, base) => {
    const isSame = last?.text === text && last.to === to && last.base === base;
    if (last && isSame && last.from <= from && startOf(last.found) >= from) return last.found;
    const found = search(text, from, to, base);
    last = { text, from, to, base, found };
    return found;
  };
}

function perlMatcher(
  patterns: readonly string[],
  ignoreCase: boolean,
  whole: 'line' | 'word' | undefined,
  end: number,
): LineMatcher {
  if (patterns.length > 1) throw new ToolError('the -P option only supports a single pattern', 2);
  const regex = perlPattern(patterns[0] as string, ignoreCase, whole);
  /** The line that was decoded last, and the place up to which its bytes and characters were counted. */
  let known = { text: new Uint8Array() as Uint8Array, base: 0, to: 0, line: '', byte: 0, char: 0 };
  const find: LineMatcher['find'] = (text, from, to, base) => {
    if (known.text !== text || known.base !== base || known.to !== to || from < known.byte)
      known = { text, base, to, line: textOf(text.subarray(base, to)), byte: base, char: 0 };
    const { line } = known;
    known.char += textOf(text.subarray(known.byte, from)).length;
    known.byte = from;
    regex.lastIndex = known.char;
    const found = regex.exec(line);
    if (!found) return undefined;
    const kept = found.groups?.['kept'];
    const stop = found.index + found[0].length;
    const start = kept === undefined ? found.index : stop - kept.length;
    const first = from + bytesOf(line.slice(known.char, start)).length;
    return [first, first + bytesOf(line.slice(start, stop)).length];
  };
  return {
    isContextFree: false,
    find,
    next: (text, from, to) => {
      for (let at = from; at < to; ) {
        const stop = text.indexOf(end, at);
        if (find(text, at, stop, at)) return at;
        at = stop + 1;
      }
      return -1;
    },
  };
}
