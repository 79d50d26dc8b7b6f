/**
 * Markdown to HTML, for one document of the namespace. The HTML makes the browser request nothing: a link into the
 * namespace becomes a fragment of the page's own address, a picture of the namespace carries its path for the viewer
 * to load, and a picture elsewhere becomes a link.
 */
import MarkdownIt, { type Token } from 'markdown-it';
import { HEADING_PREFIX, targetOf } from './markdownlinks.ts';
import { partsOf } from './markdownparts.ts';

type Env = {
  readonly path: string;
  readonly headings: Map<string, number>;
};

/** Characters of HTML. A short document can name one long address so often that it fills the memory. */
const HTML_MAX = 64_000_000;

/**
 * Renders the document at `path` as HTML in parts, which follow one another. Raw HTML in it stays text. Throws where the
 * HTML becomes too long.
 */
export function markdownParts(text: string, path: string): string[] {
  const env: Env = { path, headings: new Map() };
  let length = 0;
  return partsOf(markdown.parse(text, env)).map((tokens) => {
    const html = markdown.renderer.render(tokens, markdown.options, env);
    length += html.length;
    if (length > HTML_MAX)
      throw new Error(
        `it becomes more than ${HTML_MAX.toLocaleString('en')} characters of HTML. Look at it as text.`,
      );
    return html;
  });
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

/** The environment that `markdownParts` has passed, which the renderer hands on untyped. */
const envOf = (env: unknown): Env => env as Env;

markdown.core.ruler.push('heading ids', ({ tokens, env }) => {
  const { headings } = envOf(env);
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const words = tokens[index + 1]?.children?.map(({ content }) => content).join('') ?? '';
    const slug = slugOf(words);
    const earlier = headings.get(slug) ?? 0;
    headings.set(slug, earlier + 1);
    token.attrSet('id', `${HEADING_PREFIX}${slug}${earlier === 0 ? '' : `-${earlier}`}`);
    token.attrSet('tabindex', '-1');
  }
});

/** The depth to which inline elements nest. Each part of a document repeats the elements that are open. */
const DEEPEST = 100;

markdown.core.ruler.push('depth', ({ tokens }) => {
  for (const token of tokens) if (token.children) token.children = bounded(token.children);
});

/** The tokens without the elements that are nested too deeply; their words stay. */
function bounded(tokens: Token[]): Token[] {
  let depth = 0;
  return tokens.filter(({ nesting }) => {
    if (nesting === -1) depth--;
    const isKept = nesting === 0 || depth < DEEPEST;
    if (nesting === 1) depth++;
    return isKept;
  });
}

markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index];
  const href = token?.attrGet('href');
  // A link that is continued in another part has no address where the address is very long.
  if (token && href != null) {
    const written = String(href);
    const target = targetOf(written, envOf(env).path);
    token.attrSet('data-link', written);
    if (target.kind === 'inside')
      token.attrSet('href', `#${new URLSearchParams({ path: target.path })}`);
  }
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
