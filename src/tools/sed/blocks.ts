/** Runs a script of sed(1) that is one simple command over many lines at a time. */
import { behindLast } from '../bytescan.ts';
import { lengthAt } from '../regex/chars.ts';
import type { Regex } from '../regex/index.ts';
import type { Selection } from './addresses.ts';
import { emptyReplacementOf, replace } from './replacement.ts';
import type { Address, Command, Script, Substitution } from './script.ts';
import type { Appendable } from './space.ts';

/**
 * What such a script does with the lines between two offsets, each with its delimiter: appends to `result` what it writes of
 * them. `number` is that of the line before; the number of the last line is returned, where the script asks for numbers.
 */
export interface BlockEdit {
  edit(block: Uint8Array, from: number, to: number, result: Appendable, number: number): number;
}

interface Rules {
  readonly delimiter: number;
  readonly isQuiet: boolean;
}

/**
 * Returns undefined where the script must see one line after the other. `selection` is that of its command: it decides about
 * the lines that are not in a block, such as a last line without a delimiter, and is told where a block leaves off.
 */
export function blockEditOf(
  script: Script,
  rules: Rules,
  selection: Selection | undefined,
): BlockEdit | undefined {
  const [command] = script.commands;
  if (!command || !selection || script.commands.length > 1) return undefined;
  if (!rules.isQuiet && !command.first && !command.isNegated)
    return BlockSubstitution.of(command.substitution, rules.delimiter);
  if (command.name !== (rules.isQuiet ? 'p' : 'd')) return undefined;
  return command.second
    ? (RangeFilter.of(command, rules, selection) ?? NumberFilter.of(command, rules))
    : (BlockFilter.of(command, rules) ?? NumberFilter.of(command, rules));
}

/** `s` for every line, where it only replaces. */
class BlockSubstitution implements BlockEdit {
  readonly #regex: Regex;
  readonly #isByBytes: boolean;
  readonly #rules: Substitution;
  readonly #delimiter: number;

  private constructor(
    regex: Regex,
    isByBytes: boolean,
    { rules, delimiter }: { readonly rules: Substitution; readonly delimiter: number },
  ) {
    this.#regex = regex;
    this.#isByBytes = isByBytes;
    this.#rules = rules;
    this.#delimiter = delimiter;
  }

