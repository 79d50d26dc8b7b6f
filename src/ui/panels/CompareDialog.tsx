/** Unsaved text beside its file, which something else has changed: to decide which of them stays. */
import { useEffect, useState } from 'react';
import { revert, save } from '../editing.ts';
import { encode, type FileText, textIn, utf8 } from '../editor/encodings.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import type { Sides } from '../review.ts';
import { client } from '../session.ts';
import { type Draft, get } from '../store.ts';
import { explain, nameOf, showName } from '../text.ts';
import { Compare } from './Compare.tsx';
import { useClose } from './dialogid.ts';

/** Both are compared as text where the file is still a text in the encoding that it had. */
function sidesOf(file: Uint8Array, draft: Draft | undefined): Sides {
  if (!draft) return { before: file, after: file };
  const before = textIn(file, draft.base.format.encoding);
  if (!before) return { before: file, after: encode(draft.text, draft.format) };
  return { before: inUtf8(before), after: inUtf8(draft) };
}

const inUtf8 = ({ text, format: { mark } }: FileText): Uint8Array =>
  encode(text, { ...utf8, mark });

export function CompareDialog({ path }: { path: string }) {
  const close = useClose();
  const [sides, setSides] = useState<Sides>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    client()
      .oanix.fs.readFile(path)
      .then(
        (file) => setSides(sidesOf(file, get().drafts[path])),
        (failure: unknown) => setError(explain(failure)),
      );
  }, [path]);
  return (
    <Dialog
      title={`The file and your text: ${showName(nameOf(path))}`}
      className="wide"
      onClose={close}
    >
      {error !== undefined && <p className="bad">{error}</p>}
      {sides && (
        <section className="compared" aria-label="What differs" tabIndex={0}>
          <Compare path={path} sides={sides} />
        </section>
      )}
      <div className="buttons">
        <Button label="Decide later" onClick={close} />
        <Button
          label="Take the file"
          look="danger"
          onClick={() => {
            close();
            void revert(path);
          }}
        />
        <Button
          label="Save mine"
          look="primary"
          onClick={() => {
            close();
            void save(path);
          }}
        />
      </div>
    </Dialog>
  );
}
