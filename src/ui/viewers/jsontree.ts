/**
 * A JSON text as a tree: its rows, of which those in open arrays and objects are there. Each position is scanned once:
 * what was found is kept for the next time that rows are asked for.
 */
import type { Steps } from '../inparts.ts';
import { firstChild, type JsonChildren, scanChildren, scanDocument } from './jsonscan.ts';
import type { JsonChild } from './jsonscanner.ts';

/** An open array or object shows so many more values at a time. */
export const PART = 10_000;
/** At first, arrays and objects down to this level are open that hold at most so many values. */
const OPEN_LEVELS = 3;
const OPEN_MAX = 100;
/** A walk over rows makes a step after so many. */
const STEP_ROWS = 5_000;

export interface JsonRow {
  readonly child: JsonChild;
  readonly level: number;
  /** The index of a value in its array. */
  readonly index?: number;
  readonly isOpen?: boolean;
  /** The row stands for so many values of `child` that are not shown yet. */
  readonly hidden?: number;
  /** How many values the levels above hold together, where each holds as many as the one that leads here. */
  readonly weight: number;
}

/** How many values of the array or object at a position are shown at most: 0 where it is closed. */
export type Open = ReadonlyMap<number, number>;

export class JsonTree {
  readonly #text: string;
  #root: JsonChild | undefined;
  readonly #found = new Map<number, JsonChildren>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The rows in order. Throws where the text is not JSON; a step yields the position that is reached. */
  *rows(open: Open): Steps<JsonRow[]> {
    this.#root ??= yield* scanDocument(this.#text);
    const rows: JsonRow[] = [];
    const stack: JsonRow[] = [{ child: this.#root, level: 0, weight: 1 }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (rows.length % STEP_ROWS === 0) yield next.child.start;
      const { child, level, hidden, weight } = next;
      if (hidden !== undefined || child.count === undefined) {
        rows.push(next);
        continue;
      }
      const most = open.get(child.start) ?? (isOpenAtFirst(next) ? PART : 0);
      rows.push({ ...next, isOpen: most > 0 });
      const shown = Math.min(most, child.count);
      const children = yield* this.#children(child, shown);
      const inner = { level: level + 1, weight: weight * shown };
      if (most > 0 && shown < child.count)
        stack.push({ child, hidden: child.count - shown, ...inner });
      for (let index = shown - 1; index >= 0; index--) {
        const each = children[index] as JsonChild;
        stack.push({ child: each, ...inner, ...(each.name === undefined && { index }) });
      }
    }
    return rows;
  }

  /** The first `most` values of an array or object, or more. */
  *#children({ start }: JsonChild, most: number): Steps<readonly JsonChild[]> {
    const found = this.#found.get(start) ?? {
      children: [],
      next: firstChild(this.#text, start),
    };
    const lacking = most - found.children.length;
    if (lacking <= 0 || found.next === undefined) return found.children;
    const more = yield* scanChildren(this.#text, found.next, lacking);
    const children = [...found.children, ...more.children];
    this.#found.set(start, { children, next: more.next });
    return children;
  }
}

/** The weight bounds how many rows are open at first, however many small objects an array holds. */
function isOpenAtFirst({ child: { count = 0 }, level, weight }: JsonRow): boolean {
  if (level === 0) return true;
  return level < OPEN_LEVELS && count <= OPEN_MAX && weight * count <= PART;
}
