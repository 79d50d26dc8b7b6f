/** Bytes in rows of sixteen, read in pages as they come into view: the size of the file does not matter. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { toast } from '../notices.ts';
import { CommandButton } from '../parts/CommandButton.tsx';
import { useScrollPlace } from '../parts/scrollplace.ts';
import { client } from '../session.ts';
import type { View } from '../store.ts';
import { explain, showSize } from '../text.ts';
import { versionOf } from './bytes.ts';
import { find, parseMask } from './bytesearch.ts';
import { keepPosition, positionAt } from './positions.ts';
import type { Shown } from './table.ts';

const ROW_BYTES = 16;
const PAGE = 64 * 1024;

/** Browsers draw no element taller than about 33 million pixels: rows past this are reached by offset. */
const ROWS_MAX = 1_000_000;

const inHex = (offset: number): string => `0x${offset.toString(16)}`;

/** Another version of the file is looked at anew. */
export const HexView = ({ id, path, view }: Shown) => (
  <div className="editor-stack">
    <div>
      {view.kind === 'bytes' && view.reason !== undefined && (
        <div className="notice" role="note">
          <p>{view.reason}</p>
          <CommandButton id="text.reopen" label="Reopen with another encoding…" />
        </div>
      )}
    </div>
    <Bytes key={versionOf(view)} pane={id} path={path} size={sizeOf(view)} />
  </div>
);

const sizeOf = (view: View): number =>
  view.kind === 'bytes' ? view.size : view.kind === 'text' ? byteLength(view.text) : 0;

function Bytes({ pane, path, size }: { pane: number; path: string; size: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const key = { pane, path, viewer: 'hex' };
  // The file may have become smaller since.
  const [from, setFrom] = useState(() => {
    const was = positionAt<number>(key) ?? 0;
    return was < size ? was : 0;
  });
  /** The byte that was gone to, or found. */
  const [at, setAt] = useState<number>();
  const { pages, need, source, error } = usePages(path);
  const rows = Math.min(ROWS_MAX, Math.ceil((size - from) / ROW_BYTES));
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 20,
  });
  useScrollPlace(scroller, pane, `${path}//hex`);
  const shown = virtual.getVirtualItems();
  useEffect(() => {
    for (const { index } of shown) need(Math.floor((from + index * ROW_BYTES) / PAGE));
  }, [shown, from, need]);
  const goTo = (offset: number): void => {
    if (!Number.isInteger(offset) || offset < 0 || offset >= size)
      return void toast(
        `There is no such offset: the file has ${showSize(size)} (${inHex(size)}).`,
      );
    const row = Math.floor(offset / ROW_BYTES);
    setAt(offset);
    if (row < ROWS_MAX && from === 0) virtual.scrollToIndex(row, { align: 'center' });
    else {
      // Beyond what one scroller can be tall it begins anew there.
      setFrom(row * ROW_BYTES);
      keepPosition(key, row * ROW_BYTES);
      virtual.scrollToOffset(0);
    }
  };
  return (
    <div className="editor-stack">
      <div className="notice hex-tools">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const text = String(new FormData(event.currentTarget).get('offset') ?? '').trim();
            if (text !== '') goTo(Number(text));
          }}
        >
          <label>
            Offset <input name="offset" className="input" placeholder="0x0" spellCheck={false} />
          </label>
          <button type="submit" className="button">
            Go
          </button>
        </form>
        <ByteSearch
          isReady={source !== undefined}
          search={(mask, signal) => find(mask, (at ?? -1) + 1, size, source?.readAt, signal)}
          found={goTo}
        />
        {at !== undefined && (
          <output>
            {inHex(at)} = {at}
          </output>
        )}
        {error !== undefined && <p className="bad">{error}</p>}
      </div>
      <section className="hex" ref={scroller} aria-label="Bytes" tabIndex={0}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {shown.map(({ index, start }) => (
            <HexRow
              key={index}
              offset={from + index * ROW_BYTES}
              start={start}
              pages={pages}
              at={at}
            />
          ))}
        </div>
      </section>
    </div>
  );
}

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

function ByteSearch({
  isReady,
  search,
  found,
}: {
  isReady: boolean;
  search: (mask: readonly (number | undefined)[], signal: AbortSignal) => Promise<number>;
  found: (offset: number) => void;
}) {
  const [running, setRunning] = useState<AbortController>();
  useEffect(() => () => running?.abort(), [running]);
  const begin = async (text: string): Promise<void> => {
    const mask = parseMask(text);
    if (!mask) return void toast('Bytes are written in hexadecimal, ?? for any: 4d ?? 5a');
    const stop = new AbortController();
    setRunning(stop);
    try {
      const offset = await search(mask, stop.signal);
      if (offset >= 0) found(offset);
      else if (!stop.signal.aborted) toast('These bytes are not found after this place.');
    } catch (error) {
      if (!stop.signal.aborted) toast(explain(error), { bad: true });
    } finally {
      setRunning(undefined);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void begin(String(new FormData(event.currentTarget).get('bytes') ?? ''));
      }}
    >
      <label>
        Bytes{' '}
        <input
          name="bytes"
          className="input"
          aria-label="Bytes to find"
          placeholder="4d ?? 5a"
          spellCheck={false}
        />
      </label>
      {running ? (
        <button type="button" className="button" onClick={() => running.abort()}>
          Stop
        </button>
      ) : (
        <button type="submit" className="button" disabled={!isReady}>
          Find next
        </button>
      )}
    </form>
  );
}

function HexRow({
  offset,
  start,
  pages,
  at,
}: {
  offset: number;
  start: number;
  pages: ReadonlyMap<number, Uint8Array>;
  at: number | undefined;
}) {
  const page = pages.get(Math.floor(offset / PAGE));
  const bytes = page?.subarray(offset % PAGE, (offset % PAGE) + ROW_BYTES);
  const hex = bytes ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') : '';
  const text = bytes
    ? [...bytes]
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
        .join('')
    : '';
  const isHere = at !== undefined && at >= offset && at < offset + ROW_BYTES;
  return (
    <div
      className={isHere ? 'hex-row here' : 'hex-row'}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span className="offset">{offset.toString(16).padStart(8, '0')}</span>
      <span>{hex.padEnd(ROW_BYTES * 3 - 1)}</span>
      <span className="text">{text}</span>
    </div>
  );
}

interface Source {
  readAt(at: number, count: number): Promise<Uint8Array>;
}

/** Pages of one open file; `need` fetches one that is missing. */
function usePages(path: string): {
  pages: ReadonlyMap<number, Uint8Array>;
  need: (page: number) => void;
  source: Source | undefined;
  error: string | undefined;
} {
  const [pages, setPages] = useState<ReadonlyMap<number, Uint8Array>>(new Map());
  const [error, setError] = useState<string>();
  const asked = useRef(new Set<number>());
  const [source, setSource] = useState<Source>();
  useEffect(() => {
    asked.current = new Set();
    setPages(new Map());
    const opened = client().oanix.fs.open(path);
    opened.then(
      (file) => setSource({ readAt: (at, count) => file.readAt(at, count) }),
      (failure: unknown) => setError(explain(failure)),
    );
    return () => void opened.then((file) => file.close()).catch(() => undefined);
  }, [path]);
  const need = (page: number): void => {
    if (!source || asked.current.has(page)) return;
    asked.current.add(page);
    source.readAt(page * PAGE, PAGE).then(
      (bytes) => setPages((known) => new Map(known).set(page, bytes)),
      (failure: unknown) => setError(explain(failure)),
    );
  };
  return { pages, need, source, error };
}
