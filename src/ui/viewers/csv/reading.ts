/** A file of separated values as it is read: its bytes, its dialect, and the index that grows while it is read. */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { detectFormat } from '../../editor/encodings.ts';
import { client } from '../../session.ts';
import type { View } from '../../store.ts';
import { explain } from '../../text.ts';
import { useText } from '../bytes.ts';
import { detectDialect } from './dialect.ts';
import { type ByteSource, RecordIndex, type Summary, type TableRecord } from './recordindex.ts';
import type { Dialect } from './records.ts';

/** So much of the file tells its dialect. */
const SAMPLE = 1 << 16;
/** What was read is shown anew after so many milliseconds. */
const REFRESH = 100;
/** So many blocks are kept once they were in view. */
const BLOCKS_MAX = 40;

export interface Reading {
  readonly index: RecordIndex;
  readonly dialect: Dialect;
  readonly summary: Summary;
  /** Bytes of `size` that are indexed. */
  readonly done: number;
  readonly size: number;
  readonly state: 'reading' | 'done' | 'stopped';
}

/** The text of a view as bytes, saved or not; a file that is too large to be a text is read in ranges. */
function useSource(path: string, view: View): { source?: ByteSource; error?: string } {
  const text = useText(path, view);
  const isText = view.kind === 'text';
  const ofText = useMemo(() => (isText ? blobSource(new Blob([text])) : undefined), [isText, text]);
  const [ofFile, setOfFile] = useState<{ source?: ByteSource; error?: string }>({});
  useEffect(() => {
    if (isText) return;
    let gone = false;
    const { fs } = client().oanix;
    const opened = Promise.all([fs.open(path), fs.stat(path)]);
    opened.then(
      ([file, { size }]) => {
        const read = (at: number, count: number): Promise<Uint8Array> => file.readAt(at, count);
        if (!gone) setOfFile({ source: { size, read } });
      },
      (error: unknown) => {
        if (!gone) setOfFile({ error: explain(error) });
      },
    );
    return () => {
      gone = true;
      opened.then(([file]) => file.close()).catch(() => undefined);
    };
  }, [isText, path]);
  return ofText ? { source: ofText } : ofFile;
}

const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (at, count) => new Uint8Array(await blob.slice(at, at + count).arrayBuffer()),
});

const tooLargeForThis =
  'A file of this size is shown as a table only in UTF-8. Convert it first, for instance with iconv.';

/** Reads a file whole, once; `delimiter` is what a person has chosen, else the file tells it. */
export function useReading(path: string, view: View, delimiter: string | undefined) {
  const { source, error: unopened } = useSource(path, view);
  const [reading, setReading] = useState<Reading>();
  const [error, setError] = useState<string>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => {
    if (!source) return;
    const stop = new AbortController();
    running.current = stop;
    let isGone = false;
    const read = async (): Promise<void> => {
      const sample = await source.read(0, SAMPLE);
      if (detectFormat(sample).encoding !== 'utf-8') throw new Error(tooLargeForThis);
      const detected = detectDialect(sample, path, sample.length >= source.size);
      const dialect = delimiter ? { ...detected, delimiter: delimiter.charCodeAt(0) } : detected;
      const index = new RecordIndex(source, dialect);
      let done = 0;
      const show = (state: Reading['state']): void => {
        if (!isGone)
          setReading({ index, dialect, summary: index.summary, done, size: source.size, state });
      };
      let shown = performance.now();
      await index.build(stop.signal, (now) => {
        done = now;
        if (performance.now() - shown < REFRESH) return;
        shown = performance.now();
        show('reading');
      });
      show(stop.signal.aborted ? 'stopped' : 'done');
    };
    setError(undefined);
    read().catch((failure: unknown) => {
      if (!isGone) setError(explain(failure));
    });
    return () => {
      isGone = true;
      stop.abort();
    };
  }, [source, path, delimiter]);
  const stop = useCallback(() => running.current?.abort(), []);
  return { reading, error: unopened ?? error, stop };
}

interface Block {
  readonly records: readonly TableRecord[];
  /** How many rows of it were known when it was read. */
  readonly rows: number;
}

/** Records that were in view; `need` reads those of some ranges of rows that are not there yet, and keeps all of them. */
export function useRecords(index: RecordIndex): {
  need(ranges: readonly (readonly [from: number, to: number])[]): void;
  recordAt(row: number): TableRecord | undefined;
  readonly error: string | undefined;
} {
  const shown = useRef<{ readonly index: RecordIndex; readonly blocks: Map<number, Block> }>(
    undefined,
  );
  // Another index has other records.
  if (shown.current?.index !== index) shown.current = { index, blocks: new Map() };
  const { blocks } = shown.current;
  const [failure, setFailure] = useState<{ readonly index: RecordIndex; readonly words: string }>();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const read = async (block: number, rows: number): Promise<void> => {
    const old = blocks.get(block);
    // What was needed last is kept longest.
    blocks.delete(block);
    blocks.set(block, old?.rows === rows ? old : { records: old?.records ?? [], rows });
    if (old?.rows === rows) return;
    const records = await index.records(block);
    if (blocks.get(block)?.rows === rows) blocks.set(block, { records, rows });
    if (blocks === shown.current?.blocks) redraw();
  };
  return {
    need: (ranges) => {
      const needed = new Set<number>();
      for (const [from, to] of ranges)
        for (let row = from; row < to; row = index.firstRowOf(index.blockOf(row) + 1) || to)
          needed.add(index.blockOf(row));
      for (const block of needed)
        read(block, index.rowsOf(block)).catch((error: unknown) =>
          setFailure({ index, words: explain(error) }),
        );
      const spare = [...blocks.keys()].filter((each) => !needed.has(each));
      for (const each of spare.slice(0, -BLOCKS_MAX)) blocks.delete(each);
    },
    recordAt: (row) => {
      const block = index.blockOf(row);
      return blocks.get(block)?.records[row - index.firstRowOf(block)];
    },
    error: failure?.index === index ? failure.words : undefined,
  };
}
