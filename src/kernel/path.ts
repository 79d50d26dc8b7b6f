/**
 * Paths: text from outside becomes a list of checked names. Cleaning `..` is the namespace's work,
 * because `..` applies after symbolic links (path_resolution(7)).
 */
import { fail } from './errors.ts';

/** A cleaned path: names only, never '', '.', '..' or a slash. The root is []. */
export type Path = readonly string[];

/** Bytes of UTF-8 in one name (NAME_MAX) and in a whole path (PATH_MAX). */
export const NAME_MAX = 255;
export const PATH_MAX = 4096;

export interface ParsedPath {
  readonly absolute: boolean;
  /** Names in order, '.' and '..' still among them. */
  readonly names: Path;
  /** The text ended in a slash or a dot: the object must be a directory. */
  readonly mustBeDir: boolean;
}

/**
 * Text to names. '' is ENOENT (POSIX), NUL is EINVAL, lone surrogates are EILSEQ, too long a name or
 * path is ENAMETOOLONG.
 */
export function parsePath(text: string): ParsedPath {
  if (text === '') fail('ENOENT', 'the path is empty');
  if (utf8Length(text) > PATH_MAX) fail('ENAMETOOLONG', `a path has at most ${PATH_MAX} bytes`);
  const parts = text.split('/');
  const names: string[] = [];
  for (const part of parts) {
    if (part === '') continue;
    checkName(part);
    names.push(part);
  }
  const last = parts[parts.length - 1];
  return {
    absolute: parts[0] === '',
    names,
    mustBeDir: last === '' || last === '.' || last === '..',
  };
}

/** Throws unless `name` can be one component of a path. */
export function checkName(name: string): void {
  if (name.includes('\0')) fail('EINVAL', 'a name cannot hold NUL');
  if (name.includes('/')) fail('EINVAL', 'a name cannot hold a slash');
  if (utf8Length(name) > NAME_MAX) fail('ENAMETOOLONG', `a name has at most ${NAME_MAX} bytes`);
}

/** Bytes of `text` in UTF-8; EILSEQ for lone surrogates, which UTF-8 cannot hold (RFC 3629). */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else fail('EILSEQ', 'not well-formed Unicode');
  }
  return bytes;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** An absolute path's text cleaned lexically, as Plan 9's cleanname(2): for mount tables and the UI. */
export function cleanPath(text: string): Path {
  const out: string[] = [];
  for (const name of parsePath(text).names) {
    if (name === '..') out.pop();
    else if (name !== '.') out.push(name);
  }
  return out;
}

export const formatPath = (path: Path): string => `/${path.join('/')}`;

export const parentOf = (path: Path): Path => path.slice(0, -1);

/** The last name; '' for the root. */
export const baseName = (path: Path): string => path[path.length - 1] ?? '';

/** True where `path` is `prefix` or below it, by whole names: /tmpfile is not below /tmp. */
export function isWithin(path: Path, prefix: Path): boolean {
  if (path.length < prefix.length) return false;
  for (let i = prefix.length - 1; i >= 0; i--) if (path[i] !== prefix[i]) return false;
  return true;
}

export const samePath = (a: Path, b: Path): boolean => a.length === b.length && isWithin(a, b);
