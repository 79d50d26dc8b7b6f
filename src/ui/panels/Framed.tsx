/** What another page gets that shows this one in a frame without `?embed`: nothing is started behind it. */
import { ExternalLink } from 'lucide-react';

export function Framed() {
  const { origin, pathname, search, hash } = location;
  return (
    <main className="boot">
      <h1 className="brand">
        OANI<span>X</span>
      </h1>
      <h2>This page does not run inside another page</h2>
      <p>
        Another page could make you click on your own files here. Open OANIX in a tab of its own. To
        show OANIX in a page of yours, add <code>?embed</code> to its address: it then has a
        namespace of its own and keeps nothing.
      </p>
      <div className="buttons">
        <a
          className="button"
          href={`${origin}${pathname}${search}${hash}`}
          target="_blank"
          rel="noopener"
        >
          <ExternalLink size={15} aria-hidden /> Open in a tab
        </a>
      </div>
    </main>
  );
}
