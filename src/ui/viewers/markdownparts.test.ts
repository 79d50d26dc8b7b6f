/** Parts of a document, joined where they were cut, are the whole rendering; and each part is bounded and well-formed. */
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { partsOf } from './markdownparts.ts';

const markdown = new MarkdownIt();

const render = (tokens: ReturnType<typeof markdown.parse>): string =>
  markdown.renderer.render(tokens, markdown.options, {});

const partsIn = (text: string): string[] => partsOf(markdown.parse(text, {})).map(render);

/** Removes the tags that close an element where a part ends and open it again where the next part begins. */
function joined(parts: readonly string[]): string {
  let html = parts.join('');
  for (;;) {
    const next = html
      .replaceAll(/<\/code><\/pre>\s*<pre(><code)? class="continued[^>]*>(?:<code>)?/g, '')
      .replaceAll(/<\/([a-z\d]+)>\s*<\1(?: [^>]*)?[ "]continued"[^>]*>/g, '');
    if (next === html) return html;
    html = next;
  }
}

/** The elements that a part opens and does not close, or closes and has not opened. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, tag = ''] of html.matchAll(/<(\/?)([a-z\d]+)[^>]*>/g)) {
    if (/^(img|br|hr)$/.test(tag)) continue;
    if (slash === '') open.push(tag);
    else if (open.pop() !== tag) return [`</${tag}>`];
  }
  return open;
}

const withoutLines = (html: string): string => html.replaceAll('\n', '');

/** Without a difference to print, which would be as long as the document. */
const isWhole = (parts: readonly string[], text: string): boolean =>
  withoutLines(joined(parts)) === withoutLines(render(markdown.parse(text, {})));

const blocks: readonly ((count: number) => string)[] = [
  (count) => '# A *heading*\n\n'.repeat(count),
  (count) => 'A paragraph.\n\n'.repeat(count),
  (count) => `${'*words* and `code` '.repeat(count)}\n\n`,
  (count) => `**${'words [link](b.md "title") '.repeat(count)}**\n\n`,
  (count) => `[${'😀'.repeat(10 * count)}](b.md)\n\n`,
  (count) => '- an item\n'.repeat(count),
  (count) => `${'7. an item\n\n   > with a quote\n\n'.repeat(count)}`,
  (count) => `- outer\n${'  - inner **item**\n'.repeat(count)}\n`,
  (count) => `> > ${'word '.repeat(count)}\n\n`,
  (count) => `|a|b|\n|:-|-|\n${'|1|2|\n'.repeat(count)}\n`,
  (count) => `\`\`\`\n${'x < y\n'.repeat(count)}\`\`\`\n\n`,
  (count) => `    ${'indented '.repeat(count)}\n\n`,
  (count) => `\`${'long code '.repeat(count)}\`\n\n`,
  (count) => '---\n\n'.repeat(count),
  (count) => `[b]: /${'u'.repeat(400)}\n\n${'[b] '.repeat(count)}\n\n`,
  (count) => `[b]: /${'u'.repeat(400)}\n\n${'![b] '.repeat(count)}\n\n`,
];

test('the parts of any document, joined, are the whole rendering', () => {
  const block = fc
    .tuple(fc.constantFrom(...blocks), fc.integer({ min: 1, max: 1_500 }))
    .map(([make, count]) => make(count));
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (made) => {
      const text = made.join('');
      const parts = partsIn(text);
      expect(isWhole(parts, text)).toBe(true);
      for (const part of parts) {
        expect(unbalanced(part)).toEqual([]);
        expect(part.isWellFormed()).toBe(true);
        expect(part.length).toBeLessThan(200_000);
      }
    }),
    { numRuns: 20 },
  );
});

test.each(blocks.map((make) => [make(1).slice(0, 24), make(8_000)] as const))(
  'a long document comes in several parts: %j …',
  (_, text) => {
    const parts = partsIn(text);
    expect(parts.length).toBeGreaterThan(1);
    expect(isWhole(parts, text)).toBe(true);
  },
);

test('a short document is one part, and an empty one too', () => {
  expect(partsIn('# Title\n\n- a\n- b\n')).toEqual([
    '<h1>Title</h1>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n',
  ]);
  expect(partsIn('')).toEqual(['']);
});

test('a numbered list goes on in the next part at the number that it has come to', () => {
  let items = 0;
  for (const part of partsIn('1. a\n'.repeat(20_000))) {
    const start = Number(/<ol[^>]* start="(\d+)"/.exec(part)?.[1] ?? 1);
    expect(start).toBe(items + (part.includes('<li class="continued">') ? 0 : 1));
    items += part.split('<li>').length - 1;
  }
  expect(items).toBe(20_000);
});

test('a link goes on in each part with its address, unless the address is very long', () => {
  const linked = (address: string): string[] => partsIn(`[${'x'.repeat(90_000)}](${address})`);
  for (const part of linked('b.md')) expect(part).toContain('href="b.md"');
  const [first, ...others] = linked('b'.repeat(100_000));
  expect(first).toContain('href="bbb');
  for (const part of others) expect(part.length).toBeLessThan(40_000);
});
