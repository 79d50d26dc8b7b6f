/** Runs a script of sed(1) that is one simple command over many lines at a time. */
import { lengthAt } from '../regex/chars.ts';
import type { Regex } from '../regex/index.ts';
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

/** Returns undefined where the script must see one line after the other. */
export function blockEditOf(
  script: Script,
  rules: { readonly delimiter: number; readonly isQuiet: boolean },
): BlockEdit | undefined {
  const [command] = script.commands;
  if (!command || script.commands.length > 1 || command.second) return undefined;
  if (!rules.isQuiet && !command.first && !command.isNegated)
    return BlockSubstitution.of(command.substitution, rules.delimiter);
  return BlockFilter.of(command, rules) ?? NumberFilter.of(command, rules);
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

  static of(
    { name, first, isNegated }: Command,
    { delimiter, isQuiet }: { readonly delimiter: number; readonly isQuiet: boolean },
  ): BlockEdit | undefined {
    const regex = first?.kind === 'pattern' ? first.pattern?.inLines : undefined;
    if (!regex || name !== (isQuiet ? 'p' : 'd')) return undefined;
    return new BlockFilter(regex, delimiter, isQuiet !== isNegated);
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, line: number): number {
    let behind = from;
    while (behind < to) {
      const hit = this.#regex.endOfAny(block, behind, to, from);
      // Behind the last delimiter there is no line.
      if (hit < 0 || hit >= to) break;
      const start = hit === behind ? behind : block.lastIndexOf(this.#delimiter, hit - 1) + 1;
      const end = block.indexOf(this.#delimiter, hit) + 1;
      if (this.#keepsMatches) result.appendRange(block, start, end);
      else result.appendRange(block, behind, start);
      behind = end;
    }
    if (!this.#keepsMatches) result.appendRange(block, behind, to);
    return line;
  }
}

/** The same with the number of a line, or with every n-th line, in the place of the pattern. */
class NumberFilter implements BlockEdit {
  readonly #address: Address & { readonly kind: 'line' | 'step' };
  readonly #delimiter: number;
  readonly #keepsSelected: boolean;

  private constructor(
    address: Address & { readonly kind: 'line' | 'step' },
    delimiter: number,
    keepsSelected: boolean,
  ) {
    this.#address = address;
    this.#delimiter = delimiter;
    this.#keepsSelected = keepsSelected;
  }

  static of(
    { name, first, isNegated }: Command,
    { delimiter, isQuiet }: { readonly delimiter: number; readonly isQuiet: boolean },
  ): BlockEdit | undefined {
    if (first?.kind !== 'line' && first?.kind !== 'step') return undefined;
    if (name !== (isQuiet ? 'p' : 'd')) return undefined;
    return new NumberFilter(first, delimiter, isQuiet !== isNegated);
  }

  edit(block: Uint8Array, from: number, to: number, result: Appendable, number: number): number {
    const address = this.#address;
    const delimiter = this.#delimiter;
    const [first, step] =
      address.kind === 'line'
        ? [address.line, Number.POSITIVE_INFINITY]
        : [address.first, address.step];
    let line = number;
    let next = line < first ? first : first + Math.ceil((line + 1 - first) / step) * step;
    let kept = from;
    for (let at = from; at < to; ) {
      const start = at;
      while (block[at] !== delimiter) at++;
      at++;
      if (++line !== next) continue;
      next += step;
      if (this.#keepsSelected) result.appendRange(block, start, at);
      else result.appendRange(block, kept, start);
      kept = at;
    }
    if (!this.#keepsSelected) result.appendRange(block, kept, to);
    return line;
  }
}
