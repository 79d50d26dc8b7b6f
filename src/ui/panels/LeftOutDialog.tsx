/** What an export would leave out, with the reasons: a person decides before it begins. */
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { LeftOutList } from '../parts/LeftOutList.tsx';
import type { DialogState } from '../store.ts';

type Props = Extract<DialogState, { kind: 'leftOut' }>;

export function LeftOutDialog({ title, text, notes, items, answer }: Props) {
  return (
    <Dialog title={title} className="wide" onClose={() => answer(false)}>
      <p>{text}</p>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <LeftOutList items={items} />
      <div className="buttons">
        <Button label="Cancel" onClick={() => answer(false)} />
        <Button label="Export the rest" look="primary" onClick={() => answer(true)} />
      </div>
    </Dialog>
  );
}
