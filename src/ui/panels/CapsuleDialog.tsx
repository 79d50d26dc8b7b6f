/** What a capsule is and would do, before it does anything. */
import { PackageOpen } from 'lucide-react';
import { leaveCapsule, openCapsule } from '../capsules.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { LeftOutList } from '../parts/LeftOutList.tsx';
import type { DialogState } from '../store.ts';
import { showName, showSize } from '../text.ts';
import { useClose } from './dialogid.ts';

type Props = Extract<DialogState, { kind: 'capsule' }>;

export function CapsuleDialog({ file, archive, review }: Props) {
  const close = useClose();
  const leave = (): void => {
    close();
    void leaveCapsule(archive);
  };
  const { manifest, files, root, mounts, content } = review;
  const made = new Date(manifest.created_at);
  return (
    <Dialog title={`Open the capsule ${showName(manifest.name)}?`} onClose={leave}>
      <dl className="facts">
        <dt>Made</dt>
        <dd>{Number.isNaN(made.getTime()) ? 'unknown' : made.toLocaleString()}</dd>
        <dt>Holds</dt>
        <dd>
          {content.entries.toLocaleString()} entries, {showSize(content.bytes)}
        </dd>
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
      {content.leftOut.length > 0 && (
        <>
          <p className="bad">These entries cannot be brought in:</p>
          <LeftOutList items={content.leftOut} />
        </>
      )}
      <Outward links={content.outward} />
      <p className="quiet">Nothing of yours is changed: it gets directories of its own.</p>
      <div className="buttons">
        <Button label="Cancel" onClick={leave} />
        <Button
          label="Only look inside"
          onClick={() => {
            close();
            void open(archive);
          }}
        />
        <Button
          label="Open it"
          icon={PackageOpen}
          look="primary"
          onClick={() => {
            close();
            void openCapsule(file, archive, review);
          }}
        />
      </div>
    </Dialog>
  );
}

/** Symbolic links that lead out of the capsule: they are kept as they are, and a person should know. */
function Outward({ links }: { links: Props['review']['content']['outward'] }) {
  const { count, first } = links;
  if (count === 0) return null;
  return (
    <details>
      <summary>
        {count === 1 ? 'One symbolic link leads' : `${count} symbolic links lead`} out of it, to
        files of yours where they exist{first.length < count && `; the first ${first.length} are:`}
      </summary>
      <ul className="imports" aria-label="Links that lead out">
        {first.map(({ path, target }) => (
          <li key={path}>
            {showName(path)} → {showName(target)}
          </li>
        ))}
      </ul>
    </details>
  );
}
