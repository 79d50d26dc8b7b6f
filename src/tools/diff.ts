/** diff(1) of two files or directories. */

import { concat } from '../kernel/bytes.ts';
import type { NamespaceStat } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { compareLines, isBlankChange, type Lines, linesOf } from './difflines.ts';
import { type DiffSettings, diffSettings } from './diffoptions.ts';
import { type Layout, printChanges } from './diffprint.ts';
import { baseName, isSame, join, kindOf, list, stat } from './files.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { compareTexts } from './lssort.ts';
import { misuse } from './options.ts';
import { escapes, octal, shellWord } from './quote.ts';
import { Output, reasonOf, warn } from './stdio.ts';
import { strftime } from './strftime.ts';
import { divide, zoneOf } from './zone.ts';

const [EQUAL, DIFFERENT, TROUBLE] = [0, 1, 2];
/** A file with a NUL among its first bytes is not text. */
const PROBE = 4096;
const BLOCK = 1 << 20;

export const diff: Tool = async (host) => {
  try {
    const { settings, operands } = diffSettings(host);
    const [a, b, extra] = operands;
    if (a === undefined || b === undefined)
      misuse(host.name, `missing operand after '${a ?? host.args.at(-1) ?? host.name}'`, TROUBLE);
    if (extra !== undefined) misuse(host.name, `extra operand '${extra}'`, TROUBLE);
    const differ = new Differ(host, settings);
    const status = await differ.pair(a, b, undefined);
    await differ.flush();
    return status;
  } catch (error) {
    // Each line of diff's messages begins with its name.
    if (error instanceof ToolError)
      throw new ToolError(error.message.replace("\nTry '", `\n${host.name}: Try '`), error.status);
    throw error;
  }
};

/** One of two files; without a stat where it is missing and counts as empty. */
interface Side {
  readonly name: string;
  readonly stat: NamespaceStat | undefined;
}

/** Two directories that are compared, within those that contain them. */
interface Pair {
  readonly a: Side;
  readonly b: Side;
  readonly outer: Pair | undefined;
}

class Differ {
  readonly #host: Host;
  readonly #settings: DiffSettings;
  readonly #out: Output;

