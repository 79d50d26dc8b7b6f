/** Names of members: what is taken off them for safety, and the patterns that choose them. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { globRegex } from '../globs.ts';

/** The part of a name that is taken off, so that the rest stays below the directory it is used in. */
export function unsafePrefix(name: string): string {
  let end = 0;
  let at = 0;
  for (const part of name.split('/')) {
    if (part === '..') end = at + 2;
    at += part.length + 1;
  }
  while (name[end] === '/') end++;
  return name.slice(0, end);
}

export const hasDotDot = (name: string): boolean => name.split('/').includes('..');

/** The name without its first components; undefined where nothing is left. */
export function stripped(name: string, count: number): string | undefined {
  if (count === 0) return name;
  let rest = name.replace(/^\/+/, '');
  for (let i = 0; i < count; i++) {
    const at = rest.indexOf('/');
    if (at < 0) return undefined;
    rest = rest.slice(at).replace(/^\/+/, '');
  }
  return rest === '' ? undefined : rest;
}

export interface PatternRules {
  readonly anchored: boolean;
  readonly wild: boolean;
  readonly ignoresCase: boolean;
}

/** Tells whether a name, or a directory that it lies in, matches. */
export type Pattern = (name: string) => boolean;

export function pattern(text: string, { anchored, wild, ignoresCase }: PatternRules): Pattern {
  const plain = text.replace(/(?<=.)\/+$/, '');
  const fold = (name: string): string => (ignoresCase ? name.toLowerCase() : name);
  const regex = wild && /[*?[\\]/.test(plain) ? globRegex(plain, ignoresCase) : undefined;
  const isWhole = regex
    ? (name: string) => regex.find(bytesOf(name)) !== undefined
    : (name: string) => fold(name) === fold(plain);
  return (name) => {
    const parts = name.split('/');
    const starts = anchored ? [0] : parts.keys();
    for (const from of starts)
      for (let to = parts.length; to > from; to--)
        if (isWhole(parts.slice(from, to).join('/'))) return true;
    return false;
  };
}
