/** The matcher of grep, made from its patterns. */
import { textOf } from '../kernel/rawtext.ts';
import type { Settings } from './grepoptions.ts';
import { ToolError } from './host.ts';
import { perlPattern } from './perl.ts';
import { compile, RegexError } from './regex/index.ts';

export interface LineMatcher {
  /** Returns an offset in the first matching line from `from` on, or -1. The text consists of whole lines. */
  next(text: Uint8Array, from: number, to: number): number;
  /** Returns the offsets of the first match from `from` on, in the line between `base` and `to`. */
  find(text: Uint8Array, from: number, to: number, base: number): ArrayLike<number> | undefined;
}

export function matcherOf(settings: Settings, end: number): LineMatcher {
  const { patterns, matcher, ignoreCase, has } = settings;
  if (patterns.length === 0) return { next: () => -1, find: () => undefined };
  const whole = has('line-regexp') ? 'line' : has('word-regexp') ? 'word' : undefined;
  if (matcher === 'P') return perlMatcher(patterns, ignoreCase, whole, end);
  const sources =
    matcher === 'F' ? patterns.map((each) => each.replace(/[\\.*[^$]/g, '\\$&')) : patterns;
  const misread = matcher !== 'F' && sources.some((each) => /^\[:.*:\]$/.test(each));
  if (misread) throw new ToolError('character class syntax is [[:space:]], not [:space:]', 2);
  try {
    const regex = compile(sources, {
      syntax: matcher === 'E' ? 'ere' : 'bre',
      lenient: true,
      ignoreCase,
      except: end,
      newline: end,
      whole,
    });
    return {
      next: (text, from, to) => regex.endOfAny(text, from, to),
      find: (text, from, to, base) => regex.find(text, from, to, base),
    };
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ToolError(error.message, 2);
  }
}

function perlMatcher(
  patterns: readonly string[],
  ignoreCase: boolean,
  whole: 'line' | 'word' | undefined,
  end: number,
): LineMatcher {
  if (patterns.length > 1) throw new ToolError('the -P option only supports a single pattern', 2);
  const regex = perlPattern(patterns[0] as string, ignoreCase, whole);
  const encoder = new TextEncoder();
  const sizeOf = (text: string): number => {
    // A byte that is not UTF-8 is one character.
    const invalid = text.match(/[\udc80-\udcff]/gu)?.length ?? 0;
    return encoder.encode(text).length - 2 * invalid;
  };
  const find: LineMatcher['find'] = (text, from, to, base) => {
    const line = textOf(text.subarray(base, to));
    regex.lastIndex = from > base ? textOf(text.subarray(base, from)).length : 0;
    const found = regex.exec(line);
    if (!found) return undefined;
    const kept = found.groups?.['kept'];
    const stop = found.index + found[0].length;
    const start = kept === undefined ? found.index : stop - kept.length;
    const first = base + sizeOf(line.slice(0, start));
    return [first, first + sizeOf(line.slice(start, stop))];
  };
  return {
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
