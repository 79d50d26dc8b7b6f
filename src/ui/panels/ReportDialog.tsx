/** How the items of a batch have ended that need a word: each by its name, with the reason. */
import type { Outcome } from '../files/outcomes.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { showName } from '../text.ts';
import { useClose } from './dialogid.ts';

const HEADS = [
  ['failed', 'Not done'],
  ['skipped', 'Skipped'],
  ['noted', 'Done, with a note'],
] as const;

/** More of one sort are counted, not listed. */
const LISTED_MAX = 500;

export function ReportDialog({ title, outcomes }: { title: string; outcomes: readonly Outcome[] }) {
  const close = useClose();
  return (
    <Dialog title={title} className="wide" onClose={close}>
      <div className="report" role="region" aria-label="What needs a word" tabIndex={0}>
        {HEADS.map(([how, head]) => (
          <Part key={how} head={head} outcomes={outcomes.filter((each) => each.how === how)} />
        ))}
      </div>
      <div className="buttons">
        <Button label="Close" look="primary" onClick={close} />
      </div>
    </Dialog>
  );
}

function Part({ head, outcomes }: { head: string; outcomes: readonly Outcome[] }) {
  if (outcomes.length === 0) return null;
  const more = outcomes.length - LISTED_MAX;
  return (
    <>
      <h3>
        {head}: {outcomes.length}
      </h3>
      <ul>
        {outcomes.slice(0, LISTED_MAX).map(({ what, why }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={at}>
            <span className="name">{showName(what)}</span>
            <span className="quiet">{why}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">And {more} more.</p>}
    </>
  );
}
