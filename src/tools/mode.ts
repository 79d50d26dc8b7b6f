/** Modes as chmod(1) takes them, in octal or as `u+x,g=rX`. */
const WHO: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
/** A directory can always be executed by X. */
const BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, X: 0o111 };
/** The bits that new files do not get (umask(2)). */
const MASK = 0o022;

/**
 * Reads a change of the mode of a directory. Returns undefined for a text that is none. No service keeps setuid, setgid and
 * sticky.
 */
export function parseMode(text: string): ((mode: number) => number) | undefined {
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    return mode > 0o7777 ? undefined : () => mode & 0o777;
  }
  const changes: ((mode: number) => number)[] = [];
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] =
      /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
    if (actions === '') return undefined;
    const reach = [...who].reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0) || 0o777 & ~MASK;
    for (const [, sign, letters = ''] of actions.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g))
      changes.push((mode) => {
        const bits = reach & bitsOf(letters, mode);
        if (sign === '+') return mode | bits;
        if (sign === '-') return mode & ~bits;
        return (mode & ~(who === '' ? 0o777 : reach)) | bits;
      });
  }
  return (mode) => changes.reduce((so, change) => change(so), mode);
}

function bitsOf(letters: string, mode: number): number {
  const copied = 'ogu'.indexOf(letters || '-');
  if (copied >= 0) return ((mode >> (copied * 3)) & 7) * 0o111;
  return [...letters].reduce((bits, letter) => bits | (BITS[letter] ?? 0), 0);
}

/** The mode as ls(1) shows it, such as `drwxr-xr-x`. */
export const modeText = (kind: string, mode: number): string =>
  (kind === 'dir' ? 'd' : kind === 'symlink' ? 'l' : '-') +
  [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-')).join('');
