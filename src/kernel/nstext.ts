/**
 * A namespace as text (ns(1), namespace(6)): lines of mount, bind and unmount in mount order, with
 * arguments quoted as in rc(1). Replayed on an empty namespace it makes the same one again.
 *
 *   mount [-b|-a][-c][-r] kind at [options]      options is one JSON object
 *   bind  [-b|-a][-c][-r] from at
 *   unmount [what] at
 */
import { fail } from './errors.ts';
import {
  type Member,
  type MountFlags,
  type MountPoint,
  MountTable,
  memberOf,
  type Source,
} from './mounts.ts';
import { formatPath, isWithin, type Path, samePath } from './path.ts';
import type { ServiceSpec } from './service.ts';
import { quoteWord, splitWords } from './words.ts';

export type NsLine =
  | {
      readonly verb: 'mount';
      readonly spec: ServiceSpec;
      readonly at: string;
      readonly flags: MountFlags;
    }
  | {
      readonly verb: 'bind';
      readonly from: string;
      readonly at: string;
      readonly flags: MountFlags;
    }
  | { readonly verb: 'unmount'; readonly what?: string; readonly at: string };

export const formatNs = (table: MountTable): string =>
  linesOf(table)
    .map((line) => `${formatLine(line)}\n`)
    .join('');

/** EINVAL with the number of the line that cannot be read. */
export function parseNs(text: string): NsLine[] {
  const lines: NsLine[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = splitWords(line);
    if (words.length > 0 && !words[0]?.startsWith('#')) lines.push(parseLine(words, index + 1));
  }
  return lines;
}

/**
 * The lines that make `table`. A member that only a bind can express needs a path where its source
 * shows alone; a source that has none at that moment is first mounted aside and at last unmounted.
 */
export function linesOf(table: MountTable): NsLine[] {
  const aside = new Set<Source>();
  for (;;) {
    const writer = new Writer(aside);
    const stuck = writer.writeAll(table);
    if (!stuck) return writer.lines;
    aside.add(stuck);
  }
}

const asidePath = (source: Source): Path => ['.ns', String(source.dev)];

class Writer {
  readonly lines: NsLine[] = [];
  readonly #aside: Set<Source>;
  readonly #mounted = new Set<Source>();
  /** The table as far as the lines have made it. */
  #made = MountTable.empty;

  constructor(aside: Set<Source>) {
    this.#aside = aside;
  }

  /** Returns a source that must be mounted aside for this to work, if there is one. */
  writeAll(table: MountTable): Source | undefined {
    for (const source of this.#aside) this.#mount(memberOf(source), asidePath(source), 'replace');
    for (const point of table.points) {
      const stuck = this.#writePoint(point);
      if (stuck) return stuck;
    }
    for (const source of this.#aside) {
      this.lines.push({ verb: 'unmount', at: formatPath(asidePath(source)) });
    }
    return undefined;
  }

  #writePoint(point: MountPoint): Source | undefined {
    const middle = point.members.findIndex((member) => member.original);
    const before = point.members.slice(0, Math.max(middle, 0)).reverse();
    const after = point.members.slice(middle + 1);
    const original = point.members[middle];
    // What was there must be what is there now; if not, it is bound explicitly.
    if (original && !this.#showsThrough(original, point.at)) {
      const stuck = this.#write({ ...original, original: undefined }, point, 'replace', undefined);
      if (stuck) return stuck;
    }
    for (const member of before) {
      const stuck = this.#write(member, point, 'before', original);
      if (stuck) return stuck;
    }
    for (const [index, member] of after.entries()) {
      const first = middle < 0 && index === 0;
      const stuck = this.#write(member, point, first ? 'replace' : 'after', original);
      if (stuck) return stuck;
    }
    return undefined;
  }

