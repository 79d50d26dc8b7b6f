/** What is at a path, as a view of it: a directory, text, bytes, a stream, or one of the page's own panels. */
import { liveServices } from '../boot/liveservices.ts';
import type { OanixFile } from '../boot/oanix.ts';
import type { ContentType } from './contenttypes.ts';
import {
  detectFormat,
  detectText,
  encodings,
  type FileText,
  textIn,
  utf8,
  whyFixed,
} from './editor/encodings.ts';
import { longestLine } from './editor/longlines.ts';
import { placeOf } from './listings.ts';
import { client, loadListing } from './session.ts';
import { get, type MountRow, type View } from './store.ts';
import { explain, nameOf, parentPath, showName } from './text.ts';
import { tracedAt } from './tracecall.ts';

/** Larger texts are shown to be read only. */
const EDIT_MAX = 8 * 1024 * 1024;
/** Still larger files are looked at by their bytes. */
export const TEXT_MAX = 64 * 1024 * 1024;
const READ = 4 * 1024 * 1024;
/** Of what is large, so much is looked at to see whether it is text. */
const SAMPLE = 64 * 1024;

/** A panel that stands where a path would be shown as files; there is one of a kind in the page. */
export interface OwnView {
  readonly kind: View['kind'];
  /** Whether it shows a path, by the kind of service behind it. */
  covers(path: string, service: string): boolean;
  /** Reads what it shows into the state. */
  load(path: string): Promise<void>;
}
const ownViews: OwnView[] = [];
export const addOwnView = (view: OwnView): void => void ownViews.push(view);

export function ownViewFor(path: string): OwnView | undefined {
  const service = coveringMount(path)?.members[0]?.service.kind;
  return service === undefined ? undefined : ownViews.find((each) => each.covers(path, service));
}

let versions = 0;

/** `progress` hears the bytes that were read and the size of a large text; `signal` ends the reading. */
export async function viewOf(
  path: string,
  signal: AbortSignal,
  progress: (read: number, size: number) => void,
): Promise<View> {
  const { fs } = client().oanix;
  const stat = await fs.stat(path);
  const own = ownViewFor(path);
  if (own) {
    await own.load(path);
    return { kind: own.kind } as View;
  }
  if (stat.kind === 'dir') {
    await fs.readdir(path);
    await loadListing(path);
    return { kind: 'dir' };
  }
  // Who opens a trace first has its first calls: that is its viewer.
  if (tracedAt(path) !== undefined) return { kind: 'stream' };
  const file = await fs.open(path);
  try {
    if (file.isStream) return { kind: 'stream' };
    const isLarge = stat.size > TEXT_MAX || (stat.size > EDIT_MAX && !(await looksLikeText(file)));
    if (isLarge) {
      const content = await contentOf(path, await file.readAt(0, SAMPLE));
      return { kind: 'bytes', size: stat.size, version: ++versions, content };
    }
    const tell = (read: number): void => {
      if (stat.size > EDIT_MAX) progress(read, stat.size);
    };
    return viewOfBytes(path, await readAll(file, signal, tell));
  } finally {
    await file.close();
  }
}

async function viewOfBytes(path: string, bytes: Uint8Array): Promise<View> {
  const chosen = get().encodings[path];
  const content = await contentOf(path, bytes);
  const isBytes = (reason?: string): View => ({
    kind: 'bytes',
    size: bytes.length,
    version: ++versions,
    reason,
    content,
  });
  const text = chosen === undefined ? detectText(bytes) : textIn(bytes, chosen);
  if (!text && chosen !== undefined)
    return isBytes(`These bytes are no text in ${encodings[chosen] ?? chosen}.`);
  if (!text)
    return isBytes(
      content || bytes.includes(0) ? undefined : 'This file is not text in UTF-8 or UTF-16.',
    );
  const reason = whyFixed(bytes, text);
  return {
    kind: 'text',
    ...text,
    longest: longestLine(text.text),
    version: ++versions,
    readOnly: reason !== undefined || bytes.length > EDIT_MAX || isReadOnly(path),
    reason,
    content,
  };
}

/** The table of types is loaded with the first file that is opened. */
async function contentOf(path: string, bytes: Uint8Array): Promise<ContentType | undefined> {
  const { typeOf } = await import('./contenttypes.ts');
  return typeOf(bytes, path);
}

/** Whether a view shows this very text. */
export const showsText = (view: View, { text, format }: FileText): boolean =>
  view.kind === 'text' &&
  view.text === text &&
  view.format.encoding === format.encoding &&
  view.format.mark === format.mark;

async function looksLikeText(file: OanixFile): Promise<boolean> {
  const sample = await file.readAt(0, SAMPLE);
  return !sample.includes(0) || detectFormat(sample).encoding !== utf8.encoding;
}

async function readAll(
  file: OanixFile,
  signal: AbortSignal,
  progress: (read: number) => void,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    progress(size);
    const data = await file.read(READ, signal);
    signal.throwIfAborted();
    if (data.length === 0 || size > TEXT_MAX) break;
    parts.push(data);
    size += data.length;
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The mount that serves a path. */
export const coveringMount = (path: string): MountRow | undefined =>
  get()
    .mounts.filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`))
    .sort((a, b) => b.at.length - a.at.length)[0];

/** Why a path cannot be shown: a symbolic link that leads nowhere is there, and what it leads to is not. */
export async function whyNotShown(path: string, error: unknown): Promise<string> {
  if ((error as { code?: string }).code !== 'ENOENT') return explain(error);
  const target = await client()
    .oanix.fs.readlink(path)
    .catch(() => undefined);
  return target === undefined
    ? explain(error)
    : `This symbolic link leads to ${showName(target)}, where there is nothing.`;
}

/** Whether a file, by its stat, is of a service that makes its files when they are read, wherever its name leads. */
export const isLive = ({ dev }: { readonly dev: number }): boolean =>
  get().mounts.some(({ members }) =>
    members.some((member) => member.dev === dev && liveServices.has(member.service.kind)),
  );

/** Where the mount that serves a path is read-only, so is the editor. */
export function isReadOnly(path: string): boolean {
  const covering = coveringMount(path);
  if (
    covering?.members.some(({ service }) => service.kind === 'store') &&
    get().store?.state === 'read-only'
  )
    return true;
  return covering?.members.every(({ ro }) => ro) ?? false;
}

/** A name that a mount stands at, or below, cannot be moved or removed. */
export const hasMount = (path: string): string | undefined =>
  get().mounts.find(({ at }) => at === path || at.startsWith(`${path}/`))?.at;

/** What is known of the kind of a path without asking. */
export function isDirectory(path: string): boolean {
  const { panes, mounts, listings } = get();
  const shown = panes.find((each) => each.path === path && each.view.kind !== 'loading');
  if (shown) return shown.view.kind === 'dir';
  if (mounts.some(({ at, kind }) => at === path && kind === 'dir')) return true;
  const entries = listings[parentPath(path)] ?? [];
  return entries[placeOf(entries, nameOf(path))]?.kind === 'dir';
}
