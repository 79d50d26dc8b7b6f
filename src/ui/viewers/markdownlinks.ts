/** Where the links of a Markdown document lead: into the namespace, to a heading, or outside. */
import { joinPath, parentPath } from '../text.ts';

/** Ids of headings begin with this, so that no document can name an element of the page. */
export const HEADING_PREFIX = 'heading-';

const isOutside = (target: string): boolean => /^([a-z][a-z\d+.-]*:|\/\/)/i.test(target);

/** Where a link in a document leads. */
export type Target =
  | { readonly kind: 'outside'; readonly url: string }
  | { readonly kind: 'inside'; readonly path: string; readonly heading: string };

/** Resolves a link or a picture of the document at `path`. */
export function targetOf(written: string, path: string): Target {
  if (isOutside(written)) return { kind: 'outside', url: written };
  const at = written.indexOf('#');
  const file = decoded(at < 0 ? written : written.slice(0, at));
  const heading = at < 0 ? '' : decoded(written.slice(at + 1));
  if (file === '') return { kind: 'inside', path, heading };
  const names: string[] = [];
  for (const name of (file.startsWith('/') ? file : joinPath(parentPath(path), file)).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return { kind: 'inside', path: `/${names.join('/')}`, heading };
}

/** A name may hold a percent sign that begins no escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
