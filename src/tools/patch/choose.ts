/** Which file a patch is for: names of its header are tried as GNU's patch does. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { statIf } from '../files.ts';
import type { Host } from '../host.ts';
import type { Section } from './reader.ts';
import { ignoring, isDangerous } from './safety.ts';

export interface Choice {
  readonly name: string;
  /** Undefined where there is no such file. */
  readonly stat: NamespaceStat | undefined;
}

/** Chooses among the names of the header. Undefined where none is of a file that is there or is to be made. */
export async function chooseFile(
  host: Host,
  section: Section,
  isReverse: boolean,
  say: (text: string) => Promise<void>,
): Promise<Choice | undefined> {
  const { git, absent } = section;
  const pair = [section.old?.name ?? git?.old, section.new?.name ?? git?.new];
  const given = section.old || section.new || git ? pair : [section.index?.name];
  const names = new Set(given.filter((name) => name !== undefined));
  const candidates: Choice[] = [];
  for (const name of names) {
    const stat = isDangerous(name) ? undefined : await statIf(host, name, false);
    candidates.push({ name, stat });
  }
  const existing = best(candidates.filter(({ stat }) => stat !== undefined));
  if (existing) return existing;
  const [before, after] = isReverse ? [absent[1], absent[0]] : absent;
  if (before === 0) return after > 0 ? best(candidates) : undefined;
  const missing = new Map<Choice, number>();
  for (const each of candidates)
    if (!isDangerous(each.name)) missing.set(each, await missingFolders(host, each.name));
  if (missing.size === 0) for (const { name } of candidates) await say(ignoring(name));
  const least = Math.min(...missing.values());
  return best([...missing.keys()].filter((each) => missing.get(each) === least));
}

/** The one with the fewest parts, the shortest last part, the shortest name. */
function best(candidates: readonly Choice[]): Choice | undefined {
  const rank = ({ name }: Choice): readonly number[] => {
    const parts = name.split('/').filter((part) => part !== '');
    return [parts.length, parts.at(-1)?.length ?? 0, name.length];
  };
  return candidates.reduce<Choice | undefined>((found, each) => {
    if (!found) return each;
    const [a, b] = [rank(each), rank(found)];
    const at = a.findIndex((value, i) => value !== b[i]);
    return at >= 0 && (a[at] as number) < (b[at] as number) ? each : found;
  }, undefined);
}

/** How many folders must be made for a file. */
async function missingFolders(host: Host, name: string): Promise<number> {
  const parts = name.split('/').slice(0, -1);
  for (let count = parts.length; count > 0; count--)
    if (await statIf(host, parts.slice(0, count).join('/') || '/')) return parts.length - count;
  return parts.length;
}
