/** Unsaved text beside its file, which something else has changed: to decide which of them stays. */
import { useEffect, useState } from 'react';
import { closeDialog } from '../dialogs.ts';
import { revert, save } from '../editing.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import type { Sides } from '../review.ts';
import { client } from '../session.ts';
import { get } from '../store.ts';
import { explain, nameOf, showName } from '../text.ts';
import { Compare } from './Compare.tsx';

export function CompareDialog({ path }: { path: string }) {
  const [sides, setSides] = useState<Sides>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const after = new TextEncoder().encode(get().drafts[path] ?? '');
    client()
      .oanix.fs.readFile(path)
      .then(
        (before) => setSides({ before, after }),
        (failure: unknown) => setError(explain(failure)),
      );
  }, [path]);
  return (
    <Dialog
      title={`The file and your text: ${showName(nameOf(path))}`}
      className="wide"
      onClose={closeDialog}
    >
      {error !== undefined && <p className="bad">{error}</p>}
      {sides && (
        <section className="compared" aria-label="What differs" tabIndex={0}>
          <Compare path={path} sides={sides} />
        </section>
      )}
      <div className="buttons">
        <Button label="Decide later" onClick={closeDialog} />
        <Button
          label="Take the file"
          onClick={() => {
            closeDialog();
            void revert(path);
          }}
        />
        <Button
          label="Save mine"
          look="primary"
          onClick={() => {
            closeDialog();
            void save(path);
          }}
        />
      </div>
    </Dialog>
  );
}
