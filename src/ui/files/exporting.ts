/**
 * Exports: a survey first, whose losses a person confirms; then the bytes, as a download; then the list of everything
 * that was left out.
 */
import type { ArchiveFormat, Capsules, ExportSurvey, LeftOut } from '../../boot/capsules.ts';
import { askLeftOut } from '../dialogs.ts';
import { declined, toast, type Undone, withProgress } from '../notices.ts';
import { client } from '../session.ts';
import { explain, showName } from '../text.ts';
import type { Outcome } from './outcomes.ts';
import { showReport } from './report.ts';

export type ExportFormat = ArchiveFormat | 'capsule';

export interface ExportPlan {
  readonly format: ExportFormat;
  readonly paths: readonly string[];
  /** What the export is called in messages. */
  readonly name: string;
  stream(capsules: Capsules, options: Packing): Promise<ReadableStream<Uint8Array>>;
  /** Takes the bytes to where they go. */
  finish(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void>;
}

interface Packing {
  readonly signal: AbortSignal;
  leftOut(each: LeftOut): void;
  packed(path: string, bytes: number): void;
}

/** Returns how it was not done, if it was not. */
export async function exportBy(plan: ExportPlan): Promise<Undone | undefined> {
  const { name, format, paths } = plan;
  const capsules = await client().oanix.capsules();
  let survey: ExportSurvey | undefined;
  const label = `Packing ${showName(name)}`;
  const failed = await withProgress(
    label,
    async (signal) => {
      survey = await capsules.survey(paths, format, signal);
    },
    'nothing was changed',
  );
  if (failed || !survey) return failed;
  if (!(await isAccepted(name, survey))) return declined();
  const leftOut: LeftOut[] = [];
  const { bytes } = survey;
  const undone = await withProgress(
    label,
    async (signal, progress) => {
      let done = 0;
      const packed = (_: string, more: number): void => {
        done += more;
        progress(Math.min(1, done / (bytes || 1)));
      };
      const options = { signal, packed, leftOut: (each: LeftOut) => void leftOut.push(each) };
      await naming(async () => plan.finish(await plan.stream(capsules, options), signal));
    },
    'nothing was saved',
  );
  if (!undone) tellLeftOut(`${showName(name)} was packed without`, leftOut);
  return undone;
}

async function isAccepted(name: string, { leftOut, notes }: ExportSurvey): Promise<boolean> {
  if (leftOut.length === 0 && notes.length === 0) return true;
  return askLeftOut({
    title: `Export ${showName(name)}?`,
    text:
      leftOut.length === 0
        ? 'Not all of it comes back as it is:'
        : `The export leaves out ${countOf(leftOut)}:`,
    notes,
    items: leftOut,
  });
}

/** Says that something was left out; the list is a click away. */
function tellLeftOut(what: string, items: readonly LeftOut[]): void {
  if (items.length === 0) return;
  const title = `${what} ${countOf(items)}.`;
  const run = (): void => showReport(title, outcomesOf(items));
  toast(title, { bad: true, details: { label: 'Show all', run } });
}

export const outcomesOf = (items: readonly LeftOut[]): Outcome[] =>
  items.map(({ path, reason }) => ({ what: path, how: 'skipped', why: reason }));

const countOf = (items: readonly unknown[]): string =>
  items.length === 1 ? 'one thing' : `${items.length} things`;

/** An error that names its file. */
async function naming(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { path, name } = error as { path?: string; name?: string };
    if (path === undefined || name === 'AbortError') throw error;
    throw new Error(`${showName(path)}: ${explain(error)}`, { cause: error });
  }
}

/** The bytes as a blob, which the browser keeps out of memory where it is large. Rejects with the signal's reason. */
export async function blobOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Blob> {
  const reader = stream.getReader();
  // A pipe with the signal would do, but Firefox reports the abort of one as an error that nobody caught.
  const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const parts: Blob[] = [];
    for (let part = await reader.read(); !part.done; part = await reader.read())
      parts.push(new Blob([part.value as Uint8Array<ArrayBuffer>]));
    signal.throwIfAborted();
    return new Blob(parts);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
