/** Who signs, and the secrets that the host adds to requests: names and states, never what they are. */
import { KeyRound, Lock, LockOpen, Plus, Trash2 } from 'lucide-react';
import { openDialog } from '../dialogs.ts';
import type { NetworkState } from '../network.ts';
import { lockKey, lockVault, removeKey, removeSecret } from '../networkactions.ts';
import { Button } from '../parts/Button.tsx';
import { State } from '../parts/State.tsx';
import { showName } from '../text.ts';

const kinds = {
  host: 'kept here',
  nip07: "the browser's extension",
  nip46: 'a remote signer',
} as const;

export function Keys({ network: { keys, vault } }: { network: NetworkState }) {
  return (
    <>
      <section className="part" aria-label="Keys">
        <h3>Nostr keys</h3>
        {keys.length === 0 && <p className="quiet">There is no key: nothing can be signed.</p>}
        <ul className="file-list">
          {keys.map(({ name, kind, npub, pubkey, state }) => (
            <li key={name}>
              <KeyRound size={14} aria-hidden />
              <span className="path">
                <strong>{showName(name)}</strong>{' '}
                <span className="quiet">
                  {kinds[kind]}, {npub ?? pubkey}
                </span>
              </span>
              <State state={state} tone={state === 'ready' ? 'ok' : 'warn'} />
              {kind !== 'nip07' &&
                (state === 'locked' ? (
                  <Button
                    label={`Unlock ${showName(name)}`}
                    icon={LockOpen}
                    iconOnly
                    look="plain"
                    onClick={() => openDialog({ kind: 'unlock', what: name })}
                  />
                ) : (
                  <Button
                    label={`Lock ${showName(name)}`}
                    icon={Lock}
                    iconOnly
                    look="plain"
                    onClick={() => void lockKey(name)}
                  />
                ))}
              <Button
                label={`Remove ${showName(name)}`}
                icon={Trash2}
                iconOnly
                look="plain"
                onClick={() => void removeKey(name, kind === 'host')}
              />
            </li>
          ))}
        </ul>
        <div className="buttons">
          <Button label="Add a key…" icon={Plus} onClick={() => openDialog({ kind: 'key' })} />
        </div>
      </section>
      <section className="part" aria-label="Secrets">
        <h3>
          Secrets <State state={vault.state} tone={vault.state === 'open' ? 'ok' : 'warn'} />
        </h3>
        <p className="quiet">
          A policy names one to have it added to requests. No program can read it.
        </p>
        <ul className="file-list">
          {vault.names.map((name) => (
            <li key={name}>
              <KeyRound size={14} aria-hidden />
              <span className="path">{showName(name)}</span>
              <Button
                label={`Remove ${showName(name)}`}
                icon={Trash2}
                iconOnly
                look="plain"
                onClick={() => void removeSecret(name)}
              />
            </li>
          ))}
        </ul>
        <div className="buttons">
          {vault.state === 'open' ? (
            <>
              <Button label="Lock" icon={Lock} onClick={() => void lockVault()} />
              <Button
                label="Add a secret…"
                icon={Plus}
                onClick={() => openDialog({ kind: 'secret' })}
              />
            </>
          ) : (
            <Button
              label={vault.state === 'empty' ? 'Choose a passphrase…' : 'Unlock…'}
              icon={LockOpen}
              onClick={() => openDialog({ kind: 'unlock', what: undefined })}
            />
          )}
        </div>
      </section>
    </>
  );
}
