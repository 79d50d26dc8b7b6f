/** The order of versions: runs of digits by their value, and the ends of file names last (gnulib's filevercmp). */
import type { CompareParts } from './sortkey.ts';

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isLetter = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** Letters are before what is neither letter nor digit; a tilde is before all, also the end. */
const rank = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (isDigit(byte)) return 0;
  if (isLetter(byte)) return byte;
  return byte === 126 ? -2 : byte + 256;
};

/** Where the end of a file name begins, as `.tar.gz`. */
function stemEnd(name: Uint8Array): number {
  let end = 0;
  let at = 0;
  while (at < name.length) {
    at++;
    end = at;
    while (
      at + 1 < name.length &&
      name[at] === 46 &&
      (isLetter(name[at + 1] as number) || name[at + 1] === 126)
    ) {
      for (at += 2; at < name.length; at++) {
        const byte = name[at] as number;
        if (!isDigit(byte) && !isLetter(byte) && byte !== 126) break;
      }
    }
  }
  return end;
}

function compareStems(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    let first = 0;
    while (
      (i < a.length && !isDigit(a[i] as number)) ||
      (j < b.length && !isDigit(b[j] as number))
    ) {
      const difference = rank(a[i]) - rank(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    while (a[i] === 48) i++;
    while (b[j] === 48) j++;
    while (i < a.length && j < b.length && isDigit(a[i] as number) && isDigit(b[j] as number)) {
      first ||= (a[i] as number) - (b[j] as number);
      i++;
      j++;
    }
    if (i < a.length && isDigit(a[i] as number)) return 1;
    if (j < b.length && isDigit(b[j] as number)) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

const isName = (data: Uint8Array, name: string): boolean =>
  data.length === name.length && [...data].every((byte, i) => byte === name.charCodeAt(i));

export const compareVersions: CompareParts = (a, aFrom, aTo, b, bFrom, bTo) => {
  const one = a.subarray(aFrom, aTo);
  const other = b.subarray(bFrom, bTo);
  if (one.length === 0 || other.length === 0)
    return (one.length === 0 ? 0 : 1) - (other.length === 0 ? 0 : 1);
  // Hidden names are first, and `.` and `..` before them.
  const isHidden = one[0] === 46;
  if (isHidden !== (other[0] === 46)) return isHidden ? -1 : 1;
  if (isHidden)
    for (const name of ['.', '..']) {
      const [isOne, isOther] = [isName(one, name), isName(other, name)];
      if (isOne || isOther) return isOne === isOther ? 0 : isOne ? -1 : 1;
    }
  const oneEnd = stemEnd(one);
  const otherEnd = stemEnd(other);
  const byStem = compareStems(one.subarray(0, oneEnd), other.subarray(0, otherEnd));
  if (byStem !== 0 || (oneEnd === one.length && otherEnd === other.length)) return byStem;
  return compareStems(one, other);
};
