/** The keys that mean something, first those of where one is. */
import { useState } from 'react';
import type { Command } from '../commands/command.ts';
import { showKeys } from '../commands/keys.ts';
import { commands, keysOf } from '../commands/table.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useClose } from './dialogid.ts';

/** Keys of lists that are the platform's, not commands. */
const inFiles: readonly (readonly [string, string])[] = [
  ['↑ ↓ Home End', 'Walk'],
  ['→ ←', 'Open or close in the tree'],
  ['Enter', 'Open'],
  ['Space', 'Mark'],
  ['Shift+↓', 'Mark on the way'],
  ['Backspace', 'Directory above'],
];

export function KeysDialog() {
  const close = useClose();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = commands.filter(
    (command) => keysOf(command) !== '' && command.title.toLowerCase().includes(wanted),
  );
  return (
    <Dialog title="Keys" className="wide" onClose={close}>
      <input
        className="input"
        aria-label="Search the keys"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="keys-columns">
        <section aria-label="In files and directories">
          <h3>In files and directories</h3>
          <dl className="keys">
            {wanted === '' &&
              inFiles.map(([keys, words]) => <Row key={keys} keys={keys} words={words} />)}
            {shown
              .filter(({ where }) => where === 'files')
              .map((command) => (
                <CommandRow key={command.id} command={command} />
              ))}
          </dl>
        </section>
        <section aria-label="Everywhere">
          <h3>Everywhere</h3>
          <dl className="keys">
            {shown
              .filter(({ where }) => where === undefined)
              .map((command) => (
                <CommandRow key={command.id} command={command} />
              ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

function CommandRow({ command }: { command: Command }) {
  const keys = keysOf(command).split(' ').map(showKeys).join(' ');
  return <Row keys={keys} words={command.title} />;
}

function Row({ keys, words }: { keys: string; words: string }) {
  return (
    <div>
      <dt>{words}</dt>
      <dd>
        <kbd>{keys}</kbd>
      </dd>
    </div>
  );
}
