/** Bytes in rows of sixteen, read in pages as they come into view: the size of the file does not matter. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { client } from '../session.ts';
import { explain } from '../text.ts';

const ROW_BYTES = 16;
const PAGE = 64 * 1024;

/** Browsers draw no element taller than about 33 million pixels: rows past this are reached by offset. */
const ROWS_MAX = 1_000_000;

export function HexView({ path, size }: { path: string; size: number }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [from, setFrom] = useState(0);
  const { pages, need, error } = usePages(path);
  const rows = Math.min(ROWS_MAX, Math.ceil((size - from) / ROW_BYTES));
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => 22,
    overscan: 20,
  });
  const shown = virtual.getVirtualItems();
  useEffect(() => {
    for (const { index } of shown) need(Math.floor((from + index * ROW_BYTES) / PAGE));
  }, [shown, from, need]);
  const goTo = (text: string): void => {
    const offset = Number(text.trim());
    if (!Number.isInteger(offset) || offset < 0 || offset >= size) return;
    const row = Math.floor(offset / ROW_BYTES);
    if (row < rows && from === 0) virtual.scrollToIndex(row, { align: 'start' });
    else setFrom(row * ROW_BYTES);
  };
  return (
    <div className="editor-stack">
      <form
        className="notice"
        onSubmit={(event) => {
          event.preventDefault();
          goTo(String(new FormData(event.currentTarget).get('offset') ?? ''));
        }}
      >
        <p>{error ?? 'These bytes are not text.'}</p>
        <label>
          Offset{' '}
          <input
            name="offset"
            className="input"
            style={{ width: 120 }}
            placeholder="0x0"
            spellCheck={false}
          />
        </label>
        <button type="submit" className="button">
          Go
        </button>
      </form>
      <section className="hex" ref={scroller} aria-label="Bytes" tabIndex={0}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {shown.map(({ index, start }) => (
            <HexRow key={index} offset={from + index * ROW_BYTES} start={start} pages={pages} />
          ))}
        </div>
      </section>
    </div>
  );
}

function HexRow({
  offset,
  start,
  pages,
}: {
  offset: number;
  start: number;
  pages: ReadonlyMap<number, Uint8Array>;
}) {
  const page = pages.get(Math.floor(offset / PAGE));
  const bytes = page?.subarray(offset % PAGE, (offset % PAGE) + ROW_BYTES);
  const hex = bytes ? [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') : '';
  const text = bytes
    ? [...bytes]
        .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'))
        .join('')
    : '';
  return (
    <div className="hex-row" style={{ transform: `translateY(${start}px)` }}>
      <span className="offset">{offset.toString(16).padStart(8, '0')}</span>
      <span>{hex.padEnd(ROW_BYTES * 3 - 1)}</span>
      <span className="text">{text}</span>
    </div>
  );
}

/** Pages of one open file; `need` fetches one that is missing. */
function usePages(path: string): {
  pages: ReadonlyMap<number, Uint8Array>;
  need: (page: number) => void;
  error: string | undefined;
} {
  const [pages, setPages] = useState<ReadonlyMap<number, Uint8Array>>(new Map());
  const [error, setError] = useState<string>();
  const asked = useRef(new Set<number>());
  const [source, setSource] = useState<{ read(page: number): Promise<Uint8Array> }>();
  useEffect(() => {
    asked.current = new Set();
    setPages(new Map());
    const opened = client().oanix.fs.open(path);
    opened.then(
      (file) => setSource({ read: (page) => file.readAt(page * PAGE, PAGE) }),
      (failure: unknown) => setError(explain(failure)),
    );
    return () => void opened.then((file) => file.close()).catch(() => undefined);
  }, [path]);
  const need = (page: number): void => {
    if (!source || asked.current.has(page)) return;
    asked.current.add(page);
    source.read(page).then(
      (bytes) => setPages((known) => new Map(known).set(page, bytes)),
      (failure: unknown) => setError(explain(failure)),
    );
  };
  return { pages, need, error };
}
