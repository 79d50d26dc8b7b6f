/**
 * The values in a JSON text by their positions. The text is valid, which `JSON.parse` has checked; a value is shown as
 * it is written, so that no digit of a number and none of two equal names is lost. Nothing here recurses.
 */

export interface JsonChild {
  /** As written, with its quotes; absent in an array. */
  readonly name?: string;
  /** The value is `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
}

const isBlank = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
};

function skipBlanks(text: string, at: number): number {
  let next = at;
  while (next < text.length && isBlank(text, next)) next++;
  return next;
}

/** The position behind the string whose first quote is at `at`. */
function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** The position behind the value that begins at `at`. */
function endOfValue(text: string, at: number): number {
  if (text[at] === '"') return endOfString(text, at);
  if (!isContainer(text, at)) {
    let end = at;
    while (end < text.length && !/[\s,\]}]/.test(text[end] as string)) end++;
    return end;
  }
  const marks = /["[\]{}]/g;
  let depth = 0;
  marks.lastIndex = at;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    if (found[0] === '"') marks.lastIndex = endOfString(text, found.index);
    else if (found[0] === '[' || found[0] === '{') depth++;
    else if (--depth === 0) return found.index + 1;
  }
  return text.length;
}

/** Whether an array or an object begins at `at`. */
export const isContainer = (text: string, at: number): boolean =>
  text[at] === '[' || text[at] === '{';

/** The value that a whole text is. */
export function rootOf(text: string): JsonChild {
  const start = skipBlanks(text, 0);
  return { start, end: endOfValue(text, start) };
}

/** What an array or an object that begins at `start` holds, in the order of the text. */
export function childrenOf(text: string, start: number): JsonChild[] {
  const isObject = text[start] === '{';
  const children: JsonChild[] = [];
  let at = skipBlanks(text, start + 1);
  while (at < text.length && text[at] !== ']' && text[at] !== '}') {
    let name: string | undefined;
    if (isObject) {
      const end = endOfString(text, at);
      name = text.slice(at, end);
      at = skipBlanks(text, skipBlanks(text, end) + 1);
    }
    const end = endOfValue(text, at);
    children.push(name === undefined ? { start: at, end } : { name, start: at, end });
    at = skipBlanks(text, end);
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
  return children;
}

/** A string as it reads, cut to `most` characters; any other value as it is written. */
export function showValue(text: string, { start, end }: JsonChild, most = 2_000): string {
  const written = text.slice(start, Math.min(end, start + most));
  return end - start > most ? `${written}…` : written;
}
