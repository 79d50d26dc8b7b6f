/** What is open, with what can be done to it. */
import {
  Download,
  FilePlus,
  FlaskConical,
  FolderOpen,
  FolderPlus,
  FolderUp,
  PackageCheck,
  PenLine,
  Play,
  Save,
  Trash2,
  Upload,
} from 'lucide-react';
import { useRef } from 'react';
import {
  attempt,
  download,
  isReadOnly,
  newFile,
  newFolder,
  remove,
  rename,
  save,
} from '../actions.ts';
import { browseArchive } from '../archives.ts';
import { exportFolder } from '../capsules.ts';
import { Button } from '../parts/Button.tsx';
import { preflight } from '../runs.ts';
import { useApp, type View } from '../store.ts';
import { isArchive, isProgram, nameOf, showName, showSize } from '../text.ts';
import { fromInput, receive } from '../upload.ts';
import { tryTask } from '../workactions.ts';
import { Directory } from './Directory.tsx';
import { HexView } from './HexView.tsx';
import { Network } from './Network.tsx';
import { Review } from './Review.tsx';
import { TextView } from './TextView.tsx';
import { Timeline } from './Timeline.tsx';
import { Work } from './Work.tsx';

export function Centre() {
  const path = useApp((s) => s.path);
  const view = useApp((s) => s.view);
  return (
    <main className="view" aria-label={showName(path)}>
      <ViewBar path={path} view={view} />
      <Content path={path} view={view} />
    </main>
  );
}

function ViewBar({ path, view }: { path: string; view: View }) {
  const dirty = useApp((s) => Object.hasOwn(s.drafts, path));
  const selected = useApp((s) => s.selected);
  const count = useApp((s) => s.listings[path]?.length);
  const own = ['review', 'timeline', 'work', 'network'].includes(view.kind);
  const nothing = own || view.kind === 'error' || view.kind === 'loading';
  const target = view.kind === 'dir' ? selected : nothing ? undefined : path;
  const mounts = useApp((s) => s.mounts);
  const isTask = useApp(
    (s) => s.listings[path]?.some(({ name }) => /^task\.(toml|ya?ml)$/.test(name)) ?? false,
  );
  const readOnly = view.kind === 'text' && view.readOnly;
  const fixed =
    target !== undefined && (isReadOnly(target) || mounts.some(({ at }) => at === target));
  const reviewed = useApp((s) => s.review?.name);
  const title = titleOf(view, path, reviewed);
  return (
    <div className="view-bar">
      <h2>
        <span>{title}</span>
        {dirty && <span className="dirty-dot" role="img" aria-label="Unsaved" />}
        <span className="about">{about(view, count)}</span>
      </h2>
      {view.kind === 'text' && !readOnly && (
        <Button
          label="Save"
          icon={Save}
          keys="Ctrl+S"
          disabled={!dirty}
          onClick={() => void save()}
        />
      )}
      {target && isProgram(target) && (
        <Button
          label="Run…"
          icon={Play}
          look="primary"
          onClick={() => void preflight(target, target)}
        />
      )}
      {target && isArchive(target) && (
        <Button
          label="Browse"
          icon={FolderOpen}
          look="primary"
          onClick={() => void browseArchive(target)}
        />
      )}
      {view.kind === 'dir' && isTask && (
        <Button label="Try…" icon={FlaskConical} look="primary" onClick={() => tryTask(path)} />
      )}
      {view.kind === 'dir' && (
        <Button label="Export" icon={PackageCheck} onClick={() => void exportFolder(path)} />
      )}
      {view.kind === 'dir' && !isReadOnly(`${path}/`) && <NewButtons />}
      {target && target !== '/' && (
        <>
          <Button
            label="Rename"
            icon={PenLine}
            keys="F2"
            disabled={fixed}
            onClick={() => rename(target)}
          />
          <Button label="Download" icon={Download} onClick={() => void download(target)} />
          <Button
            label="Delete"
            icon={Trash2}
            look="danger"
            keys="Delete"
            disabled={fixed}
            onClick={() => void remove(target)}
          />
        </>
      )}
    </div>
  );
}

function titleOf(view: View, path: string, reviewed: string | undefined): string {
  if (view.kind === 'review') return `Review of ${showName(reviewed ?? nameOf(path))}`;
  if (view.kind === 'timeline') return 'Snapshots';
  if (view.kind === 'work') return workTitles[path] ?? showName(nameOf(path));
  if (view.kind === 'network') return 'Network';
  return path === '/' ? '/' : showName(nameOf(path));
}

const workTitles: Readonly<Record<string, string>> = {
  '/tasks': 'Graded tasks',
  '/envs': 'Environments',
  '/sched': 'Jobs',
};

function about(view: View, count: number | undefined): string {
  if (view.kind === 'dir')
    return count === undefined ? '' : `${count} ${count === 1 ? 'entry' : 'entries'}`;
  if (view.kind === 'bytes') return showSize(view.size);
  if (view.kind === 'text') return view.readOnly ? 'read-only' : '';
  return '';
}

function NewButtons() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (list: FileList | null): void => {
    if (list && list.length > 0) void attempt('Not copied', () => receive(fromInput(list)));
  };
  return (
    <>
      <Button label="New file" icon={FilePlus} onClick={newFile} />
      <Button label="New folder" icon={FolderPlus} onClick={newFolder} />
      <Button label="Upload files" icon={Upload} onClick={() => files.current?.click()} />
      <Button label="Upload folder" icon={FolderUp} onClick={() => folder.current?.click()} />
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="upload-files"
        onChange={(event) => take(event.target.files)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        data-testid="upload-folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.target.files)}
      />
    </>
  );
}

function Content({ path, view }: { path: string; view: View }) {
  if (view.kind === 'dir') return <Directory key={path} path={path} />;
  if (view.kind === 'review') return <Review />;
  if (view.kind === 'timeline') return <Timeline />;
  if (view.kind === 'work') return <Work />;
  if (view.kind === 'network') return <Network />;
  if (view.kind === 'text') return <TextView key={path} path={path} {...view} />;
  if (view.kind === 'bytes')
    return <HexView key={`${path} ${view.version}`} path={path} size={view.size} />;
  if (view.kind === 'error') {
    return (
      <div className="empty" role="alert">
        <p>{view.message}</p>
      </div>
    );
  }
  const words =
    view.kind === 'stream'
      ? 'This is a stream: it has no end that could be shown. Programs can read it.'
      : 'Loading…';
  return <div className="empty">{words}</div>;
}
