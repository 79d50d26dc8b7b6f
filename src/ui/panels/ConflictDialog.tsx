/** A name that is taken: both things beside each other, and what to do, for this one or for all that follow. */
import { useState } from 'react';
import type { Answer, Choice, Conflict, Side } from '../files/conflicts.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { nameOf, parentPath, showName, showSize, showTime } from '../text.ts';

const KINDS = { file: 'file', dir: 'folder', symlink: 'link', device: 'device' } as const;

export function ConflictDialog({
  conflict: { path, there, coming, mayMerge },
  answer,
}: {
  conflict: Conflict;
  answer: (answer: Answer) => void;
}) {
  const [forAll, setForAll] = useState(false);
  const decide = (choice: Choice) => () => answer({ choice, forAll });
  return (
    <Dialog title="This name is taken" onClose={() => answer({ choice: 'stop', forAll: false })}>
      <p>
        One {KINDS[there.kind]} is already there: {showName(nameOf(path))} in{' '}
        {showName(parentPath(path))}
      </p>
      <table className="conflict-sides">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Which</span>
            </th>
            <th scope="col">Kind</th>
            <th scope="col">Size</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          <SideRow label="There now" side={there} />
          <SideRow label="Coming" side={coming} />
        </tbody>
      </table>
      {mayMerge && (
        <p className="quiet">
          Merging keeps what is in both folders, and asks about files that both have.
        </p>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={forAll}
          onChange={(event) => setForAll(event.target.checked)}
        />
        Do the same for all {mayMerge ? 'folders' : 'names'} that follow
      </label>
      <div className="buttons">
        <Button label="Stop" onClick={() => answer({ choice: 'stop', forAll: false })} />
        <Button label="Skip" onClick={decide('skip')} />
        <Button label="Keep both" onClick={decide('both')} />
        <Button label="Replace" look="danger" onClick={decide('replace')} />
        {mayMerge && <Button label="Merge" look="primary" onClick={decide('merge')} />}
      </div>
    </Dialog>
  );
}

function SideRow({ label, side: { kind, size, mtime } }: { label: string; side: Side }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{KINDS[kind]}</td>
      <td>{kind === 'file' ? showSize(size) : '–'}</td>
      <td>{showTime(mtime) || '–'}</td>
    </tr>
  );
}
