/**
 * The tokens of a Markdown document in parts of a bounded size, so that the page can draw one part after another. An
 * element that is still open where a part ends is closed there, and the next part opens it again.
 */
import type { Token } from 'markdown-it';

/** Characters of HTML in a part, about: the page draws so many within a few milliseconds. */
const PART = 30_000;
/** Characters of the HTML of a token beside its content, about. */
const TAGS = 20;

/** The class of an element that began in an earlier part. */
const CONTINUED = 'continued';

/** An element that is open, and how many items of it have begun, where it is a list. */
interface Open {
  readonly token: Token;
  items: number;
}

/** The tokens of each part. */
export function partsOf(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [];
  const open: Open[] = [];
  let part: Token[] = [];
  let size = 0;
  for (const token of tokens.flatMap(cutToken)) {
    const more = sizeOf(token);
    // Nothing of an element would show in a part that ends with its beginning, or begins with its end.
    const isWithin = part.at(-1)?.nesting !== 1 && token.nesting >= 0;
    if (size > 0 && size + more > PART && isWithin) {
      parts.push([...part, ...closing(open)]);
      part = open.map((each, depth) => continued(each, depth + 1 < open.length));
      size = 0;
    }
    part.push(token);
    size += more;
    follow(open, token);
  }
  parts.push(part);
  return parts;
}

function follow(open: Open[], token: Token): void {
  const parent = open.at(-1);
  if (token.type === 'list_item_open' && parent) parent.items++;
  if (token.nesting === 1) open.push({ token, items: 0 });
  if (token.nesting === -1) open.pop();
}

/** Addresses count: a definition of one can be named by thousands of links. */
const sizeOf = ({ content, attrs, children }: Token): number =>
  TAGS +
  content.length +
  (attrs ?? []).reduce((sum, [, value]) => sum + String(value).length, 0) +
  (children ?? []).reduce((sum, child) => sum + sizeOf(child), 0);

const closing = (open: readonly Open[]): Token[] =>
  open.map(({ token }) => closeOf(token)).reverse();

function closeOf(token: Token): Token {
  const close = copyOf(token);
  close.type = token.type.replace(/_open$/, '_close');
  close.nesting = -1;
  close.attrs = null;
  return close;
}

/** A longer attribute of an element is not repeated in each part that the element goes on in. */
const REPEATED_MAX = 2_000;

/** Opens an element again: without its id, which is unique, and a numbered list at the number that it has come to. */
function continued({ token, items }: Open, isItemOpen: boolean): Token {
  const again = copyOf(token);
  again.attrs = (token.attrs ?? []).filter(
    ([name, value]) => name !== 'id' && name !== 'tabindex' && String(value).length <= REPEATED_MAX,
  );
  again.attrJoin('class', CONTINUED);
  if (token.type === 'ordered_list_open')
    again.attrSet(
      'start',
      String(Number(token.attrGet('start') ?? 1) + items - Number(isItemOpen)),
    );
  return again;
}

const copyOf = (token: Token): Token =>
  Object.assign(Object.create(Object.getPrototypeOf(token)) as Token, token);

/** A token that is larger than a part, as several. */
function cutToken(token: Token): Token[] {
  if (sizeOf(token) <= PART) return [token];
  return token.children ? cutInline(token, token.children) : cutContent(token);
}

/** Code and plain text are cut in their content. */
const cutContent = (token: Token): Token[] =>
  textPieces(token.content).map((content, index) => {
    const piece = copyOf(token);
    piece.content = content;
    piece.attrs = [...(token.attrs ?? [])];
    if (index > 0) piece.attrJoin('class', CONTINUED);
    return piece;
  });

function cutInline(token: Token, children: readonly Token[]): Token[] {
  const hasContent = ({ type }: Token): boolean => type === 'text' || type === 'code_inline';
  const small = children.flatMap((child) => (hasContent(child) ? cutContent(child) : [child]));
  return partsOf(small).map((own) => {
    const piece = copyOf(token);
    piece.children = own;
    piece.content = own.map(({ content }) => content).join('');
    return piece;
  });
}

/** Pieces of a text, none larger than half a part; a piece ends with a line where there is one. */
function textPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = text.slice(at, at + PART / 2);
    const line = piece.lastIndexOf('\n') + 1;
    const isLast = at + piece.length === text.length;
    // A character of two units stays whole.
    const whole = /[\uD800-\uDBFF]$/.test(piece) ? piece.length - 1 : piece.length;
    const end = isLast ? piece.length : line > 0 ? line : whole;
    pieces.push(text.slice(at, at + end));
    at += end;
  }
  return pieces.length === 0 ? [''] : pieces;
}
