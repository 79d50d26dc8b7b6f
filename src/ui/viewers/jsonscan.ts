/**
 * The values in a JSON text by their positions. A value is shown as it is written, so that no digit of a number and
 * none of two equal names is lost.
 */
import type { Steps } from '../inparts.ts';
import { type JsonChild, JsonScanner } from './jsonscanner.ts';

/** Some of the values in an array or an object. */
export interface JsonChildren {
  readonly children: readonly JsonChild[];
  /** The position where the next child begins; undefined behind the last one. */
  readonly next: number | undefined;
}

/** Scans the one value that a whole text is. Throws an error that names the place where the text is not JSON. */
export function* scanDocument(text: string): Steps<JsonChild> {
  const scanner = new JsonScanner(text, 0);
  scanner.skipBlanks();
  const root = yield* scanner.value();
  scanner.skipBlanks();
  if (scanner.at < text.length) throw scanner.expected('the end of the text');
  return root;
}

/** The position where the first child of the array or object at `start` begins. */
export function firstChild(text: string, start: number): number {
  const scanner = new JsonScanner(text, start + 1);
  scanner.skipBlanks();
  return scanner.at;
}

/**
 * Scans the next children of an array or an object, at most `most` of them. `at` is the position where the first of them
 * begins, and the array or object must hold it.
 */
export function* scanChildren(text: string, at: number, most: number): Steps<JsonChildren> {
  const scanner = new JsonScanner(text, at);
  const children: JsonChild[] = [];
  for (;;) {
    children.push(yield* scanner.child());
    if (!scanner.comma()) return { children, next: undefined };
    if (children.length === most) return { children, next: scanner.at };
  }
}

/** The text from `start` to `end`, cut to `most` characters. */
export function cutTo(text: string, start: number, end: number, most = 2_000): string {
  const written = text.slice(start, Math.min(end, start + most));
  return end - start > most ? `${written}…` : written;
}
