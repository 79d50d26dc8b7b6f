/** Modes as chmod(1) takes them, in octal or as `u+x,g=rX`. */
import { MODE_BITS } from '../kernel/service.ts';

/** What changes a mode. Of `-w` and its like, that name nobody, `umask` says whom they leave as they are. */
export type ModeChange = (mode: number, isDirectory: boolean, umask: number) => number;

const WHO: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
const BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };
const CLAUSE = /^([ugoa]*)((?:[-+=](?:[0-7]+|[ugo]|[rwxXst]*))+)$/;
const ACTION = /([-+=])([0-7]+|[ugo]|[rwxXst]*)/g;
const MOST = 0o7777;

/** Reads a change of modes. Returns undefined for a text that is none. No service keeps setuid, setgid and sticky. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    return mode > MOST ? undefined : () => mode & MODE_BITS;
  }
  const changes: ModeChange[] = [];
  for (const clause of text.split(',')) {
    const [, who = '', actions = ''] = CLAUSE.exec(clause) ?? [];
    if (actions === '') return undefined;
    const affected = [...who].reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0);
    const parts = [...actions.matchAll(ACTION)];
    for (const [i, [, sign = '', what = '']] of parts.entries()) {
      const isOctal = /^[0-7]/.test(what);
      // Bits in octal name everybody they are for, and end the clause.
      if (isOctal && (who !== '' || i < parts.length - 1 || Number.parseInt(what, 8) > MOST))
        return undefined;
      changes.push(changeOf(sign, what, isOctal ? MODE_BITS : affected));
    }
  }
  return (mode, isDirectory, umask) =>
    changes.reduce((so, change) => change(so, isDirectory, umask), mode & MODE_BITS);
}

/** One action such as `+x`, for the bits that it affects; 0 where it names nobody. */
const changeOf =
  (sign: string, what: string, affected: number): ModeChange =>
  (mode, isDirectory, umask) => {
    const bits = bitsOf(what, mode, isDirectory) & (affected || ~umask) & MODE_BITS;
    if (sign === '+') return mode | bits;
    if (sign === '-') return mode & ~bits;
    return (affected === 0 ? 0 : mode & ~affected) | bits;
  };

function bitsOf(what: string, mode: number, isDirectory: boolean): number {
  if (/^[0-7]/.test(what)) return Number.parseInt(what, 8);
  const copied = 'ogu'.indexOf(what || '-');
  if (copied >= 0) return ((mode >> (copied * 3)) & 7) * 0o111;
  return [...what].reduce((bits, letter) => {
    // Only what some may execute already, or a directory.
    if (letter === 'X') return isDirectory || (mode & 0o111) !== 0 ? bits | 0o111 : bits;
    return bits | (BITS[letter] ?? 0);
  }, 0);
}

/** Nine letters for a mode, such as `rwxr-xr-x`. */
export const permissionText = (mode: number): string =>
  [...'rwxrwxrwx'].map((letter, i) => ((mode >> (8 - i)) & 1 ? letter : '-')).join('');

/** The mode as ls(1) shows it, such as `drwxr-xr-x`. */
export const modeText = (kind: string, mode: number): string =>
  (kind === 'dir' ? 'd' : kind === 'symlink' ? 'l' : '-') + permissionText(mode);
