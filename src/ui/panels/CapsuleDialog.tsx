/** What a capsule is and would do, before it does anything. */
import { PackageOpen } from 'lucide-react';
import { openCapsule } from '../capsules.ts';
import { closeDialog } from '../dialogs.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import type { DialogState } from '../store.ts';
import { showName } from '../text.ts';

type Props = Extract<DialogState, { kind: 'capsule' }>;

export function CapsuleDialog({ archive, review }: Props) {
  const { manifest, files, root, mounts } = review;
  const made = new Date(manifest.created_at);
  return (
    <Dialog title={`Open the capsule ${showName(manifest.name)}?`} onClose={closeDialog}>
      <dl className="facts">
        <dt>Made</dt>
        <dd>{Number.isNaN(made.getTime()) ? 'unknown' : made.toLocaleString()}</dd>
        <dt>Files go to</dt>
        <dd>{showName(files)}</dd>
        {mounts.length > 0 && (
          <>
            <dt>Shows at</dt>
            <dd>{showName(root)}</dd>
          </>
        )}
      </dl>
      {mounts.length > 0 && (
        <>
          <p>What it mounts:</p>
          <ul className="imports" aria-label="What it mounts">
            {mounts.map(({ line, refused }) => (
              <li key={line} className={refused ? 'bad' : undefined}>
                {showName(line)}
                {refused && ` – left out: ${showName(refused)}`}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="quiet">Nothing of yours is changed: it gets directories of its own.</p>
      <div className="buttons">
        <Button
          label="Only look inside"
          onClick={() => {
            closeDialog();
            void open(archive);
          }}
        />
        <Button
          label="Open it"
          icon={PackageOpen}
          look="primary"
          onClick={() => void openCapsule(archive, review)}
        />
      </div>
    </Dialog>
  );
}
