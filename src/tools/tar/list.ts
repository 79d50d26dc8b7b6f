/** Names and lines as `tar -t` and `tar -v` print them. */
import { escapes, octal } from '../quote.ts';
import { strftime } from '../strftime.ts';
import { type Member, SECOND, secondsOf } from './member.ts';

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;

/** A name with the escapes of C (the quoting style `escape`). */
export function escaped(name: string): string {
  if (!/[\\]/.test(name) && !UNPRINTABLE.test(name)) return name;
  let out = '';
  for (const char of name)
    if (char === '\\') out += '\\\\';
    else out += UNPRINTABLE.test(char) ? (escapes[char] ?? octal(char)) : char;
  return out;
}

export interface LineStyle {
  readonly zone: string | undefined;
  readonly fullTime: boolean;
  readonly numericOwner: boolean;
}

const letters: Readonly<Record<string, string>> = {
  '1': 'h',
  '2': 'l',
  '3': 'c',
  '4': 'b',
  '5': 'd',
  '6': 'p',
  '7': 'C',
  D: 'd',
  M: 'M',
  V: 'V',
};

export class Lines {
  readonly #style: LineStyle;
  /** The columns grow with what was shown before. */
  #ownerWidth = 19;
  #dateWidth = 16;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  line(member: Member, name = member.name): string {
    const { numericOwner } = this.#style;
    const user = member.uname === '' || numericOwner ? String(member.uid) : member.uname;
    const group = member.gname === '' || numericOwner ? String(member.gid) : member.gname;
    const size = member.letter === '3' || member.letter === '4' ? '0,0' : String(member.size);
    const width = user.length + 1 + group.length + 1 + size.length;
    this.#ownerWidth = Math.max(this.#ownerWidth, width);
    const date = this.#date(member.mtime);
    this.#dateWidth = Math.max(this.#dateWidth, date.length);
    const sized = size.padStart(this.#ownerWidth - width + size.length);
    const target =
      member.type === 'symlink'
        ? ` -> ${escaped(member.link)}`
        : member.type === 'link'
          ? ` link to ${escaped(member.link)}`
          : '';
    const modes = modeText(member);
    return `${modes} ${user}/${group} ${sized} ${date.padEnd(this.#dateWidth)} ${escaped(name)}${target}`;
  }

  #date(time: bigint): string {
    const { zone, fullTime } = this.#style;
    const seconds = secondsOf(time);
    const text = strftime(
      fullTime ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M',
      new Date(Number(seconds) * 1000),
      zone,
    );
    const rest = String(time - seconds * SECOND)
      .padStart(9, '0')
      .replace(/0+$/, '');
    return fullTime && rest !== '' ? `${text}.${rest.padEnd(9, '0')}` : text;
  }
}

function modeText({ mode, type, letter }: Member): string {
  const first = type === 'dir' ? 'd' : (letters[letter] ?? '-');
  const bits = [...'rwxrwxrwx'].map((each, i) => ((mode >> (8 - i)) & 1 ? each : '-'));
  for (const [bit, at, on] of [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const)
    if (mode & bit) bits[at] = bits[at] === 'x' ? on : on.toUpperCase();
  return first + bits.join('');
}
