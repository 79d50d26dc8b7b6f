/** Markdown as a rendered document: raw HTML stays text, and the browser requests nothing for it. */
import { useEffect, useMemo, useRef } from 'react';
import { mediaTypeOf } from '../media.ts';
import { attempt } from '../notices.ts';
import { openOutside } from '../outside.ts';
import { open } from '../panes.ts';
import { useScrollPlace } from '../parts/scrollplace.ts';
import { get, paneOf } from '../store.ts';
import { recordVisit } from '../tabhistory.ts';
import { explain } from '../text.ts';
import { readBounded, useText } from './bytes.ts';
import { HEADING_PREFIX, markdownHtml, targetOf } from './markdownhtml.ts';
import type { Shown } from './table.ts';

/** A heading to scroll to once its document is shown: the link that was followed named it. */
let pending: { readonly path: string; readonly heading: string } | undefined;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view);
  const html = useMemo(() => ({ __html: markdownHtml(text, path) }), [text, path]);
  const page = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLElement>(null);
  useScrollPlace(scroller, id, `${path}//markdown`);
  useEffect(() => {
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const written = link?.getAttribute('data-link');
      if (!page.current || written == null || event.button > 1) return;
      event.preventDefault();
      const shown = page.current;
      void attempt('Not opened', () => openLink(written, id, path, shown));
    };
    const shown = page.current;
    // The middle button would open an address outside without the question.
    for (const type of ['click', 'auxclick'] as const) shown?.addEventListener(type, follow);
    return () => {
      for (const type of ['click', 'auxclick'] as const) shown?.removeEventListener(type, follow);
    };
  }, [id, path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pictures are elements of this HTML
  useEffect(() => (page.current ? loadPictures(page.current) : undefined), [html]);
  useEffect(() => {
    if (pending?.path !== path || !page.current) return;
    const { heading } = pending;
    const shown = page.current;
    pending = undefined;
    void attempt('Not opened', async () => scrollTo(headingIn(shown, heading)));
  }, [path]);
  return (
    <section ref={scroller} className="prose-scroll" aria-label="Rendered" tabIndex={0}>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: markdown-it has escaped every HTML and refused scripts in links; nothing else makes this text */}
      <div ref={page} className="prose" dangerouslySetInnerHTML={html} />
    </section>
  );
}

async function openLink(
  written: string,
  id: number,
  path: string,
  shown: HTMLElement,
): Promise<void> {
  const target = targetOf(written, path);
  if (target.kind === 'outside') return openOutside(target.url);
  if (target.path === path) {
    const heading = headingIn(shown, target.heading);
    recordVisit(paneOf(get(), id), id, path);
    return scrollTo(heading);
  }
  pending = target.heading === '' ? undefined : target;
  await open(target.path);
}

function headingIn(shown: HTMLElement, heading: string): HTMLElement {
  const id = `${HEADING_PREFIX}${heading.toLowerCase()}`;
  const found = shown.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
  if (!found) throw new Error(`This document has no heading “${heading}”.`);
  return found;
}

function scrollTo(heading: HTMLElement): void {
  heading.scrollIntoView();
  heading.focus({ preventScroll: true });
}

/** Shows each picture of the namespace from its bytes; one that cannot be read says why in its place. Returns the undoing. */
function loadPictures(shown: HTMLElement): () => void {
  const urls: string[] = [];
  let isGone = false;
  for (const picture of shown.querySelectorAll<HTMLImageElement>('img[data-path]')) {
    const path = picture.dataset['path'] ?? '';
    const type = mediaTypeOf(path) ?? 'application/octet-stream';
    readBounded(path).then(
      (bytes) => {
        if (isGone) return;
        const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
        urls.push(url);
        picture.src = url;
      },
      (error: unknown) => {
        if (isGone) return;
        const told = document.createElement('em');
        told.textContent = `${picture.alt || 'A picture'} (${path}: ${explain(error)})`;
        picture.replaceWith(told);
      },
    );
  }
  return () => {
    isGone = true;
    for (const url of urls) URL.revokeObjectURL(url);
  };
}
