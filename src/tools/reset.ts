/** reset(1) and clear(1): a terminal as it was at first, and an empty screen. */
import { hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { cooked } from '../kernel/termios.ts';
import type { Host, Tool } from './host.ts';
import { withoutPadding } from './terminfo/expandstring.ts';
import { type Terminfo, terminfoOf } from './terminfo/terminfo.ts';

/** The strings that a terminal begins with, or begins anew. */
export function resetStrings({ strings }: Terminfo, how: 'init' | 'reset'): string {
  const part = (number: number): string =>
    (how === 'reset' ? strings.get(`rs${number}`) : undefined) ?? strings.get(`is${number}`) ?? '';
  return withoutPadding(
    [strings.get('iprog') ?? '', part(1), part(2), strings.get('mgc') ?? '', part(3)].join(''),
  );
}

/** Gives the terminal the modes of its beginning; the speed stays. ENOTTY without a terminal. */
export async function resetTerminal(host: Host): Promise<void> {
  const { modes } = await host.terminal();
  await host.setTerminal({ modes: { ...cooked, cflag: modes.cflag } });
}

const out = (host: Host, text: string): Promise<void> =>
  host.stdout.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));

const clearUsage = `Usage: clear [options]

Options:
  -T TERM     use this instead of $TERM
  -V          print curses-version
  -x          do not try to clear scrollback
`;

export const clear: Tool = async (host) => {
  const { args } = host;
  let terminal = host.env['TERM'];
  let keeps = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    const fail = async (message: string): Promise<number> => {
      await host.stderr.write(bytesOf(`${message}${clearUsage}`));
      return 1;
    };
    if (!/^-./.test(word)) return fail('');
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (letter === 'x') keeps = true;
      else if (letter === 'V') {
        await out(host, 'ncurses 6.4.20221231\n');
        return 0;
      } else if (letter === 'T') {
        const rest = word.slice(i + 1);
        terminal = rest === '' ? args[++at] : rest;
        if (terminal === undefined) return fail("clear: option requires an argument -- 'T'\n");
        break;
      } else return fail(`clear: invalid option -- '${letter}'\n`);
    }
  }
  if (terminal === undefined) {
    await host.stderr.write(bytesOf('TERM environment variable not set.\n'));
    return 1;
  }
  const terminfo = terminfoOf(terminal);
  if (!terminfo) {
    await host.stderr.write(bytesOf(`'${terminal}': unknown terminal type.\n`));
    return 1;
  }
  const text = clearing(terminfo, keeps);
  if (text === undefined) return 1;
  await out(host, text);
  return 0;
};

/** What clears the screen, and what a terminal keeps above it; undefined where it cannot. */
export function clearing({ strings }: Terminfo, keepsScrollback: boolean): string | undefined {
  const text = strings.get('clear');
  const above = keepsScrollback ? '' : (strings.get('E3') ?? '');
  return text === undefined ? undefined : withoutPadding(text + above);
}

/** Makes a terminal usable again that a program has left in another state. */
export const reset: Tool = async (host) => {
  const fail = async (message: string): Promise<number> => {
    await host.stderr.write(bytesOf(message));
    return 1;
  };
  const [word, ...more] = host.args;
  if (word?.startsWith('-') || more.length > 0)
    return fail(`reset: only the name of a terminal can be given here\n`);
  const name = word ?? host.env['TERM'];
  if (!name) return fail('reset: unknown terminal type unknown\n');
  const terminfo = terminfoOf(name);
  if (!terminfo) return fail(`reset: unknown terminal type ${name}\n`);
  try {
    await resetTerminal(host);
  } catch (error) {
    if (!hasCode(error, 'ENOTTY')) throw error;
    return fail('reset: standard error: Inappropriate ioctl for device\n');
  }
  const text = resetStrings(terminfo, 'reset');
  if (text !== '') await host.stderr.write(bytesOf(`${text}\r`));
  return 0;
};
