/** The bytes that every match of an expression contains: a text without them need not be looked at further. */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Ast } from './ast.ts';
import { rarity } from './find.ts';

/** Bytes as frequent as `m` are in nearly every line, so that to search for them saves nothing. */
export const RARE = rarity(bytesOf('w'));

/** The rarest of the texts that every match contains; undefined where there is none, or it is in nearly every line. */
export function mustOf(ast: Ast): Uint8Array | undefined {
  let best: Uint8Array | undefined;
  for (const text of textsOf(ast)) {
    const bytes = bytesOf(text);
    if (rarity(bytes) > RARE) continue;
    if (!best || rarity(bytes) < rarity(best)) best = bytes;
  }
  return best;
}

/** Texts that every match contains, none of them empty. */
function textsOf(ast: Ast): readonly string[] {
  switch (ast.kind) {
    case 'set':
      return ast.literal === undefined ? [] : [String.fromCodePoint(ast.literal)];
    case 'all':
      return textsOfRow(ast.items);
    case 'group':
      return textsOf(ast.body);
    case 'repeat':
      return ast.min > 0 ? textsOf(ast.body) : [];
    default:
      return [];
  }
}

/** Characters that follow one another are one text. */
function textsOfRow(items: readonly Ast[]): readonly string[] {
  const texts: string[] = [];
  let text = '';
  for (const item of items) {
    if (item.kind === 'set' && item.literal !== undefined) {
      text += String.fromCodePoint(item.literal);
      continue;
    }
    if (text !== '') texts.push(text);
    text = '';
    texts.push(...textsOf(item));
  }
  if (text !== '') texts.push(text);
  return texts;
}
