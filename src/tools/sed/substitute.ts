/** Replaces matches in the pattern space, as `s` does. */
import { lengthAt } from '../regex/chars.ts';
import { replace } from './replacement.ts';
import type { Expression, Substitution } from './script.ts';
import { Space } from './space.ts';

/** Returns the new content; undefined where nothing was replaced. */
export function substitute(
  space: Space,
  regex: Expression,
  rules: Substitution,
): Space | undefined {
  const bytes = space.bytes;
  let result: Space | undefined;
  let copied = 0;
  let count = 0;
  let lastEnd = -1;
  for (let from = 0; from <= bytes.length; ) {
    const offsets = regex.search(bytes, from);
    if (!offsets) break;
    const [start = 0, end = 0] = offsets;
    const isEmpty = start === end;
    // An empty match right behind another one is none.
    if (!(isEmpty && start === lastEnd)) {
      count++;
      if (count >= rules.number) {
        result ??= new Space();
        result.append(bytes.subarray(copied, start));
        replace(rules.parts, bytes, offsets, result);
        copied = end;
        if (!rules.isGlobal) break;
      }
    }
    lastEnd = end;
    from = !isEmpty ? end : end + (regex.isByBytes ? 1 : lengthAt(bytes, end, bytes.length));
  }
  result?.append(bytes.subarray(copied));
  return result;
}
