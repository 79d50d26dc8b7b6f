/** The dialogs of what nobody else may see: a key, a secret, a passphrase. */
import { useState } from 'react';
import { addKey, type NewKey, setSecret, unlockKey, unlockVault } from '../networkactions.ts';
import { useApp } from '../store.ts';
import { showName } from '../text.ts';
import { FormDialog } from './FormDialog.tsx';

const text = (data: FormData, name: string): string => String(data.get(name) ?? '').trim();

function Passphrase({ words }: { words: string }) {
  return (
    <label className="field">
      <span>{words}</span>
      <input
        className="input"
        name="passphrase"
        type="password"
        minLength={8}
        required
        autoComplete="off"
      />
    </label>
  );
}

export function UnlockDialog({ what }: { what: string | undefined }) {
  const vault = useApp((s) => s.network?.state.vault.state);
  const isNew = what === undefined && vault === 'empty';
  return (
    <FormDialog
      title={what === undefined ? 'Secrets' : `Unlock ${showName(what)}`}
      action={isNew ? 'Choose' : 'Unlock'}
      submit={async (data) => {
        const passphrase = String(data.get('passphrase') ?? '');
        await (what === undefined ? unlockVault(passphrase) : unlockKey(what, passphrase));
      }}
    >
      <Passphrase
        words={isNew ? 'A new passphrase: without it nothing can be read' : 'Passphrase'}
      />
    </FormDialog>
  );
}

export function SecretDialog() {
  return (
    <FormDialog
      title="New secret"
      action="Keep"
      submit={async (data) => setSecret(text(data, 'name'), String(data.get('value') ?? ''))}
    >
      <label className="field">
        <span>Name, as policies have it</span>
        <input className="input" name="name" required placeholder="openai" spellCheck={false} />
      </label>
      <label className="field">
        <span>Secret</span>
        <input className="input" name="value" type="password" required autoComplete="off" />
      </label>
    </FormDialog>
  );
}

const hows = {
  generate: 'a new key, kept here',
  import: 'a key that I have (nsec, ncryptsec)',
  extension: "the browser's extension (NIP-07)",
  remote: 'a remote signer (NIP-46)',
} as const;

export function KeyDialog() {
  const [how, setHow] = useState<keyof typeof hows>('generate');
  const submit = async (data: FormData): Promise<void> => {
    const given = text(data, 'given');
    const key: NewKey =
      how === 'import' ? { how, text: given } : how === 'remote' ? { how, url: given } : { how };
    await addKey(text(data, 'name'), String(data.get('passphrase') ?? ''), key);
  };
  return (
    <FormDialog title="Add a key" action="Add" submit={submit}>
      <label className="field">
        <span>What signs</span>
        <select
          className="input"
          name="how"
          value={how}
          onChange={(event) => setHow(event.target.value as keyof typeof hows)}
        >
          {Object.entries(hows).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Name</span>
        <input className="input" name="name" required placeholder="me" spellCheck={false} />
      </label>
      {(how === 'import' || how === 'remote') && (
        <label className="field">
          <span>{how === 'import' ? 'The key' : 'Its address'}</span>
          <input
            className="input"
            name="given"
            required
            type={how === 'import' ? 'password' : 'text'}
            placeholder={how === 'import' ? 'nsec1…' : 'bunker://…?relay=wss://…'}
            autoComplete="off"
            spellCheck={false}
          />
        </label>
      )}
      {how !== 'extension' && (
        <Passphrase
          words={
            how === 'import'
              ? 'Its passphrase; an nsec gets this one'
              : 'A passphrase that it is kept under'
          }
        />
      )}
    </FormDialog>
  );
}
