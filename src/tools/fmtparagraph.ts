/**
 * Breaks a paragraph into lines as fmt(1) does: of all ways the one with the lowest cost, which grows with the square of
 * what lines lack to the width that is aimed at, and depends on where sentences end.
 */
export interface FmtWord {
  /** A character for each byte. */
  readonly text: string;
  /** The spaces after it. */
  space: number;
  readonly isOpening: boolean;
  isSentenceMark: boolean;
  readonly isPunctuated: boolean;
  /** A sentence ends with it. */
  isFinal: boolean;
  /** What the line that begins with this word has, once it is known. */
  lineLength: number;
  cost: number;
  /** The place of the word that the next line begins with. */
  next: number;
}

const square = (value: number): number => value * value;
const LINE = square(70);
const SENTENCE = square(50);
const NO_BREAK = square(600);
const PARENTHESIS = square(40);
const PUNCTUATION = square(40);
const shortCost = (lack: number): number => square(lack * 10);
const raggedCost = (difference: number): number => Math.trunc(shortCost(difference) / 2);
const widowCost = (length: number): number => Math.floor(square(200) / (length + 2));
const orphanCost = (length: number): number => Math.floor(square(150) / (length + 2));

const PUNCT = /[!-/:-@[-`{-~]$/;

/** A word as it is read, before what follows it is known. */
export function fmtWord(text: string): FmtWord {
  const bare = text.replace(/(?<=.)[)\]'"]+$/s, '');
  return {
    text,
    space: 0,
    isOpening: /^[(['`"]/.test(text),
    isSentenceMark: /[.?!]$/.test(bare),
    isPunctuated: PUNCT.test(text),
    isFinal: false,
    lineLength: 0,
    cost: 0,
    next: 0,
  };
}

export interface Widths {
  readonly most: number;
  readonly goal: number;
  readonly firstIndent: number;
  readonly otherIndent: number;
  /** The length of the line before, where the paragraph goes on after a part of it was written; else 0. */
  readonly before: number;
}

/** Sets where each line begins, by going from the last word to the first. */
export function breakLines(words: readonly FmtWord[], widths: Widths): void {
  const count = words.length;
  for (let start = count - 1; start >= 0; start--) {
    const first = words[start] as FmtWord;
    let best = Number.POSITIVE_INFINITY;
    let length = (start === 0 ? widths.firstIndent : widths.otherIndent) + first.text.length;
    for (let at = start + 1; ; at++) {
      let cost = at === count ? 0 : lineCost(words, at, length, widths.goal);
      if (start === 0 && widths.before > 0) cost += raggedCost(length - widths.before);
      if (cost < best) {
        best = cost;
        first.next = at;
        first.lineLength = length;
      }
      if (at === count) break;
      length += (words[at - 1] as FmtWord).space + (words[at] as FmtWord).text.length;
      if (length >= widths.most) break;
    }
    first.cost = best + ownCost(words, start);
  }
}

/** The cost of a line of this length before the word at `at`, and of what follows. */
function lineCost(words: readonly FmtWord[], at: number, length: number, goal: number): number {
  const next = words[at] as FmtWord;
  const ragged = next.next === words.length ? 0 : raggedCost(length - next.lineLength);
  return shortCost(goal - length) + ragged + next.cost;
}

/** The cost of a line that begins with this word. */
function ownCost(words: readonly FmtWord[], at: number): number {
  const word = words[at] as FmtWord;
  let cost = LINE;
  const before = words[at - 1];
  if (before) {
    if (before.isSentenceMark) cost += before.isFinal ? -SENTENCE : NO_BREAK;
    else if (before.isPunctuated) cost -= PUNCTUATION;
    else if (words[at - 2]?.isFinal) cost += widowCost(before.text.length);
  }
  if (word.isOpening) cost -= PARENTHESIS;
  else if (word.isFinal) cost += orphanCost(word.text.length);
  return cost;
}