  #write(
    member: Member,
    point: MountPoint,
    order: NonNullable<MountFlags['order']>,
    original: Member | undefined,
  ): Source | undefined {
    if (member.base.length === 0 && !member.from && !this.#mounted.has(member.source)) {
      this.#mount(member, point.at, order, original);
      return undefined;
    }
    const from = this.#shows(member);
    if (!from) return member.source;
    this.lines.push({
      verb: 'bind',
      from,
      at: formatPath(point.at),
      flags: flagsOf(member, order),
    });
    this.#made = this.#made.with(point.at, [member], order, point.kind, original);
    return undefined;
  }

  #mount(
    member: Member,
    at: Path,
    order: NonNullable<MountFlags['order']>,
    original?: Member,
  ): void {
    const { spec } = member.source.service;
    this.lines.push({ verb: 'mount', spec, at: formatPath(at), flags: flagsOf(member, order) });
    this.#mounted.add(member.source);
    this.#made = this.#made.with(at, [member], order, 'dir', original);
  }

  /** Whether the lines so far make `at` show this member without more. */
  #showsThrough({ source, base, ro }: Member, at: Path): boolean {
    const seen = this.#made.lookup(at);
    const only = seen?.point.members.length === 1 ? seen.point.members[0] : undefined;
    return (
      only !== undefined &&
      only.source === source &&
      only.ro === ro &&
      samePath([...only.base, ...(seen?.rest ?? [])], base)
    );
  }

  /** A path where just this part of the source shows, with no less access than it needs. */
  #shows(member: Member): string | undefined {
    for (const point of this.#made.points) {
      const only = point.members[0];
      if (!only || point.members.length > 1 || only.source !== member.source) continue;
      if ((only.ro && !member.ro) || !isWithin(member.base, only.base)) continue;
      const path = [...point.at, ...member.base.slice(only.base.length)];
      const seen = this.#made.lookup(path);
      if (seen && samePath(seen.point.at, point.at)) return formatPath(path);
    }
    return undefined;
  }
}

function flagsOf(member: Member, order: NonNullable<MountFlags['order']>): MountFlags {
  return {
    ...(order === 'replace' ? {} : { order }),
    ...(member.create ? { create: true } : {}),
    ...(member.ro ? { ro: true } : {}),
  };
}

function formatLine(line: NsLine): string {
  if (line.verb === 'unmount') return words('unmount', line.what, line.at);
  const flags = formatFlags(line.flags);
  if (line.verb === 'bind') return words('bind', flags, line.from, line.at);
  const { kind, options } = line.spec;
  const json = options && Object.keys(options).length > 0 ? JSON.stringify(options) : undefined;
  return words('mount', flags, kind, line.at, json);
}

function formatFlags({ order, create, ro }: MountFlags): string | undefined {
  const letters = `${order === 'before' ? 'b' : order === 'after' ? 'a' : ''}${create ? 'c' : ''}${ro ? 'r' : ''}`;
  return letters ? `-${letters}` : undefined;
}

const words = (...all: (string | undefined)[]): string =>
  all
    .filter((word) => word !== undefined)
    .map(quoteWord)
    .join(' ');

function parseLine([verb, ...rest]: string[], number: number): NsLine {
  const bad = (why: string): never => fail('EINVAL', `line ${number}: ${why}`);
  if (verb === 'unmount') {
    if (rest.length === 1) return { verb, at: rest[0] as string };
    if (rest.length === 2) return { verb, what: rest[0] as string, at: rest[1] as string };
    return bad('unmount takes [what] at');
  }
  const flags = rest[0]?.startsWith('-') ? parseFlags(rest.shift() as string) : {};
  if (!flags) return bad('flags are -a, -b, -c and -r');
  const [first, at, options] = rest;
  if (first === undefined || at === undefined) return bad(`${verb} takes two paths`);
  if (verb === 'bind' && rest.length === 2) return { verb, from: first, at, flags };
  if (verb !== 'mount' || rest.length > 3) return bad(`cannot read '${verb}'`);
  if (options === undefined) return { verb, spec: { kind: first }, at, flags };
  const parsed = tryJson(options);
  if (!parsed) return bad('options are one JSON object');
  return { verb, spec: { kind: first, options: parsed }, at, flags };
}

function parseFlags(word: string): MountFlags | undefined {
  const letters = [...word.slice(1)];
  if (letters.some((letter) => !'abcr'.includes(letter))) return undefined;
  if (letters.includes('a') && letters.includes('b')) return undefined;
  return {
    ...(letters.includes('b') ? { order: 'before' as const } : {}),
    ...(letters.includes('a') ? { order: 'after' as const } : {}),
    ...(letters.includes('c') ? { create: true } : {}),
    ...(letters.includes('r') ? { ro: true } : {}),
  };
}

function tryJson(text: string): NonNullable<ServiceSpec['options']> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as NonNullable<ServiceSpec['options']>) : undefined;
  } catch {
    return undefined;
  }
}