  static of(rules: Substitution | undefined, delimiter: number): BlockEdit | undefined {
    if (!rules || rules.isPrinted || rules.isRun || rules.file !== undefined) return undefined;
    const { inLines, isByBytes = false, isLineStart } = rules.pattern ?? {};
    const inserted =
      isLineStart && rules.number === 1 ? emptyReplacementOf(rules.parts) : undefined;
    if (inserted) return new LineInsertion(inserted, delimiter);
    return inLines && new BlockSubstitution(inLines, isByBytes, { rules, delimiter });
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, line: number): number {
    const { parts, number, isGlobal, highest } = this.#rules;
    const regex = this.#regex;
    const find = highest > 0 ? regex.search : regex.find;
    let copied = from;
    let end = -1;
    let lineEnd = -1;
    let count = 0;
    for (let at = from; at < to; ) {
      const offsets = find(block, at, to, from);
      const start = offsets?.[0] ?? to;
      // Behind the last delimiter there is no line.
      if (!offsets || start >= to) break;
      if (start > lineEnd) {
        lineEnd = block.indexOf(this.#delimiter, start);
        count = 0;
        end = -1;
      }
      const isEmpty = start === offsets[1];
      // An empty match right behind another one is none.
      if (!isEmpty || start !== end) count++;
      const isReplaced = count >= number && (!isEmpty || start !== end);
      end = offsets[1] as number;
      if (isReplaced) {
        result.appendRange(block, copied, start);
        replace(parts, block, offsets, result);
        copied = end;
      }
      if (isReplaced && !isGlobal) at = lineEnd + 1;
      else at = !isEmpty ? end : end + (this.#isByBytes ? 1 : lengthAt(block, end, lineEnd + 1));
    }
    result.appendRange(block, copied, to);
    return line;
  }
}

/** `s/^/text/`. */
class LineInsertion implements BlockEdit {
  readonly #text: Uint8Array;
  readonly #delimiter: number;

  constructor(text: Uint8Array, delimiter: number) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, line: number): number {
    const delimiter = this.#delimiter;
    for (let at = from; at < to; ) {
      const start = at;
      while (block[at] !== delimiter) at++;
      at++;
      result.appendRange(this.#text, 0, this.#text.length);
      result.appendRange(block, start, at);
    }
    return line;
  }
}

/** `/pattern/p` with -n, and `/pattern/d` without. */
class BlockFilter implements BlockEdit {
  readonly #regex: Regex;
  readonly #delimiter: number;
  /** Lines that match are written, and no others; or all others are. */
  readonly #keepsMatches: boolean;

  private constructor(regex: Regex, delimiter: number, keepsMatches: boolean) {
    this.#regex = regex;
    this.#delimiter = delimiter;
    this.#keepsMatches = keepsMatches;
  }

  static of({ first, isNegated }: Command, { delimiter, isQuiet }: Rules): BlockEdit | undefined {
    const regex = inLinesOf(first);
    return regex && new BlockFilter(regex, delimiter, isQuiet !== isNegated);
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, line: number): number {
    let behind = from;
    while (behind < to) {
      const hit = this.#regex.endOfAny(block, behind, to, from);
      // Behind the last delimiter there is no line.
      if (hit < 0 || hit >= to) break;
      const start = behindLast(block, this.#delimiter, behind, hit);
      const end = block.indexOf(this.#delimiter, hit) + 1;
      if (this.#keepsMatches) result.appendRange(block, start, end);
      else result.appendRange(block, behind, start);
      behind = end;
    }
    if (!this.#keepsMatches) result.appendRange(block, behind, to);
    return line;
  }
}

const inLinesOf = (address: Address | undefined): Regex | undefined =>
  address?.kind === 'pattern' ? address.pattern?.inLines : undefined;

/** `/first/,/second/p` with -n, and `/first/,/second/d` without. */
class RangeFilter implements BlockEdit {
  readonly #first: Regex;
  readonly #second: Regex;
  readonly #selection: Selection;
  readonly #delimiter: number;
  readonly #keepsSelected: boolean;

  private constructor(
    range: readonly [first: Regex, second: Regex],
    selection: Selection,
    delimiter: number,
    keepsSelected: boolean,
  ) {
    [this.#first, this.#second] = range;
    this.#selection = selection;
    this.#delimiter = delimiter;
    this.#keepsSelected = keepsSelected;
  }

  static of(
    { first, second, isNegated }: Command,
    { delimiter, isQuiet }: Rules,
    selection: Selection,
  ): BlockEdit | undefined {
    const begin = inLinesOf(first);
    const end = inLinesOf(second);
    return (
      begin && end && new RangeFilter([begin, end], selection, delimiter, isQuiet !== isNegated)
    );
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, line: number): number {
    const delimiter = this.#delimiter;
    let isInside = this.#selection.goesOn;
    let behind = from;
    while (behind < to) {
      const hit = (isInside ? this.#second : this.#first).endOfAny(block, behind, to, from);
      const isThere = hit >= 0 && hit < to;
      const end = isThere ? block.indexOf(delimiter, hit) + 1 : to;
      if (isInside) {
        if (this.#keepsSelected) result.appendRange(block, behind, end);
        isInside = !isThere;
      } else {
        const start = isThere ? behindLast(block, delimiter, behind, hit) : to;
        if (this.#keepsSelected) result.appendRange(block, start, end);
        else result.appendRange(block, behind, start);
        isInside = isThere;
      }
      behind = end;
    }
    this.#selection.setGoesOn(isInside);
    return line;
  }
}

/** `2p`, `2,5p`, `2,$p` and `1~3p` with -n, and the same with `d` without. */
class NumberFilter implements BlockEdit {
  readonly #lines: Lines;
  readonly #delimiter: number;
  readonly #keepsSelected: boolean;

  private constructor(lines: Lines, delimiter: number, keepsSelected: boolean) {
    this.#lines = lines;
    this.#delimiter = delimiter;
    this.#keepsSelected = keepsSelected;
  }

  static of(
    { first, second, isNegated }: Command,
    { delimiter, isQuiet }: Rules,
  ): BlockEdit | undefined {
    const lines = linesOf(first, second);
    return lines && new NumberFilter(lines, delimiter, isQuiet !== isNegated);
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, number: number): number {
    const { first, step, last } = this.#lines;
    const delimiter = this.#delimiter;
    let line = number;
    let next = line < first ? first : first + Math.ceil((line + 1 - first) / step) * step;
    if (next > last) next = Number.POSITIVE_INFINITY;
    let kept = from;
    for (let at = from; at < to; ) {
      const start = at;
      while (block[at] !== delimiter) at++;
      at++;
      if (++line !== next) continue;
      next = next + step > last ? Number.POSITIVE_INFINITY : next + step;
      if (this.#keepsSelected) result.appendRange(block, start, at);
      else result.appendRange(block, kept, start);
      kept = at;
    }
    if (!this.#keepsSelected) result.appendRange(block, kept, to);
    return line;
  }
}

/** Every `step`-th line from `first` to `last`. */
interface Lines {
  readonly first: number;
  readonly step: number;
  readonly last: number;
}

/** Lines that are told by their numbers alone; a range from a line to one before it is that line. */
function linesOf(first: Address | undefined, second: Address | undefined): Lines | undefined {
  if (first?.kind === 'step' && !second)
    return { first: first.first, step: first.step, last: Number.POSITIVE_INFINITY };
  if (first?.kind !== 'line' || first.line === 0) return undefined;
  if (!second) return { first: first.line, step: 1, last: first.line };
  if (second.kind === 'last') return { first: first.line, step: 1, last: Number.POSITIVE_INFINITY };
  if (second.kind !== 'line') return undefined;
  return { first: first.line, step: 1, last: Math.max(first.line, second.line) };
}
