/** What a pager says of where it is: at its prompt, and when it is asked (less(1) "PROMPTS"). */
import type { View } from './view.ts';

/** Where a pager is. */
interface Place {
  readonly view: View;
  readonly flags: ReadonlySet<string>;
  /** The names of the files, and which of them is shown. */
  readonly names: readonly string[];
  readonly file: number;
  /** The number of bytes of the file, where that is known. */
  readonly size: number | undefined;
  /** Nothing was done with this file yet. */
  readonly isNew: boolean;
}

/** `last` is the last line of the screen; at the end of the document `isEnd` is set. */
export function promptOf(place: Place, isEnd: boolean, last: number): string {
  const { view, flags, names, file, isNew } = place;
  const name = names[file] as string;
  const isLong = flags.has('M');
  const parts: string[] = [];
  if (isLong || (isNew && name !== '-')) {
    const which = names.length > 1 ? ` (file ${file + 1} of ${names.length})` : '';
    parts.push(`${name === '-' ? '' : name}${which}`);
  }
  if (isLong) {
    const { top, document } = view;
    const count = document.hasEnded ? `/${document.count}` : '';
    parts.push(`lines ${top.line + 1}-${last + 1}${count}`);
  }
  if (isEnd) {
    const following = names[file + 1];
    parts.push(`(END)${following === undefined ? '' : ` - Next: ${following}`}`);
  } else if (isLong || flags.has('m')) {
    const percent = percentOf(place, last + 1);
    parts.push(percent === undefined ? `byte ${view.document.startOf(last + 1)}` : `${percent}%`);
  }
  return parts.filter((part) => part !== '').join(' ') || ':';
}

/** What `=` tells. */
export async function infoOf(place: Place): Promise<string> {
  const { view, names, file } = place;
  const { top, document } = view;
  const { last } = await view.screen();
  const name = names[file] === '-' ? '(standard input)' : names[file];
  const total = document.hasEnded ? `/${document.count}` : '';
  const size = document.hasEnded ? document.size : place.size;
  const bytes = `${document.startOf(last + 1)}${size === undefined ? '' : `/${size}`}`;
  const percent = percentOf(place, last + 1);
  return `${name} lines ${top.line + 1}-${last + 1}${total} byte ${bytes}${percent === undefined ? '' : ` ${percent}%`}`;
}

/** How much of the document is before a line; undefined where its size is not known. */
function percentOf({ view: { document }, size: known }: Place, line: number): number | undefined {
  const size = document.hasEnded ? document.size : known;
  return size ? Math.floor((100 * document.startOf(line)) / size) : undefined;
}
