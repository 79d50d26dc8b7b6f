/** Brace expansion (bash(1) "Brace Expansion"): `a{b,c}d` as two words, `{1..9}` as many. */
import { ShellError } from './failure.ts';
import { tildeIn } from './syntax/parse.ts';
import type { Parameter, Part, Word } from './syntax/tree.ts';

const BRACE_MAX = 100_000;
/** An engine that has used up its stack may end the whole thread: nesting ends long before. */
const NESTING_MAX = 300;

/** What may still be made. */
interface Budget {
  words: number;
  nesting: number;
}

/** A character that is not quoted, or a part that is passed on whole. */
type Atom = string | Part;

export function expandBraces(word: Word): readonly Word[] {
  if (!word.parts.some((part) => part.type === 'Literal' && part.text.includes('{'))) return [word];
  const budget = { words: BRACE_MAX, nesting: NESTING_MAX };
  return expanded(atomsOf(word.parts), budget).map((atoms) => ({ ...word, parts: partsOf(atoms) }));
}

const atomsOf = (parts: readonly Part[]): Atom[] =>
  parts.flatMap((part): Atom[] => (part.type === 'Literal' ? [...part.text] : [part]));

/** A name is as long, and a tilde where, as it is in the text that the braces have made. */
function partsOf(atoms: readonly Atom[]): Part[] {
  const parts: Part[] = [];
  let text = '';
  const flush = (isWhole: boolean): void => {
    const last = parts.at(-1);
    if (
      last?.type === 'Parameter' &&
      last.source === `$${last.name}` &&
      /^[A-Za-z_]/.test(last.name)
    ) {
      const [more = ''] = /^\w*/.exec(text) ?? [];
      parts[parts.length - 1] = longer(last, more);
      text = text.slice(more.length);
    }
    const tilde = parts.length === 0 ? tildeIn(text, isWhole) : undefined;
    if (tilde) {
      parts.push(tilde);
      text = text.slice(1 + tilde.user.length);
    }
    if (text !== '') parts.push({ type: 'Literal', text });
    text = '';
  };
  for (const atom of atoms) {
    if (typeof atom === 'string') {
      text += atom;
      continue;
    }
    flush(false);
    parts.push(atom);
  }
  flush(true);
  return parts;
}

const longer = (parameter: Parameter, more: string): Parameter => ({
  ...parameter,
  name: parameter.name + more,
  source: parameter.source + more,
});

function expanded(atoms: readonly Atom[], budget: Budget): Atom[][] {
  if (--budget.nesting < 0) throw new ShellError('brace expansion: nested too deeply');
  const words = expandedHere(atoms, budget);
  budget.nesting++;
  return words;
}

function expandedHere(atoms: readonly Atom[], budget: Budget): Atom[][] {
  for (let at = 0; at < atoms.length; at++) {
    if (atoms[at] !== '{') continue;
    const found = braceAt(atoms, at);
    const middles = found && alternatives(found.items, budget);
    if (!middles) continue;
    const head = atoms.slice(0, at);
    const tails = expanded(atoms.slice(found.end + 1), budget);
    budget.words -= middles.length * tails.length;
    if (budget.words < 0) throw new ShellError('brace expansion: too many words');
    return middles.flatMap((middle) => tails.map((tail) => [...head, ...middle, ...tail]));
  }
  return [[...atoms]];
}

/** What stands between a brace and the one that closes it, apart at its commas. */
function braceAt(
  atoms: readonly Atom[],
  from: number,
): { readonly items: Atom[][]; readonly end: number } | undefined {
  const items: Atom[][] = [[]];
  let depth = 0;
  for (let at = from; at < atoms.length; at++) {
    const atom = atoms[at] as Atom;
    if (atom === '{' && depth++ === 0) continue;
    if (atom === '}' && --depth === 0) return { items, end: at };
    if (atom === ',' && depth === 1) items.push([]);
    else items.at(-1)?.push(atom);
  }
  return undefined;
}

/** Undefined where the braces stand for themselves. */
function alternatives(items: readonly Atom[][], budget: Budget): Atom[][] | undefined {
  if (items.length > 1) return items.flatMap((item) => expanded(item, budget));
  const [only = []] = items;
  return only.every((atom) => typeof atom === 'string') ? range(only.join('')) : undefined;
}

function range(text: string): Atom[][] | undefined {
  const [, first, last, step = '1'] =
    /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  const isNumeric = /\d/.test(first);
  if (isNumeric !== /\d/.test(last)) return undefined;
  const [from, to] = [first, last].map((end) =>
    isNumeric ? Number(end) : (end.codePointAt(0) as number),
  ) as [number, number];
  const by = Math.max(1, Math.abs(Number(step)));
  const count = Math.floor(Math.abs(to - from) / by) + 1;
  if (count > BRACE_MAX) throw new ShellError('brace expansion: too many words');
  const isPadded = [first, last].some((end) => /^-?0\d/.test(end));
  const width = isPadded ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: count }, (_, i) => {
    const value = from + (to >= from ? by : -by) * i;
    if (!isNumeric) return [String.fromCodePoint(value)];
    const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0');
    return [...(value < 0 ? `-${digits}` : digits)];
  });
}
