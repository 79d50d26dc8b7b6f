/** What a Markdown document of the namespace becomes: nothing in it makes the browser ask a host for a name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownParts } from './markdownhtml.ts';
import { targetOf } from './markdownlinks.ts';

const html = (text: string): string => markdownParts(text, '/home/docs/a.md').join('');

test.each([
  ['![cat](img/small.png)', '/home/docs/img/small.png'],
  ['![cat](/home/v/secret.png)', '/home/v/secret.png'],
  ['![cat](../100%25%20sure.png)', '/home/100% sure.png'],
  ['![cat][ref]\n\n[ref]: ./x.svg', '/home/docs/x.svg'],
])('the picture %s carries its path and no address', (text, path) => {
  expect(html(text)).toContain(`<img data-path="${path}" alt="cat">`);
  expect(html(text)).not.toContain('src=');
});

test.each(['https://host.example/a.png', '//host.example/a.png', 'http://host.example/a.png'])(
  'a picture on another host is a link: %s',
  (url) => {
    expect(html(`![cat](${url})`)).toContain('cat (not loaded: it is on another host)');
    expect(html(`![cat](${url})`)).not.toMatch(/<img|src=/);
  },
);

test('a picture within the document is shown', () => {
  expect(html('![dot](data:image/png;base64,AAAA)')).toContain('src="data:image/png;base64,AAAA"');
});

test('a link into the namespace is a fragment of the page, so that no browser sends its path', () => {
  expect(html('[x](img/secret%20name.md)')).toContain(
    'href="#path=%2Fhome%2Fdocs%2Fimg%2Fsecret+name.md"',
  );
  expect(html('[x](https://host.example/)')).toContain('href="https://host.example/"');
});

test('headings have ids that links name, equal ones are numbered, and none names an element of the page', () => {
  const shown = html('# The *Second* part!\n\n# Ähnlich\n\n# Ähnlich\n\n# root\n');
  expect(shown).toContain('id="heading-the-second-part"');
  expect(shown).toContain('id="heading-ähnlich"');
  expect(shown).toContain('id="heading-ähnlich-1"');
  expect(shown).toContain('id="heading-root"');
});

test('a link to a heading stays in the document or opens another one at it', () => {
  const inside = (path: string, heading: string) => ({ kind: 'inside', path, heading });
  expect(targetOf('#part', '/home/a.md')).toEqual(inside('/home/a.md', 'part'));
  expect(targetOf('b.md#part', '/home/a.md')).toEqual(inside('/home/b.md', 'part'));
  expect(targetOf('100%.md', '/home/a.md')).toEqual(inside('/home/100%.md', ''));
});

test('no document makes the browser request anything', () => {
  const piece = fc.constantFrom(
    '![',
    '](',
    ')',
    '[',
    ']',
    ' ',
    '\n',
    '"',
    "'",
    '<img src=x>',
    '<a href=x>',
    'a.png',
    '/b',
    '//c',
    'https:',
    'data:',
    '#',
    '\\',
    '`',
    '&quot;',
    '&#34;',
    'onerror=alert(1)',
    'javascript:',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const shown = html(pieces.join(''));
      for (const [tag] of shown.matchAll(
        /<(?:img|link|script|iframe|object|video|audio|source|style)\b[^>]*>/g,
      ))
        expect(tag).toMatch(/^<img (data-path="[^"]*"|src="data:[^"]*") alt="[^"]*">$/);
      for (const [, href] of shown.matchAll(/<a href="([^"]*)"/g))
        expect(href).toMatch(/^(#path=|https?:|\/\/|[a-z][a-z\d+.-]*:)/i);
    }),
    { numRuns: 3_000 },
  );
});

test('emphasis that is nested without end keeps its words, and its elements to a depth', () => {
  const shown = html(`${'*a '.repeat(50_000)}${'b* '.repeat(50_000)}`);
  let depth = 0;
  let deepest = 0;
  for (const [tag] of shown.matchAll(/<\/?em[^>]*>/g)) {
    depth += tag.startsWith('</') ? -1 : 1;
    deepest = Math.max(deepest, depth);
  }
  expect(deepest).toBe(100);
  expect(depth).toBe(0);
  expect(shown.replace(/<[^>]*>|\s/g, '')).toBe(`${'a'.repeat(50_000)}${'b'.repeat(50_000)}`);
});

test('quotes and lists that are nested without end are rendered to a depth', () => {
  expect(html(`${'> '.repeat(100_000)}a`).split('<blockquote>').length).toBeLessThan(120);
  expect(html(`${'- '.repeat(100_000)}a`).split('<ul>').length).toBeLessThan(120);
});

test('the headings of a long document have different ids in all its parts', () => {
  const shown = markdownParts('# h\n\n'.repeat(5_000), '/home/docs/a.md').join('');
  const ids = [...shown.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(5_000);
  expect(ids.at(-1)).toBe('heading-h-4999');
});

test('a link that goes on in another part without its very long address is no link to the document', () => {
  const parts = markdownParts(`[${'x'.repeat(90_000)}](${'b'.repeat(5_000)})`, '/home/docs/a.md');
  expect(parts.length).toBeGreaterThan(1);
  expect(parts[0]).toContain('data-link="bbb');
  for (const part of parts) expect(part).not.toContain('data-link=""');
});

test('one long address that is named often makes neither a large part nor endless HTML', () => {
  const named = (count: number): string =>
    `[b]: /${'u'.repeat(5_000)}\n\n${'[b]\n\n'.repeat(count)}`;
  const parts = markdownParts(named(3_000), '/home/docs/a.md');
  for (const part of parts) expect(part.length).toBeLessThan(100_000);
  expect(() => markdownParts(named(10_000), '/home/docs/a.md')).toThrow(
    'it becomes more than 64,000,000 characters of HTML. Look at it as text.',
  );
});
