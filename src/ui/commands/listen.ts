/** Keys of the whole page: the command that they mean, where the focus is. */
import { isInDialog } from '../dialogs.ts';
import { awaitPaste } from '../files/pasting.ts';
import { get } from '../store.ts';
import type { Command, Region } from './command.ts';
import { chordOf, chordsOf, isForeign, movesInText, writeChord } from './keys.ts';
import { commands, keysOf, perform } from './table.ts';

/** Which part of the page an element is in. */
const regionOf = (target: Element | null): Region =>
  target?.closest('[data-region="files"]') ? 'files' : 'page';

const isTyping = (target: Element | null): boolean =>
  target?.closest('input, textarea, select, [contenteditable="true"]') !== null;

function meant(event: KeyboardEvent, target: Element | null): Command | undefined {
  const chord = chordOf(event);
  const written = writeChord(chord);
  // A key alone is text where one writes; so are those of the clipboard and of undoing.
  const bare = !chord.mod && !chord.alt && !/^F\d+$/.test(chord.key);
  if (isTyping(target) && (bare || movesInText(chord))) return undefined;
  const region = isTyping(target) ? 'page' : regionOf(target);
  return commands.find(
    (command) =>
      (command.where === undefined || command.where === region) &&
      chordsOf(keysOf(command)).some((each) => writeChord(each) === written),
  );
}

/** Hears until the returned stop. */
export function listen(): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isForeign(event)) return;
    if (get().boot !== 'ready' || isInDialog() || get().menu) return;
    const target = event.target instanceof Element ? event.target : null;
    const command = meant(event, target);
    if (!command) return;
    if (command.isLeft) {
      if (!event.repeat) awaitPaste(() => perform(command.id));
      return;
    }
    event.preventDefault();
    // A key that is held down does it once.
    if (!event.repeat) perform(command.id);
  };
  window.addEventListener('keydown', hear);
  return () => window.removeEventListener('keydown', hear);
}
