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

/** What a way to begin a match has as its first byte and, where that is known, as its second one. */
export interface Head {
  readonly first: Uint8Array;
  readonly second: Uint8Array | undefined;
}

/** More than these are not told apart. */
const HEADS_MAX = 8;

/** The ways in which a match may begin; undefined where there are too many, and where there may be others. */
export function headsOf(ast: Ast): readonly Head[] | undefined {
  const heads = allHeadsOf(ast);
  return heads && heads.length <= HEADS_MAX ? heads : undefined;
}

function allHeadsOf(ast: Ast): readonly Head[] | undefined {
  switch (ast.kind) {
    case 'set': {
      const first = asciiSetOf(ast);
      return first && [{ first, second: undefined }];
    }
    case 'group':
      return allHeadsOf(ast.body);
    case 'either': {
      // Of a list of thousands of words none is looked at.
      if (ast.items.length > HEADS_MAX) return undefined;
      const heads = ast.items.map(allHeadsOf);
      return heads.every((each) => each !== undefined) ? heads.flat() : undefined;
    }
    case 'all': {
      const [item, next] = ast.items;
      const heads = item && allHeadsOf(item);
      const second = next && item?.kind === 'set' ? asciiSetOf(next) : undefined;
      return second ? heads?.map(({ first }) => ({ first, second })) : heads;
    }
    case 'repeat':
      return ast.min > 0 ? allHeadsOf(ast.body) : undefined;
    default:
      return undefined;
  }
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

export const isCharacter = (
  ast: Ast,
): ast is Ast & { readonly kind: 'set'; readonly literal: number } =>
  ast.kind === 'set' && ast.literal !== undefined;

/** Whether every match begins with a text whose rest may be empty, so that a match begins wherever that text is. */
export function isTextThenOptional(ast: Ast): boolean {
  const items = ast.kind === 'all' ? ast.items : [ast];
  const count = items.findIndex((item) => !isCharacter(item));
  return count > 0 && items.slice(count).every(isOptional);
}

/** Whether an expression matches no characters at all, wherever that is. */
function isOptional(ast: Ast): boolean {
  switch (ast.kind) {
    case 'empty':
      return true;
    case 'group':
      return isOptional(ast.body);
    case 'repeat':
      return ast.min === 0 || isOptional(ast.body);
    case 'all':
      return ast.items.every(isOptional);
    case 'either':
      return ast.items.some(isOptional);
    default:
      return false;
  }
}
