/** The snapshots of /home, newest first: to take, compare, look into, restore, and the rule by which they go. */
import { Camera, FolderOpen, GitCompare, PenLine, RotateCcw, Trash2 } from 'lucide-react';
import type { SnapshotLine, TreeChange } from '../../boot/history.ts';
import { Button } from '../parts/Button.tsx';
import { useApp } from '../store.ts';
import { showName, showSize } from '../text.ts';
import {
  browseSnapshot,
  compare,
  NOW,
  removeSnapshot,
  renameSnapshot,
  restoreSnapshot,
  setRule,
  type TimelineState,
  takeSnapshot,
} from '../timeline.ts';
import { changeMarks } from './Review.tsx';

export function Timeline() {
  const timeline = useApp((s) => s.timeline);
  if (!timeline) return <div className="empty">Loading…</div>;
  const { snapshots } = timeline;
  return (
    <div className="timeline">
      <div className="notice">
        <p>
          {snapshots.length === 0
            ? 'A snapshot remembers /home as it is now. Taking one copies nothing.'
            : `${snapshots.length} ${snapshots.length === 1 ? 'snapshot' : 'snapshots'} of /home`}
        </p>
        <Button label="Take a snapshot" icon={Camera} look="primary" onClick={takeSnapshot} />
      </div>
      <ol aria-label="Snapshots">
        {[...snapshots].reverse().map((each, index) => (
          <Row key={each.id} snapshot={each} timeline={timeline} newest={index === 0} />
        ))}
      </ol>
      <RuleForm key={`${timeline.rule.keep} ${timeline.rule.days}`} timeline={timeline} />
      <Differences timeline={timeline} />
    </div>
  );
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function Row({
  snapshot: { id, name, at, parent, auto, files, bytes },
  timeline: { snapshots, rule },
  newest,
}: {
  snapshot: SnapshotLine;
  timeline: TimelineState;
  newest: boolean;
}) {
  const shown = showName(name);
  const before = snapshots[snapshots.findIndex((each) => each.id === id) - 1];
  const from = snapshots.find((each) => each.id === parent);
  const branches = from !== undefined && from !== before;
  return (
    <li className={rule.parent === id ? 'current' : undefined}>
      <span className={auto ? 'dot auto' : 'dot'} aria-hidden />
      <div className="snapshot">
        <strong>{shown}</strong>
        <span className="quiet">
          {when.format(new Date(at))} · {files} {files === 1 ? 'file' : 'files'}, {showSize(bytes)}
          {auto && ' · automatic'}
          {branches && ` · goes on from ${showName(from.name)}`}
          {rule.parent === id &&
            (newest ? ' · the present goes on from here' : ' · the present branches off here')}
        </span>
      </div>
      <span className="actions">
        <Button
          label={`Compare ${shown} with now`}
          icon={GitCompare}
          iconOnly
          look="plain"
          onClick={() => void compare(name, NOW)}
        />
        <Button
          label={`Look into ${shown}`}
          icon={FolderOpen}
          iconOnly
          look="plain"
          onClick={() => void browseSnapshot(name)}
        />
        <Button
          label={`Rename ${shown}`}
          icon={PenLine}
          iconOnly
          look="plain"
          onClick={() => renameSnapshot(name)}
        />
        <Button
          label={`Restore ${shown}`}
          icon={RotateCcw}
          iconOnly
          look="plain"
          onClick={() => void restoreSnapshot(name)}
        />
        <Button
          label={`Delete ${shown}`}
          icon={Trash2}
          iconOnly
          look="danger"
          onClick={() => void removeSnapshot(name)}
        />
      </span>
    </li>
  );
}

function RuleForm({ timeline: { rule } }: { timeline: TimelineState }) {
  return (
    <form
      className="rule"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        void setRule(Number(data.get('keep')), Number(data.get('days')));
      }}
    >
      <span>Keep the last</span>
      <input
        className="input"
        name="keep"
        type="number"
        min="1"
        step="1"
        required
        defaultValue={rule.keep}
        aria-label="How many automatic snapshots are kept"
      />
      <span>automatic snapshots, for at most</span>
      <input
        className="input"
        name="days"
        type="number"
        min="1"
        step="1"
        required
        defaultValue={rule.days}
        aria-label="For how many days"
      />
      <span>days. Named snapshots stay.</span>
      <Button label="Set" type="submit" />
    </form>
  );
}

const SHOWN = 1000;

function Differences({ timeline: { snapshots, compared, changes } }: { timeline: TimelineState }) {
  const newest = snapshots[snapshots.length - 1]?.name;
  if (newest === undefined) return null;
  const { from, to } = compared ?? { from: newest, to: NOW };
  return (
    <section className="differences" aria-label="Differences">
      <div className="compared">
        <span>What differs from</span>
        <Choice
          label="Compare"
          value={from}
          snapshots={snapshots}
          choose={(name) => void compare(name, to)}
        />
        <span>to</span>
        <Choice
          label="Compare with"
          value={to}
          snapshots={snapshots}
          now
          choose={(name) => void compare(from, name)}
        />
      </div>
      {changes?.length === 0 && <p className="quiet">Nothing differs.</p>}
      {changes && changes.length > 0 && (
        <ul className="changes">
          {changes.slice(0, SHOWN).map((change) => (
            <Difference key={`${change.op} ${change.path}`} change={change} />
          ))}
        </ul>
      )}
      {changes && changes.length > SHOWN && <p>and {changes.length - SHOWN} more</p>}
    </section>
  );
}

function Choice({
  label,
  value,
  snapshots,
  now = false,
  choose,
}: {
  label: string;
  value: string;
  snapshots: readonly SnapshotLine[];
  now?: boolean;
  choose: (name: string) => void;
}) {
  return (
    <select
      className="input"
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      {now && <option value={NOW}>now</option>}
      {[...snapshots].reverse().map(({ id, name }) => (
        <option key={id} value={name}>
          {showName(name)}
        </option>
      ))}
    </select>
  );
}

function Difference({ change: { op, path, from, oldSize, size } }: { change: TreeChange }) {
  const mark = changeMarks[op];
  return (
    <li>
      <span className={mark.className} role="img" aria-label={mark.word}>
        {mark.letter}
      </span>
      <span className="path">
        {from && `${showName(from)} → `}
        {showName(path)}
      </span>
      <span className="quiet">
        {oldSize !== undefined && size !== undefined && oldSize !== size
          ? `${showSize(oldSize)} → ${showSize(size)}`
          : showSize(size ?? oldSize ?? 0)}
      </span>
    </li>
  );
}
