/** The modes that `find -perm` compares with, in octal or in symbols (chmod(1)). There is no mask. */
const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const BITS: Readonly<Record<string, number>> = {
  r: 0o444,
  w: 0o222,
  x: 0o111,
  s: 0o6000,
  t: 0o1000,
};

/** The mode that the symbols make of an empty one; undefined for a text that is none. */
function modeOfText(text: string, isDirectory: boolean): number | undefined {
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    return mode > 0o7777 ? undefined : mode;
  }
  let mode = 0;
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] =
      /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
    if (actions === '') return undefined;
    const reach = [...who].reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0) || 0o7777;
    for (const [, sign, letters = ''] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)) {
      const bits = reach & bitsOf(letters, mode, isDirectory);
      if (sign === '+') mode |= bits;
      else if (sign === '-') mode &= ~bits;
      else mode = (mode & ~reach) | bits;
    }
  }
  return mode;
}

function bitsOf(letters: string, mode: number, isDirectory: boolean): number {
  const copied = 'ogu'.indexOf(letters || '-');
  if (copied >= 0) return ((mode >> (copied * 3)) & 7) * 0o111;
  const big = isDirectory || (mode & 0o111) !== 0 ? 0o111 : 0;
  return [...letters].reduce(
    (bits, letter) => bits | (letter === 'X' ? big : (BITS[letter] ?? 0)),
    0,
  );
}

/** Whether a mode is as the text says: the same, with all bits (`-`), or with any of them (`/`). */
export function permTest(
  text: string,
): ((mode: number, isDirectory: boolean) => boolean) | undefined {
  const how = /^[-/]/.exec(text)?.[0] ?? '';
  const file = modeOfText(text.slice(how.length), false);
  const directory = modeOfText(text.slice(how.length), true);
  if (file === undefined || directory === undefined) return undefined;
  return (mode, isDirectory) => {
    const wanted = isDirectory ? directory : file;
    if (how === '-') return (mode & wanted) === wanted;
    if (how === '/') return wanted === 0 || (mode & wanted) !== 0;
    return mode === wanted;
  };
}
