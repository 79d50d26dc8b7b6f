/**
 * Archives: what is read of each is compared with what bsdtar, tar, unzip and 7z make of it, as far as they are installed.
 * Content that a tool calls damaged must not be served.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.mjs';
import { references, unpackedBy } from './unpackers.mjs';

const HANG = 120_000;
/** How well two trees agree, from the best. */
const ranks = ['same', 'same but times', 'same, some refused', 'differs'];

export const name = `Archives, beside ${references.join(', ')}`;
/** Any folder may hold archives. */
export const isSuite = () => true;

/** Yields `{ name, verdict, detail }` for each file. */
export async function* run(dir, only) {
  if (references.length === 0) throw new Error('none of bsdtar, tar, unzip and 7z is installed');
  const reader = new Child(new URL('./archivereader.mjs', import.meta.url));
  for (const file of filesBelow(dir))
    if (!only || file.includes(only))
      yield { name: file, ...verdictOf(file, await reader.ask(file, HANG)) };
  reader.end();
}

function filesBelow(path) {
  if (!fs.statSync(path).isDirectory()) return [path];
  return fs
    .readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** The best that any of the tools agrees with. */
function verdictOf(file, found) {
  if (found.hangs) return { verdict: 'fails: hangs' };
  if (found.crashed) return { verdict: 'fails: crashes', detail: found.crashed };
  const all = references.map((tool) => ({ tool, ...unpackedBy(tool, file) }));
  const able = all.filter(({ entries }) => Object.keys(entries).length > 0);
  if (found.refused) {
    if (able.length === 0) return { verdict: 'both refuse', detail: found.refused };
    return { verdict: 'refused here', detail: `${found.refused} (${able[0].tool} reads it)` };
  }
  const wrong = all.flatMap(({ tool, damaged }) =>
    damaged.filter((name) => found.entries[name]?.content).map((name) => `${tool}: ${name}`),
  );
  const compared = (able.length > 0 ? able : all).map((reference) => compare(found, reference));
  const best = compared.sort((a, b) => a.rank - b.rank)[0];
  // Where another tool has the same content the first one does not know the format well enough.
  if (wrong.length > 0 && best.rank > 2)
    return { verdict: 'fails: damage is served', detail: wrong.join(', ') };
  return best;
}

function compare({ entries, problems }, { tool, entries: expected }) {
  const leftOut = new Set(problems.map(({ name }) => name?.replace(/^(\.?\/)+|\/$/g, '')));
  const refused = [];
  let times = 0;
  const differences = [];
  for (const name of new Set([...Object.keys(entries), ...Object.keys(expected)])) {
    const [own, other] = [entries[name], expected[name]];
    if (own?.refused) refused.push(`${name}: ${own.refused}`);
    else if (!own && leftOut.has(name)) refused.push(`${name} is left out`);
    else if (!own || !other) differences.push(`${name} is ${own ? 'only here' : 'missing here'}`);
    else if (own.kind !== other.kind)
      differences.push(`${name} is a ${own.kind}, not a ${other.kind}`);
    else if (own.kind !== 'dir' && (own.size !== other.size || own.content !== other.content))
      differences.push(`${name} has other content`);
    else if (own.kind === 'file' && own.mtime !== other.mtime) times++;
  }
  for (const { kind, why } of problems) if (kind === 'damaged') refused.push(why);
  const verdict =
    differences.length > 0
      ? 'differs'
      : refused.length > 0
        ? 'same, some refused'
        : times > 0
          ? 'same but times'
          : 'same';
  const detail = [...differences.slice(0, 3), ...refused.slice(0, 2)].join('; ');
  return {
    rank: ranks.indexOf(verdict),
    verdict,
    detail: verdict === 'same' ? '' : `(${tool}) ${detail}`,
  };
}
