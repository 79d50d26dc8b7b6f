/** What ls(1) knows of one name: how it is shown, its color, and the letter that tells its kind. */
import type { NamespaceStat } from '../kernel/caller.ts';
import type { Kind } from '../kernel/service.ts';
import { modeOf } from './files.ts';
import type { Time } from './lschoices.ts';
import type { LsSettings } from './lsoptions.ts';
import { columnsOf, quoteName } from './lsquote.ts';

export interface LsEntry {
  readonly name: string;
  /** The name in the quoting that is asked for. */
  readonly shown: string;
  readonly isQuoted: boolean;
  readonly columns: number;
  /** Undefined where it is not known, or where a link leads nowhere. */
  readonly stat: NamespaceStat | undefined;
  readonly kind: Kind;
  /** Of a link, where it leads; undefined where it was not read. */
  readonly target: string | undefined;
  readonly targetStat: NamespaceStat | undefined;
  readonly isDirectory: boolean;
}

export function entryOf(
  name: string,
  kind: Kind,
  settings: LsSettings,
  known: {
    stat?: NamespaceStat;
    target?: string | undefined;
    targetStat?: NamespaceStat | undefined;
  },
): LsEntry {
  const { stat, target, targetStat } = known;
  const shown = quoteName(name, settings.quoting, settings.hidesControls);
  const isDirectory = (stat?.kind ?? kind) === 'dir' || targetStat?.kind === 'dir';
  return {
    name,
    shown,
    isQuoted: shown !== name && settings.quoting.startsWith('shell'),
    columns: columnsOf(shown),
    stat,
    kind: stat?.kind ?? kind,
    target,
    targetStat,
    isDirectory,
  };
}

export const timeOf = (stat: NamespaceStat | undefined, time: Time): bigint =>
  stat ? (stat[time] ?? stat.mtime) : 0n;

const EXECUTABLE = 0o111;

/** The letter after a name; empty where none is. */
export function indicatorOf(
  kind: Kind,
  stat: NamespaceStat | undefined,
  { indicator, format }: LsSettings,
  isTarget = false,
): string {
  if (indicator === 'none') return '';
  if (kind === 'dir') return '/';
  if (indicator === 'slash') return '';
  if (kind === 'symlink') return format === 'long' && !isTarget ? '' : '@';
  const isExecutable = stat !== undefined && (modeOf(stat) & EXECUTABLE) !== 0;
  return indicator === 'classify' && isExecutable ? '*' : '';
}

const DEFAULT_COLORS: Readonly<Record<string, string>> = {
  di: '01;34',
  ln: '01;36',
  ex: '01;32',
  tw: '30;42',
  ow: '34;42',
  st: '37;44',
};
const WORLD_WRITABLE = 0o002;

/** The colors of names, from LS_COLORS. */
export class Colors {
  readonly #kinds: Readonly<Record<string, string>>;
  readonly #ends: readonly (readonly [end: string, color: string])[];

  constructor(text: string | undefined) {
    const pairs = (text ?? '').split(':').map((part) => part.split('=', 2) as [string, string?]);
    const given = pairs.filter(([key, value]) => key !== '' && value !== undefined);
    this.#kinds = {
      ...DEFAULT_COLORS,
      ...Object.fromEntries(given.filter(([key]) => !key.startsWith('*'))),
    };
    this.#ends = given
      .filter(([key]) => key.startsWith('*'))
      .map(([key, value]) => [key.slice(1), value as string] as const)
      .reverse();
  }

  /** Undefined where the name has no color. */
  of({ name, kind, stat, target, targetStat }: LsEntry): string | undefined {
    const isOrphan = kind === 'symlink' && target !== undefined && !targetStat;
    const key = isOrphan && this.#isSet('or') ? 'or' : keyOf(kind, stat);
    if (key === 'ln' && this.#kinds['ln'] === 'target' && targetStat)
      return this.of({ name, kind: targetStat.kind, stat: targetStat } as LsEntry);
    const found = this.#isSet(key) ? this.#kinds[key] : undefined;
    if (key !== 'fi') return found;
    const end = this.#ends.find(([text]) => name.toLowerCase().endsWith(text.toLowerCase()));
    return end ? end[1] : found;
  }

  #isSet(key: string): boolean {
    const color = this.#kinds[key];
    return color !== undefined && !/^0{0,2}$/.test(color);
  }
}

function keyOf(kind: Kind, stat: NamespaceStat | undefined): string {
  if (kind === 'symlink') return 'ln';
  const mode = stat ? modeOf(stat) : 0;
  if (kind === 'dir') return mode & WORLD_WRITABLE ? 'ow' : 'di';
  return mode & EXECUTABLE ? 'ex' : 'fi';
}
