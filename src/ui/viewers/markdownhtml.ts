/**
 * Markdown to HTML, for one document of the namespace. The HTML makes the browser request nothing: a link into the
 * namespace becomes a fragment of the page's own address, a picture of the namespace carries its path for the viewer
 * to load, and a picture elsewhere becomes a link.
 */
import MarkdownIt from 'markdown-it';
import { joinPath, parentPath } from '../text.ts';

/** Ids of headings begin with this, so that no document can name an element of the page. */
export const HEADING_PREFIX = 'heading-';

const isOutside = (target: string): boolean => /^([a-z][a-z\d+.-]*:|\/\/)/i.test(target);

interface Env {
  readonly path: string;
  readonly headings: Map<string, number>;
}

/** Renders a document at `path`. Raw HTML in it stays text. */
export const markdownHtml = (text: string, path: string): string =>
  markdown.render(text, { path, headings: new Map() } satisfies Env);

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

/** The id of a heading as links name it: lower case, with hyphens for blanks, and without punctuation. */
const slugOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const markdown = new MarkdownIt({ html: false, linkify: false });
const { escapeHtml } = markdown.utils;

/** The environment that `markdownHtml` has passed, which the renderer hands on untyped. */
const envOf = (env: unknown): Env => env as Env;

markdown.renderer.rules.heading_open = (tokens, index, _options, env) => {
  const { headings } = envOf(env);
  const slug = slugOf(tokens[index + 1]?.children?.map(({ content }) => content).join('') ?? '');
  const earlier = headings.get(slug) ?? 0;
  headings.set(slug, earlier + 1);
  const id = `${HEADING_PREFIX}${slug}${earlier === 0 ? '' : `-${earlier}`}`;
  return `<${tokens[index]?.tag} id="${escapeHtml(id)}" tabindex="-1">`;
};

markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index];
  const written = String(token?.attrGet('href') ?? '');
  const target = targetOf(written, envOf(env).path);
  token?.attrSet('data-link', written);
  if (target.kind === 'inside')
    token?.attrSet('href', `#${new URLSearchParams({ path: target.path })}`);
  return self.renderToken(tokens, index, options);
};

markdown.renderer.rules.image = (tokens, index, options, env, self) => {
  const token = tokens[index];
  const written = String(token?.attrGet('src') ?? '');
  const alt = self.renderInlineAsText(token?.children ?? [], options, env);
  if (/^data:/i.test(written)) return `<img src="${escapeHtml(written)}" alt="${escapeHtml(alt)}">`;
  const target = targetOf(written, envOf(env).path);
  if (target.kind === 'inside')
    return `<img data-path="${escapeHtml(target.path)}" alt="${escapeHtml(alt)}">`;
  const link = escapeHtml(target.url);
  return `<a href="${link}" data-link="${link}">${escapeHtml(alt || 'A picture')} (not loaded: it is on another host)</a>`;
};
