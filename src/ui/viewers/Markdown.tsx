/** Markdown as it is meant to be read: HTML in it stays text, and links lead into the namespace or to a new tab. */
import MarkdownIt from 'markdown-it';
import { useEffect, useMemo, useRef } from 'react';
import { attempt } from '../notices.ts';
import { open } from '../panes.ts';
import { joinPath, parentPath } from '../text.ts';
import { useText } from './bytes.ts';
import type { Shown } from './table.ts';

const markdown = new MarkdownIt({ html: false, linkify: false });

const isOutside = (href: string): boolean => /^[a-z][a-z\d+.-]*:/i.test(href);

/** A path as it is written in a document at `path`. */
function resolved(href: string, path: string): string {
  const written = decodeURIComponent(href.split('#')[0] ?? '');
  const names: string[] = [];
  const full = written.startsWith('/') ? written : joinPath(parentPath(path), written);
  for (const name of full.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

export function Show({ path, view }: Shown) {
  const text = useText(path, view);
  const html = useMemo(() => ({ __html: markdown.render(text) }), [text]);
  const page = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const follow = (event: Event): void => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const href = link?.getAttribute('href');
      if (!href) return;
      event.preventDefault();
      void attempt('Not opened', () => openLink(href, path));
    };
    const shown = page.current;
    shown?.addEventListener('click', follow);
    return () => shown?.removeEventListener('click', follow);
  }, [path]);
  return (
    <section className="prose-scroll" aria-label="Rendered" tabIndex={0}>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: markdown-it has escaped every HTML and refused scripts in links; nothing else makes this text */}
      <div ref={page} className="prose" dangerouslySetInnerHTML={html} />
    </section>
  );
}

async function openLink(href: string, path: string): Promise<void> {
  if (href.startsWith('#')) return;
  if (!isOutside(href)) return open(resolved(href, path));
  if (!/^https?:/i.test(href)) throw new Error('Only addresses of the web are opened from here.');
  window.open(href, '_blank', 'noopener,noreferrer');
}
