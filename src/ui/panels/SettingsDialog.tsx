/** What a person sets: how the page looks, and its keys; to a file and from one. */
import { RotateCcw } from 'lucide-react';
import { useRef } from 'react';
import type { Command } from '../commands/command.ts';
import { chordOf, conflicts, showKeys, writeChord } from '../commands/keys.ts';
import { commands, keysOf } from '../commands/table.ts';
import { saveAs } from '../files/download.ts';
import { attempt, toast } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { change, FONT_SIZES, settingsFrom, type ThemeChoice, themes } from '../settings.ts';
import { get, useApp } from '../store.ts';
import { useClose } from './dialogid.ts';

const themeWords: Readonly<Record<ThemeChoice, string>> = {
  night: 'Tokyo Night',
  storm: 'Tokyo Night Storm',
  light: 'Tokyo Night Light',
  system: 'As the system: night or light',
};

export function SettingsDialog() {
  const close = useClose();
  const settings = useApp((s) => s.settings);
  const file = useRef<HTMLInputElement>(null);
  return (
    <Dialog title="Settings" className="wide" onClose={close}>
      <section className="settings" aria-label="Look">
        <label className="field">
          <span>Theme</span>
          <select
            className="input"
            value={settings.theme}
            onChange={({ target }) => change({ theme: target.value as ThemeChoice })}
          >
            {themes.map((theme) => (
              <option key={theme} value={theme}>
                {themeWords[theme]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Size of text: {settings.fontSize} px</span>
          <input
            type="range"
            {...FONT_SIZES}
            value={settings.fontSize}
            onChange={({ target }) => change({ fontSize: Number(target.value) })}
          />
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={settings.motion === 'reduced'}
            onChange={({ target }) => change({ motion: target.checked ? 'reduced' : 'system' })}
          />{' '}
          Reduce motion
        </label>
      </section>
      <KeySettings />
      <div className="buttons">
        <input
          ref={file}
          type="file"
          accept=".json"
          hidden
          onChange={({ target }) => void readFrom(target.files?.[0])}
        />
        <Button label="Import…" onClick={() => file.current?.click()} />
        <Button label="Export" onClick={writeTo} />
        <Button label="Done" look="primary" onClick={close} />
      </div>
    </Dialog>
  );
}

function writeTo(): void {
  const text = `${JSON.stringify(get().settings, undefined, 2)}\n`;
  saveAs('oanix-settings.json', new Blob([text]));
}

async function readFrom(file: File | undefined): Promise<void> {
  if (!file) return;
  await attempt('These settings were not taken', async () => {
    const text = await file.text();
    let found: unknown;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Error(`${file.name} is not JSON. Choose a file that was exported here.`);
    }
    change(settingsFrom(found));
    toast('The settings were taken over.');
  });
}

function KeySettings() {
  const own = useApp((s) => s.settings.keys);
  const clashes = conflicts(commands, keysOf);
  return (
    <section aria-label="Keys">
      <h3>Keys</h3>
      <p className="quiet">Press new keys in a field; Backspace leaves a command without any.</p>
      <ul className="key-settings">
        {commands.map((command) => (
          <KeySetting
            key={command.id}
            command={command}
            isOwn={Object.hasOwn(own, command.id)}
            clash={clashes.get(command.id)}
          />
        ))}
      </ul>
    </section>
  );
}

function KeySetting({
  command,
  isOwn,
  clash,
}: {
  command: Command;
  isOwn: boolean;
  clash: Command | undefined;
}) {
  const put = (keys: string | undefined): void => {
    const { [command.id]: _, ...rest } = get().settings.keys;
    change({ keys: keys === undefined ? rest : { ...rest, [command.id]: keys } });
  };
  return (
    <li>
      <span>{command.title}</span>
      {clash && <span className="warn">also: {clash.title}</span>}
      {isOwn && (
        <Button
          label={`Keys of ${command.title} as they were`}
          icon={RotateCcw}
          iconOnly
          look="plain"
          onClick={() => put(undefined)}
        />
      )}
      <input
        className="input"
        readOnly
        aria-label={`Keys of ${command.title}`}
        value={keysOf(command).split(' ').filter(Boolean).map(showKeys).join('  ')}
        onKeyDown={(event) => {
          if (event.key === 'Tab' || event.key === 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return;
          put(event.key === 'Backspace' ? '' : writeChord(chordOf(event.nativeEvent)));
        }}
      />
    </li>
  );
}
