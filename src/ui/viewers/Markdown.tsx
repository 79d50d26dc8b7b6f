/** Markdown as it is meant to be read: HTML in it stays text, and links lead into the namespace or to a new tab. */
import MarkdownIt from 'markdown-it';
import { useMemo } from 'react';
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
  const html = useMemo(() => markdown.render(text), [text]);
  const follow = (event: React.MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = link?.getAttribute('href');
    if (!href) return;
    event.preventDefault();
    if (isOutside(href)) window.open(href, '_blank', 'noopener,noreferrer');
    else if (!href.startsWith('#'))
      void attempt('Not opened', async () => open(resolved(href, path)));
  };
  return (
    <section className="prose-scroll" aria-label="Rendered" tabIndex={0}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: links in it are heard here, each a link of its own */}
      <div
        className="prose"
        onClick={follow}
        onKeyDown={() => undefined}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: markdown-it escapes HTML and refuses scripts in links
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </section>
  );
}
