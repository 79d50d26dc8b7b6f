/**
 * Keys of commands: written as `Mod+Shift+K`, where Mod is ⌘ on a Mac and Ctrl elsewhere. Those that browsers
 * keep for themselves (Ctrl+W, Ctrl+T, Ctrl+N, Ctrl+Tab) are never used.
 */
import type { Command } from './command.ts';

const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

export interface Chord {
  readonly mod: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** `KeyboardEvent.key`, a letter in capitals. */
  readonly key: string;
}

/** Written keys as they are told by an event; undefined for what is no key. */
export function parseChord(text: string): Chord | undefined {
  const parts = text.split('+');
  const last = parts.pop();
  const modifiers = new Set(parts);
  if (!last || [...modifiers].some((each) => !['Mod', 'Alt', 'Shift'].includes(each)))
    return undefined;
  return {
    mod: modifiers.has('Mod'),
    alt: modifiers.has('Alt'),
    shift: modifiers.has('Shift'),
    key: last.length === 1 ? last.toUpperCase() : last,
  };
}

/** Letters and digits by their place: Alt makes other characters of them on some keyboards. */
const pressed = ({ key, code }: KeyboardEvent): string =>
  /^(Key|Digit)/.test(code) && code !== '' ? code.replace(/^(Key|Digit)/, '') : key;

export function chordOf(event: KeyboardEvent): Chord {
  const withAlt = event.altKey ? pressed(event) : event.key;
  return {
    mod: isMac ? event.metaKey : event.ctrlKey,
    alt: event.altKey,
    // Of a sign that is typed with Shift, as `?`, Shift is no part.
    shift: event.shiftKey && !/^[^\p{L}\p{N}]$/u.test(event.key),
    key: withAlt.length === 1 ? withAlt.toUpperCase() : withAlt,
  };
}

/** The other of Ctrl and ⌘ means something of the system's own. */
export const isForeign = (event: KeyboardEvent): boolean => (isMac ? event.ctrlKey : event.metaKey);

/** On a Mac, Option with an arrow moves the cursor in a text by words and paragraphs. */
export const movesInText = ({ alt, mod, key }: Chord): boolean =>
  isMac && alt && !mod && key.startsWith('Arrow');

export const writeChord = ({ mod, alt, shift, key }: Chord): string =>
  [mod && 'Mod', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join('+');

const onMac: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };
const signs: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
  Delete: 'Del',
};

/** As people read it: `Ctrl+K`, or `⌘K` on a Mac. */
export function showKeys(keys: string): string {
  const [first = ''] = keys.split(' ');
  const parts = first.split('+').map((part) => signs[part] ?? part);
  if (isMac) return parts.map((part) => onMac[part] ?? part).join('');
  return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)).join('+');
}

export const chordsOf = (keys: string): Chord[] =>
  keys
    .split(' ')
    .map(parseChord)
    .filter((chord) => chord !== undefined);

/** Pairs of commands that the same keys would mean, where both are heard. */
export function conflicts(
  commands: readonly Command[],
  keysOf: (command: Command) => string | undefined,
): ReadonlyMap<string, Command> {
  const found = new Map<string, Command>();
  const seen: { readonly chord: string; readonly command: Command }[] = [];
  for (const command of commands) {
    for (const chord of chordsOf(keysOf(command) ?? '').map(writeChord)) {
      const other = seen.find(
        // What is heard everywhere is heard in each part too.
        (each) =>
          each.chord === chord &&
          (each.command.where === command.where ||
            each.command.where === undefined ||
            command.where === undefined),
      );
      if (other) {
        found.set(command.id, other.command);
        found.set(other.command.id, command);
      }
      seen.push({ chord, command });
    }
  }
  return found;
}
