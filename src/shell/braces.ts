/** Brace expansion (bash(1)): alternatives and ranges. */
import { ShellError } from './state.ts';
import type { Of, Part, Word } from './syntax.ts';

const BRACE_MAX = 100_000;

/** `a{b,c}d` as two words; ranges as many (bash(1) "Brace Expansion"). */
export function expandBraces(word: Word): Word[] {
  const at = word.parts.findIndex(({ type }) => type === 'BraceExpansion');
  if (at < 0) return [word];
  const brace = word.parts[at] as Of<Part, 'BraceExpansion'>;
  const before = word.parts.slice(0, at);
  const tails = expandBraces({ ...word, parts: word.parts.slice(at + 1) });
  const out: Word[] = [];
  for (const item of brace.items) {
    const middles =
      item.type === 'Word' ? expandBraces(item.word).map(({ parts }) => parts) : rangeParts(item);
    for (const middle of middles)
      for (const tail of tails) {
        out.push({ ...word, parts: [...before, ...middle, ...tail.parts] });
        if (out.length > BRACE_MAX) throw new ShellError('brace expansion: too many words');
      }
  }
  return out;
}

function rangeParts(
  item: Extract<Of<Part, 'BraceExpansion'>['items'][number], { type: 'Range' }>,
): Part[][] {
  const literal = (value: string): Part[] => [{ type: 'Literal', value }];
  const { start, end } = item;
  const numeric = typeof start === 'number' && typeof end === 'number';
  const from = numeric ? start : (String(start).codePointAt(0) as number);
  const to = numeric ? end : (String(end).codePointAt(0) as number);
  const step = Math.max(1, Math.abs(item.step ?? 1));
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  if (count > BRACE_MAX) throw new ShellError('brace expansion: too many words');
  const padded = [item.startStr ?? '', item.endStr ?? ''].filter((text) => /^-?0\d/.test(text));
  const width =
    padded.length > 0 ? Math.max((item.startStr ?? '').length, (item.endStr ?? '').length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + (to >= from ? step : -step) * i;
    if (!numeric) return literal(String.fromCodePoint(value));
    const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0');
    return literal(value < 0 ? `-${digits}` : digits);
  });
}
