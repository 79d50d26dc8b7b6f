/**
 * Markdown as a rendered document: raw HTML stays text, and the browser requests nothing for it. A worker renders it, and
 * the page draws it in parts, so that no document freezes the page.
 */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { attempt } from '../notices.ts';
import { openOutside } from '../outside.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { useScrollPlace } from '../parts/scrollplace.ts';
import { get, paneOf } from '../store.ts';
import { recordVisit } from '../tabhistory.ts';
import { useText } from './bytes.ts';
import { HEADING_PREFIX, targetOf } from './markdownlinks.ts';
import { useDrawing, useRendering } from './markdownrendering.ts';
import { keepPosition, positionAt } from './positions.ts';
import type { Shown } from './table.ts';

/** The number of parts that are shown at first. Browsers lay out everything in the page, so a person asks for more. */
const SHOWN_PARTS = 60;

/** A heading to scroll to once it is drawn: the link that was followed named it. */
let pending: { readonly path: string; readonly heading: string } | undefined;

export const Show = (shown: Shown) => <Document key={shown.path} {...shown} />;

function Document({ id, path, view }: Shown) {
  const text = useText(path, view);
  const page = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement>(null);
  const key = { pane: id, path, viewer: 'markdown' };
  const [shownParts, setShownParts] = useState(positionAt<number>(key) ?? SHOWN_PARTS);
  const { parts, error, isWorking, cancel, retry } = useRendering(text, path);
  const complete = useDrawing(page, parts, shownParts);
  useScrollPlace(scroller, id, complete && `${path}//markdown`);
  const show = (count: number): void => {
    keepPosition(key, count);
    setShownParts(count);
  };
  const goTo = useRef<GoToHeading>(undefined);
  goTo.current = (heading, before) => {
    const at = partWith(parts ?? [], heading);
    before?.();
    const element = page.current?.querySelector<HTMLElement>(`#${CSS.escape(idOf(heading))}`);
    if (element) return scrollTo(element);
    pending = { path, heading };
    show(Math.max(shownParts, at + 1));
  };
  useLinks(page, id, path, goTo);
  useEffect(() => {
    if (!complete || pending?.path !== path) return;
    const { heading } = pending;
    pending = undefined;
    void attempt('Not opened', async () => goTo.current?.(heading));
  }, [complete, path]);
  /** A button that goes when it is pressed gives the focus to the document. */
  const thenFocus = (work: () => void) => (): void => {
    work();
    scroller.current?.focus({ preventScroll: true });
  };
  const isCut = error === undefined && complete && parts && complete.length < parts.length;
  const showMore = (): void => show(shownParts + SHOWN_PARTS);
  const isLastMore = isCut && complete.length + SHOWN_PARTS >= parts.length;
  return (
    <section ref={scroller} className="prose-scroll" aria-label="Rendered" tabIndex={0}>
      <div ref={page} className="prose" hidden={error !== undefined} />
      {isCut && (
        <p className="prose-more">
          The document is long: {complete.length.toLocaleString('en')} of{' '}
          {parts.length.toLocaleString('en')} parts are shown.{' '}
          <Button label="Show more" onClick={isLastMore ? thenFocus(showMore) : showMore} />
        </p>
      )}
      {isWorking && (
        <div className="prose-progress">
          <span role="status">Rendering…</span>
          <Button label="Cancel" onClick={thenFocus(cancel)} />
        </div>
      )}
      {error !== undefined && (
        <div className="empty" role="alert">
          <p>{error}</p>
          <Button label="Render it again" onClick={thenFocus(retry)} />
        </div>
      )}
    </section>
  );
}

/** Scrolls to a heading, after its part is drawn. `before` runs only where the document has the heading. */
type GoToHeading = (heading: string, before?: () => void) => void;

/** Follows the links of the document. */
function useLinks(
  page: RefObject<HTMLDivElement | null>,
  id: number,
  path: string,
  goTo: RefObject<GoToHeading | undefined>,
): void {
  useEffect(() => {
    const shown = page.current;
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const written = link?.getAttribute('data-link');
      if (written == null || event.button > 1) return;
      event.preventDefault();
      void attempt('Not opened', () => openLink(written, id, path, goTo));
    };
    // The middle button would open an address outside without the question.
    for (const type of ['click', 'auxclick'] as const) shown?.addEventListener(type, follow);
    return () => {
      for (const type of ['click', 'auxclick'] as const) shown?.removeEventListener(type, follow);
    };
  }, [page, id, path, goTo]);
}

async function openLink(
  written: string,
  id: number,
  path: string,
  goTo: RefObject<GoToHeading | undefined>,
): Promise<void> {
  const target = targetOf(written, path);
  if (target.kind === 'outside') return openOutside(target.url);
  if (target.path === path)
    return goTo.current?.(target.heading, () => recordVisit(paneOf(get(), id), id, path));
  pending = target.heading === '' ? undefined : target;
  await open(target.path);
}

const idOf = (heading: string): string => `${HEADING_PREFIX}${heading.toLowerCase()}`;

/** The part that has the heading. Text and attributes have their quotes escaped, so only an id reads so. */
function partWith(parts: readonly string[], heading: string): number {
  const at = parts.findIndex((html) => html.includes(` id="${idOf(heading)}"`));
  if (at < 0) throw new Error(`This document has no heading “${heading}”.`);
  return at;
}

function scrollTo(heading: HTMLElement): void {
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}
