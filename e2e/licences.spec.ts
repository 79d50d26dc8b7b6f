/** The licences that the built page must come with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './oanix.ts';

/** The packages whose code or files are in the build, by the source maps of its scripts. */
function bundledPackages(folder: string): readonly string[] {
  const maps = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    name.endsWith('.map'),
  );
  const sources = maps.flatMap(
    (name) =>
      (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { sources: string[] }).sources,
  );
  const names = sources.map((source) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test('licences.txt names every package that the page is built from, with the text of its licence @chromium', async ({
  page,
}) => {
  const response = await page.request.get('licences.txt');
  expect(response.status()).toBe(200);
  const entries = (await response.text()).split(`\n\n${'-'.repeat(80)}\n\n`);
  const texts = new Map(
    entries.map((entry) => {
      const [title = '', ...text] = entry.split('\n');
      return [title.replace(/ [^ ]+ \(.*\)$/, ''), text.join('\n').trim()];
    }),
  );
  const bundled = bundledPackages('dist');
  // Fonts and wasm files have no source maps; their packages are bundled all the same.
  const files = ['@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'];
  expect(bundled).toEqual(
    expect.arrayContaining(['react', 'just-bash', 'nostr-tools', '@noble/curves']),
  );
  for (const name of ['OANIX', 'jq', 'Oniguruma', 'libbzip2', 'liblzma', ...bundled, ...files])
    expect(texts.get(name) ?? '', name).toMatch(/copyright|public domain|permission/i);
});
