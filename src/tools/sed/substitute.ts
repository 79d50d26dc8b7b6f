/** Replaces matches in the pattern space, as `s` does. */
import { lengthAt } from '../regex/chars.ts';
import { replace } from './replacement.ts';
import type { Expression, Substitution } from './script.ts';
import type { Space } from './space.ts';

/** Writes the new content into `result`. Returns false where nothing was replaced. */
export function substitute(
  space: Space,
  regex: Expression,
  rules: Substitution,
  result: Space,
): boolean {
  const bytes = space.bytes;
  let isReplaced = false;
  let copied = 0;
  let count = 0;
  let lastEnd = -1;
  for (let from = 0; from <= bytes.length; ) {
    const offsets = regex.search(bytes, from);
    if (!offsets) break;
    const start = offsets[0] as number;
    const end = offsets[1] as number;
    const isEmpty = start === end;
    // An empty match right behind another one is none.
    if (!(isEmpty && start === lastEnd)) {
      count++;
      if (count >= rules.number) {
        if (!isReplaced) result.clear();
        isReplaced = true;
        result.appendRange(bytes, copied, start);
        replace(rules.parts, bytes, offsets, result);
        copied = end;
        if (!rules.isGlobal) break;
      }
    }
    lastEnd = end;
    from = !isEmpty ? end : end + (regex.isByBytes ? 1 : lengthAt(bytes, end, bytes.length));
  }
  if (isReplaced) result.appendRange(bytes, copied, bytes.length);
  return isReplaced;
}
