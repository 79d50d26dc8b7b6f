/** The ways to look at a file or a directory, by its kind: the first that covers it is the one to begin with. Loaded when used. */
import { type ComponentType, lazy } from 'react';
import type { ContentType } from '../contenttypes.ts';
import { CUT_ABOVE, EDIT_MAX_LINE } from '../editor/longlines.ts';
import { mediaTypeOf } from '../media.ts';
import { DirectoryView } from '../panels/DirectoryView.tsx';
import { Processes } from '../panels/Processes.tsx';
import { processAt } from '../processes.ts';
import { get, set, type View } from '../store.ts';
import { isProgram } from '../text.ts';
import { tracedAt } from '../tracecall.ts';
import { TEXT_MAX } from '../viewing.ts';
import { HexView } from './HexView.tsx';
import { TextView } from './TextView.tsx';

export interface Shown {
  /** Of the pane. */
  readonly id: number;
  readonly path: string;
  readonly view: View;
  /** The file changed elsewhere while it has unsaved text. */
  readonly conflict: boolean;
}

export interface Viewer {
  readonly id: string;
  readonly words: string;
  covers(path: string, view: View): boolean;
  readonly Show: ComponentType<Shown>;
}

const isFile = (view: View): boolean => view.kind === 'text' || view.kind === 'bytes';

/** What a file holds, where its first bytes tell. */
export const contentOf = (view: View): ContentType | undefined =>
  view.kind === 'text' || view.kind === 'bytes' ? view.content : undefined;

/** The content decides; the name does where the content is not known. */
export const mediaOf = (path: string, view: View): string | undefined =>
  contentOf(view) ? contentOf(view)?.media : mediaTypeOf(path);

const named =
  (pattern: RegExp, kinds: readonly View['kind'][] = ['text']) =>
  (path: string, view: View): boolean =>
    kinds.includes(view.kind) && pattern.test(path);

const late = (load: () => Promise<{ readonly Show: ComponentType<Shown> }>) =>
  lazy(async () => ({ default: (await load()).Show }));

/** Characters of the longest line that is shown, saved or not. */
export const longestShown = (path: string, view: View): number =>
  view.kind === 'text' ? (get().drafts[path]?.longest ?? view.longest) : 0;

const Media = late(() => import('./Media.tsx'));

/** A table reads a file in ranges, so one that is too large to be a text can be one. */
const isTable = (path: string, view: View): boolean =>
  /\.(csv|tsv|tab)$/i.test(path) &&
  (view.kind === 'text' || (view.kind === 'bytes' && view.size > TEXT_MAX));

const isMarkdown = named(/\.(md|markdown)$/i);
/** A longer document, in characters, is shown as text first. */
const RENDERED_MAX = 500_000;
const isFixed = (view: View): boolean =>
  view.kind === 'text' && view.readOnly && view.text.length < RENDERED_MAX;
const markdown = {
  id: 'markdown',
  words: 'Rendered',
  Show: late(() => import('./Markdown.tsx')),
};

export const viewers: readonly Viewer[] = [
  {
    id: 'process',
    words: 'Process',
    covers: (path, view) => view.kind === 'dir' && processAt(path) !== undefined,
    Show: late(() => import('./Process.tsx')),
  },
  {
    id: 'directory',
    words: 'Files',
    covers: (_path, view) => view.kind === 'dir',
    Show: DirectoryView,
  },
  {
    id: 'processes',
    words: 'Table',
    covers: (path, view) => view.kind === 'dir' && path === '/proc',
    Show: Processes,
  },
  {
    id: 'media',
    words: 'Preview',
    covers: (path, view) => view.kind === 'bytes' && mediaOf(path, view) !== undefined,
    Show: Media,
  },
  {
    id: 'module',
    words: 'Module',
    covers: (path, view) =>
      isFile(view) && (contentOf(view) ? contentOf(view)?.id === 'wasm' : isProgram(path)),
    Show: late(() => import('./Module.tsx')),
  },
  {
    id: 'pdf',
    words: 'Document',
    covers: (_path, view) => contentOf(view)?.id === 'pdf',
    Show: late(() => import('./Pdf.tsx')),
  },
  {
    id: 'lines',
    words: 'Table',
    covers: named(/\.(jsonl|ndjson)$/i),
    Show: late(() => import('./Lines.tsx')),
  },
  {
    id: 'csv',
    words: 'Table',
    covers: isTable,
    Show: late(() => import('./csv/Csv.tsx')),
  },
  {
    id: 'log',
    words: 'Log',
    covers: named(/\.log$/i),
    Show: late(() => import('./Log.tsx')),
  },
  // What cannot be changed is there to be read.
  { ...markdown, covers: (path, view) => isMarkdown(path, view) && isFixed(view) },
  {
    id: 'cut',
    words: 'Cut lines',
    covers: (path, view) => longestShown(path, view) > CUT_ABOVE,
    Show: late(() => import('./CutLines.tsx')),
  },
  {
    id: 'text',
    words: 'Text',
    covers: (path, view) => view.kind === 'text' && longestShown(path, view) <= EDIT_MAX_LINE,
    Show: TextView,
  },
  { ...markdown, covers: (path, view) => isMarkdown(path, view) && !isFixed(view) },
  {
    id: 'json',
    words: 'Tree',
    covers: named(/\.json$/i),
    Show: late(() => import('./Json.tsx')),
  },
  { id: 'picture', words: 'Preview', covers: named(/\.svg$/i), Show: Media },
  {
    id: 'trace',
    words: 'Trace',
    covers: (path, view) => view.kind === 'stream' && tracedAt(path) !== undefined,
    Show: late(() => import('./Trace.tsx')),
  },
  {
    id: 'stream',
    words: 'Stream',
    covers: (path, view) => view.kind === 'stream' && tracedAt(path) === undefined,
    Show: late(() => import('./Stream.tsx')),
  },
  { id: 'hex', words: 'Hex', covers: (_path, view) => isFile(view), Show: HexView },
];

export const viewersOf = (path: string, view: View): readonly Viewer[] =>
  viewers.filter((each) => each.covers(path, view));

/** What a person has chosen for this file, else the first. */
export function viewerOf(path: string, view: View, looks = get().looks): Viewer | undefined {
  const all = viewersOf(path, view);
  return all.find(({ id }) => id === looks[path]) ?? all[0];
}

export const lookAs = (path: string, id: string): void =>
  set({ looks: { ...get().looks, [path]: id } });
