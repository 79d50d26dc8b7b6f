/**
 * The end of the longest match from a place: all ways through the pattern are followed at once (Thompson's construction),
 * so the time is bounded by the text's length times the pattern's.
 */
import { type Assertion, characterSource, type Node } from './pattern.ts';

type State =
  | {
      readonly type: 'character';
      readonly test: RegExp;
      readonly literal: string | undefined;
      next: number;
    }
  | { readonly type: 'assertion'; readonly what: Assertion; next: number }
  | { readonly type: 'split'; next: number; other: number }
  | { readonly type: 'end' };

export interface States {
  readonly states: readonly State[];
  readonly start: number;
}

/** A pattern whose counts make it larger than this is a mistake. */
const MOST_STATES = 100_000;

export function statesOf(tree: Node, flags: string): States {
  const states: State[] = [{ type: 'end' }];
  const add = (state: State): number => {
    if (states.length > MOST_STATES) throw new RangeError('Regular expression too big');
    return states.push(state) - 1;
  };
  /** The state that matches `node` and goes on at `next`. */
  const build = (node: Node, next: number): number => {
    if (node.type === 'characters') {
      const test = new RegExp(`^${characterSource(node)}$`, flags);
      const literal = flags.includes('i') ? undefined : node.literal;
      return add({ type: 'character', test, literal, next });
    }
    if (node.type === 'assertion') return add({ type: 'assertion', what: node.what, next });
    if (node.type === 'group') return build(node.body, next);
    if (node.type === 'sequence')
      return node.items.reduceRight((to, item) => build(item, to), next);
    if (node.type === 'choice') {
      const starts = node.items.map((item) => build(item, next));
      return starts.reduceRight((other, each) => add({ type: 'split', next: each, other }));
    }
    return repeat(node.body, node.least, node.most, next);
  };
  const repeat = (body: Node, least: number, most: number, next: number): number => {
    let at = next;
    if (most === Number.POSITIVE_INFINITY) {
      const loop = { type: 'split', next: 0, other: next } as const satisfies State;
      at = add({ ...loop });
      const split = states[at] as { next: number };
      split.next = build(body, at);
    } else
      for (let i = least; i < most; i++)
        at = add({ type: 'split', next: build(body, at), other: next });
    for (let i = 0; i < least; i++) at = build(body, at);
    return at;
  };
  const start = build(tree, 0);
  return { states, start };
}

const WORD = /^[\p{Alphabetic}\p{N}_]$/u;

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const isBefore = at > 0 && WORD.test(text[at - 1] as string);
  const isAfter = at < text.length && WORD.test(text[at] as string);
  if (what === 'word start') return !isBefore && isAfter;
  if (what === 'word end') return isBefore && !isAfter;
  return (isBefore !== isAfter) === (what === 'boundary');
}

/** There is a match that starts there. */
export function longestMatch({ states, start }: States, text: string, from: number): number {
  let end = from;
  let current: number[] = [];
  let seen = new Set<number>();
  const reach = (first: number, at: number): void => {
    const waiting = [first];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (seen.has(state)) continue;
      seen.add(state);
      const { [state]: found } = states;
      if (!found) continue;
      if (found.type === 'end') end = at;
      else if (found.type === 'split') waiting.push(found.other, found.next);
      else if (found.type === 'character') current.push(state);
      else if (holds(found.what, text, at)) waiting.push(found.next);
    }
  };
  reach(start, from);
  for (let at = from; at < text.length && current.length > 0; ) {
    const char = String.fromCodePoint(text.codePointAt(at) as number);
    const before = current;
    current = [];
    seen = new Set();
    at += char.length;
    for (const each of before) {
      const state = states[each];
      if (state?.type !== 'character') continue;
      const isMatch = state.literal === undefined ? state.test.test(char) : state.literal === char;
      if (isMatch) reach(state.next, at);
    }
  }
  return end;
}
