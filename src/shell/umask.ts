/** The builtin `umask`: the modes that new files are not to have (bash(1)). The shell keeps the mask; services make files without it. */
import { optionsOf } from './builtinoptions.ts';
import { out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';

const ALL = 0o777;
const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const bits: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };

/** What the mask leaves, in letters. */
const symbolic = (mask: number): string =>
  Object.entries(shifts)
    .map(([who, shift]) => {
      const allowed = Object.keys(bits).filter(
        (letter) => ((~mask >> shift) & (bits[letter] ?? 0)) !== 0,
      );
      return `${who}=${allowed.join('')}`;
    })
    .join(',');

const octal = (mask: number): string => mask.toString(8).padStart(4, '0');

function fromOctal(text: string): number {
  if (!/^[0-7]{1,4}$/.test(text)) throw new ShellError(`${text}: octal number out of range`);
  return Number.parseInt(text, 8) & ALL;
}

/** Applies clauses such as `g+r` and `o=` to the modes that the mask leaves. */
function fromSymbols(text: string, mask: number): number {
  let allowed = ~mask & ALL;
  for (const clause of text.split(',')) {
    const [, who = '', rest = ''] = /^([ugoa]*)(.*)$/s.exec(clause) ?? [];
    const operator = rest[0] ?? '';
    if (!/^[-+=]$/.test(operator))
      throw new ShellError(`\`${operator || ' '}': invalid symbolic mode operator`);
    let granted = 0;
    for (const letter of rest.slice(1)) {
      if (bits[letter] === undefined)
        throw new ShellError(`\`${letter}': invalid symbolic mode character`);
      granted |= bits[letter];
    }
    const people = who === '' || who.includes('a') ? 'ugo' : who;
    for (const person of people) {
      const shift = shifts[person] ?? 0;
      if (operator === '=') allowed &= ~(7 << shift);
      if (operator === '-') allowed &= ~(granted << shift);
      else allowed |= granted << shift;
    }
  }
  return ~allowed & ALL;
}

export const umask: Builtin = async (args, context) => {
  const usage = 'umask [-p] [-S] [mode]';
  const given = await optionsOf(args, { name: 'umask', letters: 'pS', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const { state } = context;
  const [mode] = rest;
  if (mode !== undefined) {
    state.umask = /^\d/.test(mode) ? fromOctal(mode) : fromSymbols(mode, state.umask);
    if (on.has('S')) await out(context, `${symbolic(state.umask)}\n`);
    return 0;
  }
  const shown = on.has('S') ? symbolic(state.umask) : octal(state.umask);
  await out(context, `${on.has('p') ? `umask ${on.has('S') ? '-S ' : ''}` : ''}${shown}\n`);
  return 0;
};
