/** The panes of the centre, and in each what is open, with what can be done to it. */
import {
  Download,
  FlaskConical,
  FolderOpen,
  Languages,
  PenLine,
  Play,
  Save,
  Trash2,
} from 'lucide-react';
import { Suspense } from 'react';
import { archiveAt, browseArchive, isUnpackable } from '../archives.ts';
import { save } from '../editing.ts';
import { TRASHED } from '../files/trash.ts';
import { placeOf } from '../listings.ts';
import { focusPane, showBytes } from '../panes.ts';
import { ArchiveNote } from '../parts/ArchiveNote.tsx';
import { Button } from '../parts/Button.tsx';
import { CommandButton } from '../parts/CommandButton.tsx';
import { Crumbs } from '../parts/Crumbs.tsx';
import { TypeNote } from '../parts/TypeNote.tsx';
import { isOfProcess } from '../processes.ts';
import { preflight } from '../runs.ts';
import { type Pane, set, useApp, type View } from '../store.ts';
import { isProgram, showName, showSize } from '../text.ts';
import { titleAt } from '../titles.ts';
import { contentOf, lookAs, viewerOf, viewersOf } from '../viewers/table.ts';
import { hasMount, isReadOnly } from '../viewing.ts';
import { tryTask } from '../workactions.ts';
import { DirectoryActions } from './DirectoryActions.tsx';
import { Guard } from './Guard.tsx';
import { Network } from './Network.tsx';
import { Review } from './Review.tsx';
import { TabStrip } from './TabStrip.tsx';
import { Timeline } from './Timeline.tsx';
import { Work } from './Work.tsx';

export function Centre() {
  const panes = useApp((s) => s.panes);
  const focused = useApp((s) => s.focused);
  return (
    <main
      className="panes"
      style={{ gridTemplateColumns: `repeat(${panes.length}, minmax(0, 1fr))` }}
    >
      {panes.map((pane, index) => (
        <PaneView
          key={pane.id}
          pane={pane}
          suffix={index === 0 ? '' : `, pane ${index + 1}`}
          isFocused={pane.id === focused}
        />
      ))}
    </main>
  );
}

function PaneView({
  pane,
  suffix,
  isFocused,
}: {
  pane: Pane;
  /** Tells the landmarks of one pane from those of another. */
  suffix: string;
  isFocused: boolean;
}) {
  return (
    <section
      className={isFocused ? 'pane focused' : 'pane'}
      aria-label={`${showName(pane.path)}${suffix}`}
      onFocusCapture={() => {
        focusPane(pane.id);
        set({ treeCursor: undefined });
      }}
      onMouseDownCapture={() => {
        focusPane(pane.id);
        set({ treeCursor: undefined });
      }}
    >
      <TabStrip pane={pane} label={`Tabs${suffix}`} />
      <div className="view">
        <ViewBar pane={pane} suffix={suffix} />
        <div>
          <ArchiveNote path={pane.path} />
          <TypeNote path={pane.path} view={pane.view} />
        </div>
        <Guard key={pane.path} what={showName(pane.path)}>
          <Content pane={pane} />
        </Guard>
      </div>
    </section>
  );
}

/** What makes a directory a graded task. */
const taskFiles = ['task.toml', 'task.yaml', 'task.yml'];

const ownKinds: ReadonlySet<View['kind']> = new Set(['review', 'timeline', 'work', 'network']);