  constructor(host: Host, settings: DiffSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#out = new Output(host.stdout);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** Compares two files or directories; the status. */
  async pair(nameA: string, nameB: string, outer: Pair | undefined): Promise<number> {
    const isTop = outer === undefined;
    let [a, b] = [await this.#side(nameA), await this.#side(nameB)];
    const isNew = this.#settings.has('new-file');
    for (const each of [a, b])
      if (each.error !== undefined && !(isNew && each.isMissing)) await this.#fail(each.error);
    const isWrong = [a, b].some((each) => each.error !== undefined && !(isNew && each.isMissing));
    if (isWrong) return TROUBLE;
    if (!a.stat && !b.stat) {
      await this.#fail(a.error as string);
      await this.#fail(b.error as string);
      return TROUBLE;
    }
    if (isTop && isFolder(a) !== isFolder(b) && a.stat && b.stat) {
      if (a.name === '-' || b.name === '-') {
        await this.#fail("cannot compare '-' to a directory");
        return TROUBLE;
      }
      if (isFolder(a)) a = await this.#side(join(a.name, baseName(b.name)));
      else b = await this.#side(join(b.name, baseName(a.name)));
      for (const each of [a, b]) if (each.error !== undefined) await this.#fail(each.error);
      if (a.error !== undefined || b.error !== undefined) return TROUBLE;
    }
    if (isFolder(a) && isSameSide(a, b)) return EQUAL;
    if (isFolder(a) || isFolder(b)) return this.#folders({ a, b, outer });
    return this.#files(a, b, isTop);
  }

  async #side(name: string): Promise<Side & { error?: string; isMissing?: boolean }> {
    if (name === '-') return { name, stat: await this.#inputStat() };
    try {
      return { name, stat: await stat(this.#host, name) };
    } catch (error) {
      const isMissing = hasCode(error, 'ENOENT');
      return { name, stat: undefined, error: `${name}: ${reasonOf(error)}`, isMissing };
    }
  }

  async #inputStat(): Promise<NamespaceStat> {
    const mtime = BigInt(Date.now()) * 1_000_000n;
    return { kind: 'file', size: 0, mtime, version: '', dev: -1, ino: 0n, nlink: 1 };
  }

  async #fail(message: string): Promise<void> {
    await this.#out.flush();
    await warn(this.#host, message);
  }

  async #folders(both: Pair): Promise<number> {
    const { a, b, outer } = both;
    const isTop = outer === undefined;
    const kinds = [a, b].map((each) => each.stat && kindOf(each.stat));
    if (a.stat && b.stat && isFolder(a) !== isFolder(b)) {
      this.#out.text(`File ${a.name} is a ${kinds[0]} while file ${b.name} is a ${kinds[1]}\n`);
      return DIFFERENT;
    }
    if (!isTop && !this.#settings.has('recursive')) {
      this.#out.text(`Common subdirectories: ${a.name} and ${b.name}\n`);
      return EQUAL;
    }
    if (isLoop(both, 'a') && isLoop(both, 'b')) {
      await this.#fail(`${(a.stat ? a : b).name}: recursive directory loop`);
      return TROUBLE;
    }
    const [left, right] = [await this.#names(a), await this.#names(b)];
    if (!left || !right) return TROUBLE;
    const names = [...new Set([...left, ...right])].sort(compareTexts);
    let status = EQUAL;
    for (const name of names) {
      await this.#host.checkpoint();
      const isOnlyIn = left.has(name) ? (right.has(name) ? undefined : a) : b;
      const found =
        isOnlyIn && !this.#settings.has('new-file')
          ? this.#only(isOnlyIn, name)
          : await this.pair(join(a.name, name), join(b.name, name), both);
      status = Math.max(status, found);
    }
    return status;
  }

  #only({ name: folder }: Side, name: string): number {
    this.#out.text(`Only in ${folder}: ${name}\n`);
    return DIFFERENT;
  }

  async #names({ name, stat: found }: Side): Promise<Set<string> | undefined> {
    if (!found) return new Set();
    try {
      const entries = await list(this.#host, name);
      return new Set(
        entries.map((each) => each.name).filter((each) => !this.#settings.isExcluded(each)),
      );
    } catch (error) {
      await this.#fail(`${name}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  async #files(a: Side, b: Side, isTop: boolean): Promise<number> {
    if (a.name === b.name || isSameSide(a, b)) return this.#same(a, b);
    const [one, other] = [await this.#content(a), await this.#content(b)];
    if (!one || !other) return TROUBLE;
    if (isEqual(one, other)) return this.#same(a, b);
    const { has } = this.#settings;
    const isBinary =
      !has('text') && [one, other].some((each) => each.subarray(0, PROBE).includes(0));
    if (isBinary) {
      this.#pair(has('brief') ? 'Files' : 'Binary files', [a, b], 'differ');
      return DIFFERENT;
    }
    const bare = this.#settings.lines.stripsReturns ? withoutReturns : (data: Uint8Array) => data;
    return this.#texts(a, b, linesOf(bare(one)), linesOf(bare(other)), isTop);
  }

  #same(a: Side, b: Side): number {
    if (this.#settings.has('report-identical-files')) this.#pair('Files', [a, b], 'are identical');
    return EQUAL;
  }

  #pair(what: string, [a, b]: readonly [Side, Side], verb: string): void {
    const { labels } = this.#settings;
    this.#out.text(`${what} ${labels[0] ?? a.name} and ${labels[1] ?? b.name} ${verb}\n`);
  }

  async #content({ name, stat: found }: Side): Promise<Uint8Array | undefined> {
    if (!found) return new Uint8Array(0);
    try {
      const source = name === '-' ? undefined : await this.#host.open(name, OPEN.read);
      const parts: Uint8Array[] = [];
      try {
        for (;;) {
          const part = await (source ?? this.#host.stdin).read(BLOCK);
          if (part.length === 0) return concat(parts);
          parts.push(part.slice());
          await this.#host.checkpoint();
        }
      } finally {
        await source?.close();
      }
    } catch (error) {
      await this.#fail(`${name}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  async #texts(a: Side, b: Side, one: Lines, other: Lines, isTop: boolean): Promise<number> {
    const { lines: rules, style, has } = this.#settings;
    const changes = await compareLines(one, other, rules, () => this.#host.checkpoint());
    const isIgnored: Layout['isIgnored'] = (change) =>
      rules.ignoresBlankLines && isBlankChange(change, one, other, rules);
    if (changes.every(isIgnored)) return this.#same(a, b);
    if (has('brief')) {
      this.#pair('Files', [a, b], 'differ');
      return DIFFERENT;
    }
    if (!isTop) {
      const words = [...this.#settings.given, a.name, b.name].map(shellWord);
      this.#out.text(`diff ${words.join(' ')}\n`);
    }
    this.#heading(a, b);
    await printChanges(
      this.#out,
      changes,
      { a: one, b: other },
      {
        style,
        context: rules.context,
        initialTab: has('initial-tab'),
        bareEmpty: has('suppress-blank-empty'),
        isIgnored,
      },
    );
    return DIFFERENT;
  }

  #heading(a: Side, b: Side): void {
    const { style, labels } = this.#settings;
    if (style === 'normal') return;
    const marks = style === 'unified' ? ['---', '+++'] : ['***', '---'];
    for (const [i, side] of [a, b].entries())
      this.#out.text(`${marks[i]} ${labels[i] ?? this.#title(side)}\n`);
  }

  #title({ name, stat: found }: Side): string {
    const time = found?.mtime ?? 0n;
    const [, nanoseconds] = divide(time, 1_000_000_000n);
    const when = new Date(Number(divide(time, 1_000_000n)[0]));
    const zone = zoneOf(this.#host.env);
    return `${cName(name)}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', when, zone, Number(nanoseconds))}`;
  }
}

/** Whether both sides are one file. Standard input has no place, so that it is none. */
const isSameSide = (a: Side, b: Side): boolean =>
  a.stat !== undefined && b.stat !== undefined && a.stat.dev >= 0 && isSame(a.stat, b.stat);

/** Whether a side's directory is one of those that contain it, as by a symlink. A missing one ends no loop. */
function isLoop({ outer, ...both }: Pair, side: 'a' | 'b'): boolean {
  if (!both[side].stat) return true;
  for (let at = outer; at; at = at.outer) if (isSameSide(at[side], both[side])) return true;
  return false;
}

const isFolder = ({ stat: found }: Side): boolean => found?.kind === 'dir';

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The bytes without the carriage returns before newlines. */
function withoutReturns(data: Uint8Array): Uint8Array {
  return data.filter((byte, i) => byte !== 13 || data[i + 1] !== 10);
}

/** A name that a heading cannot hold as it is, as C writes it. */
function cName(name: string): string {
  if (!/["\\\p{Cc} ]/u.test(name)) return name;
  const text = Array.from(name, (char) =>
    char === '"' || char === '\\'
      ? `\\${char}`
      : /\p{Cc}/u.test(char)
        ? (escapes[char] ?? octal(char))
        : char,
  );
  return `"${text.join('')}"`;
}
