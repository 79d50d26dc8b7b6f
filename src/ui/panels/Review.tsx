/** The changes of a program, each to be kept or discarded, with what is different in it. */
import { Check, Undo2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { ChangeLine } from '../../boot/history.ts';
import { Button } from '../parts/Button.tsx';
import {
  choose,
  chooseAll,
  decide,
  type ReviewState,
  type Sides,
  showChange,
  sidesOf,
} from '../review.ts';
import { useApp } from '../store.ts';
import { explain, showName, showSize } from '../text.ts';

/** With the library that compares texts: loaded when first used. */
const Compare = lazy(async () => ({ default: (await import('./Compare.tsx')).Compare }));

export const changeMarks: Record<
  ChangeLine['op'] | 'removed',
  { letter: string; className: string; word: string }
> = {
  added: { letter: 'A', className: 'ok', word: 'added' },
  modified: { letter: 'M', className: 'warn', word: 'modified' },
  renamed: { letter: 'R', className: 'warn', word: 'renamed' },
  deleted: { letter: 'D', className: 'bad', word: 'deleted' },
  removed: { letter: 'D', className: 'bad', word: 'removed' },
};

export function Review() {
  const review = useApp((s) => s.review);
  if (!review)
    return (
      <div className="empty">
        Nothing is left to decide here: the changes were kept or discarded.
      </div>
    );
  if (review.changes.length === 0) {
    const words = review.running ? 'So far it has changed nothing.' : 'It changed nothing.';
    return <div className="empty">{words}</div>;
  }
  return (
    <div className="review">
      <Decisions review={review} />
      <Changes review={review} />
      <Shown key={review.shown} review={review} />
    </div>
  );
}

function Decisions({ review: { name, running, changes, chosen } }: { review: ReviewState }) {
  const all = chosen.size === changes.length;
  return (
    <div className="notice decisions">
      <p>
        {running
          ? `${showName(name)} still runs, on a copy of your files.`
          : `${showName(name)} ran on a copy of your files. Keep what it changed?`}
      </p>
      <Button
        label={all ? 'Keep all' : `Keep ${chosen.size} chosen`}
        icon={Check}
        look="primary"
        disabled={chosen.size === 0}
        onClick={() => void decide('keep', all)}
      />
      <Button
        label={all ? 'Discard all' : `Discard ${chosen.size} chosen`}
        icon={Undo2}
        look="danger"
        disabled={chosen.size === 0}
        onClick={() => void decide('discard', all)}
      />
    </div>
  );
}

const SHOWN = 2000;

function Changes({ review: { changes, chosen, shown } }: { review: ReviewState }) {
  const all = chosen.size === changes.length;
  return (
    <section className="review-list" aria-label="Changes">
      <label className="check">
        <input
          type="checkbox"
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = !all && chosen.size > 0;
          }}
          onChange={(event) => chooseAll(event.target.checked)}
        />{' '}
        {changes.length} {changes.length === 1 ? 'change' : 'changes'}
      </label>
      <ul>
        {changes.slice(0, SHOWN).map((change) => (
          <Row
            key={`${change.op} ${change.path}`}
            change={change}
            chosen={chosen.has(change.path)}
            shown={change.path === shown}
          />
        ))}
      </ul>
      {changes.length > SHOWN && <p>and {changes.length - SHOWN} more</p>}
    </section>
  );
}

function Row({
  change: { op, path, from, size, old_size },
  chosen,
  shown,
}: {
  change: ChangeLine;
  chosen: boolean;
  shown: boolean;
}) {
  const mark = changeMarks[op];
  return (
    <li aria-current={shown}>
      <input
        type="checkbox"
        aria-label={`Choose ${showName(path)}`}
        checked={chosen}
        onChange={(event) => choose(path, event.target.checked)}
      />
      <button type="button" onClick={() => showChange(path)} title={showName(path)}>
        <span className={mark.className} role="img" aria-label={mark.word}>
          {mark.letter}
        </span>
        <span className="path">
          {from && `${showName(from)} → `}
          {showName(path)}
        </span>
        <span className="quiet">{sizes(old_size, size)}</span>
      </button>
    </li>
  );
}

function sizes(before: number | undefined, after: number | undefined): string {
  if (before === undefined) return after === undefined ? '' : showSize(after);
  if (after === undefined || before === after) return showSize(before);
  return `${showSize(before)} → ${showSize(after)}`;
}

type Loaded = { readonly sides: Sides | undefined } | { readonly error: string };

function Shown({ review: { pid, changes, shown } }: { review: ReviewState }) {
  const change = changes.find(({ path }) => path === shown);
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    if (!change) return undefined;
    let gone = false;
    sidesOf(pid, change).then(
      (sides) => !gone && setLoaded({ sides }),
      (error: unknown) => !gone && setLoaded({ error: explain(error) }),
    );
    return () => {
      gone = true;
    };
  }, [pid, change]);
  if (!change || !loaded) return <div className="empty">{change ? 'Comparing…' : ''}</div>;
  if ('error' in loaded) return <div className="empty">{loaded.error}</div>;
  return (
    <section
      className="review-shown"
      aria-label={`Difference in ${showName(change.path)}`}
      tabIndex={0}
    >
      <h3>{showName(change.path)}</h3>
      {change.kind === 'file' ? (
        <Suspense fallback={<p className="quiet">Comparing…</p>}>
          <Compare path={change.path} sides={loaded.sides} />
        </Suspense>
      ) : (
        <p className="quiet">{what(change)}</p>
      )}
    </section>
  );
}

const what = ({ kind, op }: ChangeLine): string =>
  `${kind === 'dir' ? 'A directory' : 'A symbolic link'} that was ${changeMarks[op].word}.`;
