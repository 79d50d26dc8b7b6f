/** The bytes with which the matches of an expression begin. */
import type { Ast } from './ast.ts';

/** Bytes that are frequent in texts. A search that stops at each of them is slower than one that reads every byte. */
const frequent = [...'etaoinsrh \n'].map((char) => char.charCodeAt(0));
const MOST_FREQUENT = 2;

/**
 * Returns a table of the 256 bytes that tells which of them may begin a match; undefined where a match may be empty, and where
 * the table would not help.
 */
export function firstBytesOf(ast: Ast): Uint8Array | undefined {
  const table = new Uint8Array(256);
  if (!addFirst(ast, table)) return undefined;
  const count = frequent.filter((byte) => table[byte] === 1).length;
  return count > MOST_FREQUENT ? undefined : table;
}

/** The bytes of a set of characters that are all of ASCII; undefined where there may be others. */
export function asciiSetOf(ast: Ast): Uint8Array | undefined {
  if (ast.kind !== 'set' || !(ast.isAscii ?? (ast.literal ?? 128) < 128)) return undefined;
  return Uint8Array.from({ length: 256 }, (_, byte) => (byte < 128 && ast.has(byte) ? 1 : 0));
}

/** Adds the bytes that may begin a match. Returns false where a match may be empty, so that what follows may begin it, too. */
function addFirst(ast: Ast, table: Uint8Array): boolean {
  switch (ast.kind) {
    case 'set':
      if (ast.literal !== undefined && ast.literal < 128) table[ast.literal] = 1;
      else addSet(ast, table);
      return true;
    case 'all':
      return ast.items.some((item) => addFirst(item, table));
    case 'either':
      return ast.items.filter((item) => !addFirst(item, table)).length === 0;
    case 'group':
      return addFirst(ast.body, table);
    case 'repeat':
      return addFirst(ast.body, table) && ast.min > 0;
    case 'reference':
      table.fill(1);
      return false;
    default:
      return false;
  }
}

/** A character beyond ASCII may begin with any byte beyond ASCII. */
function addSet(set: Ast & { readonly kind: 'set' }, table: Uint8Array): void {
  for (let byte = 0; byte < 128; byte++) if (set.has(byte)) table[byte] = 1;
  if (!set.isAscii) table.fill(1, 128);
}
