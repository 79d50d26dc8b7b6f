/** The orders of ls(1). Names break ties, and compare by their bytes. */
import { bytesOf } from '../kernel/rawtext.ts';
import type { Sort } from './lschoices.ts';
import type { LsEntry } from './lsentry.ts';
import { timeOf } from './lsentry.ts';
import type { LsSettings } from './lsoptions.ts';
import { compareBytes } from './sortkey.ts';
import { compareVersions } from './version.ts';

type Compare = (a: LsEntry, b: LsEntry, settings: LsSettings) => number;

export const compareTexts = (a: string, b: string): number => {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  return compareBytes(one, 0, one.length, other, 0, other.length);
};

const byName = (a: LsEntry, b: LsEntry): number => compareTexts(a.name, b.name);

const extensionOf = (name: string): string => {
  const at = name.lastIndexOf('.');
  return at < 0 ? '' : name.slice(at);
};

const big = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const orders: Readonly<Record<Exclude<Sort, 'none'>, Compare>> = {
  name: byName,
  time: (a, b, { time }) => big(timeOf(b.stat, time), timeOf(a.stat, time)),
  size: (a, b) => (b.stat?.size ?? 0) - (a.stat?.size ?? 0),
  extension: (a, b) => compareTexts(extensionOf(a.name), extensionOf(b.name)),
  version: (a, b) => {
    const [one, other] = [bytesOf(a.name), bytesOf(b.name)];
    return compareVersions(one, 0, one.length, other, 0, other.length);
  },
  width: (a, b) => a.columns - b.columns,
};

export function sortEntries(entries: LsEntry[], settings: LsSettings): LsEntry[] {
  const { sort } = settings;
  if (sort !== 'none') {
    const sign = settings.has('reverse') ? -1 : 1;
    entries.sort((a, b) => sign * (orders[sort](a, b, settings) || byName(a, b)));
  }
  if (!settings.has('group-directories-first') || sort === 'none') return entries;
  return [
    ...entries.filter((each) => each.isDirectory),
    ...entries.filter((each) => !each.isDirectory),
  ];
}