function ViewBar({
  pane: { path, view, selected, marked },
  suffix,
}: {
  pane: Pane;
  suffix: string;
}) {
  const dirty = useApp((s) => Object.hasOwn(s.drafts, path));
  const nothing = ownKinds.has(view.kind) || view.kind === 'error' || view.kind === 'loading';
  const target = view.kind === 'dir' ? (marked[0] ?? selected) : nothing ? undefined : path;
  const entries = useApp((s) => s.listings[path]);
  const isTask = entries !== undefined && taskFiles.some((name) => placeOf(entries, name) >= 0);
  const readOnly = view.kind === 'text' && view.readOnly;
  const isListed = useApp((s) => viewerOf(path, view, s.looks)?.id === 'directory');
  const fixed =
    target !== undefined &&
    (isOfProcess(target) || isReadOnly(target) || hasMount(target) !== undefined);
  const reviewed = useApp((s) => s.review?.name);
  const holds = (id: string): boolean => target === path && contentOf(view)?.id === id;
  return (
    <div className="view-bar">
      <h2>
        {!ownKinds.has(view.kind) && path !== TRASHED && (
          <Crumbs path={path} label={`Directories above${suffix}`} />
        )}
        <span>{titleOf(view, path, reviewed)}</span>
        {dirty && <span className="dirty-dot" role="img" aria-label="Unsaved" />}
        <span className="about">
          {about(view, isListed ? entries?.length : undefined, marked.length)}
        </span>
      </h2>
      <Looks path={path} view={view} />
      {view.kind === 'text' && !readOnly && (
        <Button
          label="Save"
          icon={Save}
          keys="Ctrl+S"
          disabled={!dirty}
          onClick={() => void save(path)}
        />
      )}
      {target && (isProgram(target) || holds('wasm')) && (
        <Button
          label="Run…"
          icon={Play}
          look="primary"
          onClick={() => void preflight(target, target)}
        />
      )}
      {target && isUnpackable(target) && (
        <Button
          label="Browse"
          icon={FolderOpen}
          look="primary"
          onClick={() => void browseArchive(target)}
        />
      )}
      {((target && isUnpackable(target)) || (view.kind === 'dir' && archiveAt(path))) && (
        <CommandButton id="archive.names" label="Encoding of names…" icon={Languages} iconOnly />
      )}
      {view.kind === 'dir' && isTask && (
        <Button label="Try…" icon={FlaskConical} look="primary" onClick={() => tryTask(path)} />
      )}
      {isListed && <DirectoryActions path={path} target={target} />}
      {target && target !== '/' && (
        <>
          <CommandButton id="file.rename" label="Rename" icon={PenLine} disabled={fixed} />
          <CommandButton id="file.download" label="Download" icon={Download} />
          <CommandButton
            id="file.trash"
            label="Delete"
            icon={Trash2}
            look="danger"
            disabled={fixed}
          />
        </>
      )}
    </div>
  );
}

/** The ways to look at what is open, where there is more than one. */
function Looks({ path, view }: { path: string; view: View }) {
  const looks = useApp((s) => s.looks);
  useApp((s) => s.drafts[path]?.longest);
  const all = viewersOf(path, view);
  const now = viewerOf(path, view, looks);
  if (all.length < 2) return null;
  return (
    <fieldset className="looks">
      <legend className="sr-only">Look at it as</legend>
      {all.map(({ id, words }) => (
        <button
          key={id}
          type="button"
          className="button"
          aria-pressed={id === now?.id}
          onClick={() => lookAs(path, id)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}

/** The program that is reviewed is known by its name. */
const titleOf = (view: View, path: string, reviewed: string | undefined): string =>
  view.kind === 'review' && reviewed !== undefined
    ? `Review of ${showName(reviewed)}`
    : titleAt(path);

function about(view: View, count: number | undefined, marked: number): string {
  if (view.kind === 'dir') {
    if (marked > 1) return `${marked} of ${count ?? 0} marked`;
    if (count === undefined) return '';
    return count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`;
  }
  if (view.kind === 'bytes') return showSize(view.size);
  if (view.kind === 'text') return view.readOnly ? 'read-only' : '';
  return '';
}

function Content({ pane }: { pane: Pane }) {
  const { path, view } = pane;
  const looks = useApp((s) => s.looks);
  // Unsaved text with a line that is too long for the editor is shown by another viewer.
  useApp((s) => s.drafts[path]?.longest);
  const viewer = viewerOf(path, view, looks);
  if (view.kind === 'review') return <Review />;
  if (view.kind === 'timeline') return <Timeline />;
  if (view.kind === 'work') return <Work />;
  if (view.kind === 'network') return <Network />;
  if (viewer)
    return (
      <Suspense fallback={<div className="empty">Loading…</div>}>
        <viewer.Show
          key={`${path} ${viewer.id}`}
          id={pane.id}
          path={path}
          view={view}
          conflict={pane.conflict}
        />
      </Suspense>
    );
  if (view.kind === 'error') {
    return (
      <div className="empty" role="alert">
        <p>{view.message}</p>
      </div>
    );
  }
  if (view.kind === 'loading' && view.size !== undefined)
    return (
      <div className="empty" role="status">
        <p>
          Loading… {showSize(view.read ?? 0)} of {showSize(view.size)}
        </p>
        <Button label="Stop, and show its bytes" onClick={() => showBytes(pane.id)} />
      </div>
    );
  return <div className="empty">Loading…</div>;
}
