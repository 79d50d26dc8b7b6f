/** What is kept in this browser, and what of it can be taken away. */
import { useEffect, useState } from 'react';
import { exportFolder } from '../capsules.ts';
import { perform } from '../commands/table.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import {
  eraseEverything,
  removePage,
  resetLook,
  type StorageFacts,
  storageFacts,
} from '../storage.ts';
import { explain, showSize } from '../text.ts';
import { discardAll } from '../unsaved.ts';
import { useClose } from './dialogid.ts';

export function StorageDialog() {
  const close = useClose();
  const [facts, setFacts] = useState<StorageFacts>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let gone = false;
    storageFacts().then(
      (found) => {
        if (!gone) setFacts(found);
      },
      (failure: unknown) => setError(explain(failure)),
    );
    return () => {
      gone = true;
    };
  }, []);
  /** Another dialog, or another place, takes over. */
  const leave = (run: () => unknown) => () => {
    close();
    run();
  };
  return (
    <Dialog title="Storage" className="wide" onClose={close}>
      {error !== undefined && <p className="bad">{error}</p>}
      {facts && (
        <div className="storage-whole">
          <meter
            min={0}
            max={facts.quota || 1}
            value={facts.usage}
            aria-label={`${showSize(facts.usage)} of ${showSize(facts.quota)} used`}
          />
          <p>
            {showSize(facts.usage)} of the {showSize(facts.quota)} that this browser allows.{' '}
            {facts.isPersisted
              ? 'The browser keeps your files until you remove them.'
              : 'The browser may remove your files when its disk is full.'}
          </p>
        </div>
      )}
      <ul className="storage-parts" aria-busy={!facts && error === undefined}>
        <Part name="Files below /home" size={facts?.home}>
          {facts?.isPersisted === false && (
            <Button label="Keep my files" onClick={() => perform('storage.keep')} />
          )}
          <Button label="Export" onClick={leave(() => void exportFolder('/home'))} />
        </Part>
        <Part name="Trash" size={facts?.trash}>
          <Button label="Show" onClick={leave(() => perform('trash.open'))} />
          <Button label="Empty…" onClick={leave(() => perform('trash.empty'))} />
        </Part>
        <Part name="Snapshots" count={facts?.snapshots}>
          <Button label="Show" onClick={leave(() => perform('snapshots.open'))} />
        </Part>
        <Part name="Unsaved text" size={facts?.drafts}>
          <Button label="Save all" onClick={leave(() => perform('file.saveAll'))} />
          <Button label="Discard…" onClick={leave(() => void discardAll())} />
        </Part>
        <Part name="The page itself, for use without a network">
          <Button label="Remove" onClick={leave(() => void removePage())} />
        </Part>
        <Part name="Settings and layout">
          <Button label="Reset" onClick={leave(resetLook)} />
        </Part>
      </ul>
      <div className="buttons">
        <Button
          label="Erase everything…"
          look="danger"
          onClick={leave(() => void eraseEverything())}
        />
        <Button label="Done" look="primary" onClick={close} />
      </div>
    </Dialog>
  );
}

function Part({
  name,
  size,
  count,
  children,
}: {
  name: string;
  size?: number | undefined;
  count?: number | undefined;
  children: React.ReactNode;
}) {
  return (
    <li>
      <span>{name}</span>
      <span className="quiet">
        {size !== undefined && showSize(size)}
        {count !== undefined && String(count)}
      </span>
      <span className="buttons">{children}</span>
    </li>
  );
}
