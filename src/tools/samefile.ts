/** Whether cp and mv may replace a file that is the one they read: by a link, under another name, or beside a backup. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { canonical } from './canonical.ts';
import type { CopyRules } from './copyrules.ts';
import { baseName, dirName, isSame, statIf } from './files.ts';
import type { Host } from './host.ts';

export interface Two {
  readonly from: string;
  readonly to: string;
  readonly source: NamespaceStat;
  readonly target: NamespaceStat;
}

/** `done`: nothing is to be copied, and that is right. */
export type Verdict = 'copy' | 'done' | 'same';

/** What tells a directory entry from all others. */
export async function entryKey(host: Host, name: string): Promise<string> {
  const parent = await statIf(host, dirName(name));
  return `${parent?.dev}:${parent?.ino}/${baseName(name)}`;
}

const isOneEntry = async (host: Host, a: string, b: string): Promise<boolean> =>
  (await entryKey(host, a)) === (await entryKey(host, b));

const isLink = ({ kind }: NamespaceStat): boolean => kind === 'symlink';

export async function judge(host: Host, two: Two, rules: CopyRules): Promise<Verdict> {
  const { from, to, source, target } = two;
  const isOne = isSame(source, target);
  if (isOne && rules.way === 'link') return 'done';
  if (rules.follow === 'none') return judgeLinks(host, two, rules);
  if (!isOne) return 'copy';
  const [own, there] = [await statIf(host, from, false), await statIf(host, to, false)];
  if (!own || !there) return 'copy';
  if (isLink(own) && isLink(there) && rules.removesFirst) return 'copy';
  return judgeEntries(host, { ...two, source: own, target: there }, rules);
}

/** Links are copied as links. */
async function judgeLinks(host: Host, two: Two, rules: CopyRules): Promise<Verdict> {
  const { from, to, source, target } = two;
  if (!isLink(source) || !isLink(target)) return judgeEntries(host, two, rules);
  if (await isOneEntry(host, from, to)) return 'same';
  return rules.backup || !isSame(source, target) ? 'copy' : 'done';
}

/** Compares the entries themselves, with no link followed. */
async function judgeEntries(host: Host, two: Two, rules: CopyRules): Promise<Verdict> {
  const { from, to, source, target } = two;
  const isOne = isSame(source, target);
  if (rules.backup) {
    if (isOne) return (await isOneEntry(host, from, to)) ? 'same' : 'copy';
    const wouldDangle =
      !rules.moves && rules.follow !== 'none' && isLink(source) && !isLink(target);
    return wouldDangle ? 'same' : 'copy';
  }
  if (rules.moves || rules.removesFirst) {
    if (isLink(target)) return 'copy';
    if (isOne && target.nlink > 1 && !(await isOneEntry(host, from, to)))
      return rules.moves ? 'same' : 'copy';
  }
  if (!isLink(source) && !isLink(target) && !isOne) return 'copy';
  if (rules.moves && isLink(source) && target.nlink > 1)
    return (await isOneEntry(host, await canonical(host, from, 'none'), to)) ? 'same' : 'copy';
  if (rules.way === 'symlink' && isLink(target)) return 'copy';
  return rules.follow === 'none' ? judgeTargets(host, two, rules) : 'same';
}

async function judgeTargets(host: Host, two: Two, rules: CopyRules): Promise<Verdict> {
  const { from, to, source, target } = two;
  const own = isLink(source) ? await statIf(host, from) : source;
  const there = isLink(target) ? await statIf(host, to) : target;
  if (!own || !there || !isSame(own, there)) return 'copy';
  if (rules.way === 'link') return isLink(target) ? 'copy' : 'done';
  return 'same';
}
