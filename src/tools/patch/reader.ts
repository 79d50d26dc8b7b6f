/** Reads a patch: where the change of each file begins, and its hunks. */
import { type GitHeader, gitHeader, type HeaderName, headerName, readGitLine } from './header.ts';
import type { Hunk } from './hunk.ts';
import { type HunkLines, hunkOf } from './hunks.ts';
import type { PatchOptions } from './options.ts';
import type { RejectFormat } from './rejects.ts';

/** The change of one file. */
export interface Section {
  readonly format: RejectFormat;
  readonly old: HeaderName | undefined;
  readonly new: HeaderName | undefined;
  readonly index: HeaderName | undefined;
  readonly git: GitHeader | undefined;
  /** How surely there is no file before and after: 1 where it has no lines, 2 where it is none. */
  readonly absent: readonly [old: number, new: number];
  /** The lines above the first hunk. */
  readonly leading: readonly string[];
  /** The line of the patch, from 1, that the first hunk begins at. */
  readonly line: number;
  readonly indent: number;
  readonly stripsCr: boolean;
  /** There is no hunk; git only renames or changes the mode. */
  readonly isBare: boolean;
}

const NORMAL = /^\d+(,\d+)?[acd]\d+(,\d+)?\r?\n?$/;
const ED = /^\d+(,\d+)?[acd]\r?\n?$/;

export class PatchReader implements HunkLines {
  readonly lines: readonly string[];
  readonly #options: PatchOptions;
  #at = 0;
  indent = 0;
  stripsCr = false;

  constructor(lines: readonly string[], options: PatchOptions) {
    this.lines = lines;
    this.#options = options;
  }

  /** The number of the next line, from 1. */
  get number(): number {
    return this.#at + 1;
  }

  /** All was read, and the last line has no newline. */
  get isCutOff(): boolean {
    return this.#at === this.lines.length && !(this.lines.at(-1) ?? '\n').endsWith('\n');
  }

  /** The next line, without what the patch is indented by. */
  peek(ahead = 0): string | undefined {
    return this.#bare(this.lines[this.#at + ahead]);
  }

  next(): string | undefined {
    const line = this.peek();
    if (line !== undefined) this.#at++;
    return line;
  }

  #bare(line: string | undefined): string | undefined {
    if (line === undefined) return undefined;
    let text = line;
    for (let left = this.indent; left > 0 && /^[ \tX]/.test(text); ) {
      left -= text.startsWith('\t') ? 8 : 1;
      text = text.slice(1);
    }
    return this.stripsCr ? text.replace(/\r\n$/, '\n') : text;
  }

  /** Looks for the next file's change; undefined where there is none. `ed` says that a script for ed is one. */
  section(): Section | 'ed' | undefined {
    this.indent = 0;
    this.stripsCr = false;
    const start = this.#at;
    const { strip, format } = this.#options;
    const names: { old?: HeaderName; new?: HeaderName; index?: HeaderName; stars?: HeaderName } =
      {};
    let git: GitHeader | undefined;
    let isCr = true;
    const isNamed = (): boolean => this.#options.file !== undefined || names.index !== undefined;
    const allows = (kind: RejectFormat): boolean => format === undefined || format === kind;
    const found = (kind: RejectFormat, at: number, indent: number, isBare = false): Section => {
      this.#at = at;
      this.indent = indent;
      this.stripsCr = isCr && !this.#options.isBinary && (this.lines[at] ?? '').endsWith('\r\n');
      const old = kind === 'context' ? (names.stars ?? names.old) : names.old;
      const added = kind === 'context' && names.stars ? names.old : names.new;
      const empty = isBare ? [false, false] : this.#empty(kind);
      const absentOf = (isEmpty: boolean, name: HeaderName | undefined, isGone = false): number =>
        isEmpty || isBare ? (isGone || name?.isNone ? 2 : isEmpty ? 1 : 0) : 0;
      return {
        format: kind,
        old,
        new: added,
        index: names.index,
        git,
        absent: [
          absentOf(empty[0] ?? false, old, git?.isNew),
          absentOf(empty[1] ?? false, added, git?.isDeleted),
        ],
        leading: this.lines.slice(start, at),
        line: at + 1,
        indent,
        stripsCr: this.stripsCr,
        isBare,
      };
    };
    for (let at = start; at < this.lines.length; at++) {
      const raw = this.lines[at] as string;
      const [blanks = ''] = /^[ \tX]*/.exec(raw) ?? [];
      const text = raw.slice(blanks.length);
      const indent = [...blanks].reduce((sum, each) => sum + (each === '\t' ? 8 : 1), 0);
      const next = this.lines[at + 1]?.slice(blanks.length) ?? '';
      const isHeader = /^(\*\*\* |--- |\+\+\+ |Index:|diff --git )/.test(text);
      if (isHeader) isCr &&= text.endsWith('\r\n');
      if (text.startsWith('diff --git ')) {
        if (git && isWhole(git)) return found('unified', at, 0, true);
        git = gitHeader(text, strip);
        delete names.old;
        delete names.new;
        delete names.stars;
        continue;
      }
      if (git && readGitLine(git, text)) continue;
      if (git && text.startsWith('GIT binary patch')) {
        git.isBinary = true;
        return found('unified', at, 0, true);
      }
      if (text.startsWith('Index:')) names.index = headerName(text.slice(6), strip);
      else if (text.startsWith('+++ ')) names.new = headerName(text.slice(4), strip);
      else if (text.startsWith('--- ')) names.old = headerName(text.slice(4), strip);
      else if (text.startsWith('*** ')) names.stars = headerName(text.slice(4), strip);
      else if (text.startsWith('@@ -') && allows('unified')) return found('unified', at, indent);
      else if (text.startsWith('***************') && next.startsWith('*** ') && allows('context'))
        return found('context', at, indent);
      else if (isNamed() && NORMAL.test(text) && /^[<>] /.test(next) && allows('normal'))
        return found('normal', at, indent);
      else if (isNamed() && ED.test(text)) return 'ed';
    }
    if (git && isWhole(git)) return found('unified', this.lines.length, 0, true);
    return undefined;
  }

  /** Whether the first hunk has no lines before, and none after. */
  #empty(format: RejectFormat): [boolean, boolean] {
    const line = this.peek() ?? '';
    if (format === 'unified') {
      const [, old = '1', added = '1'] = /^@@ -(\d+)\S* +\+(\d+)/.exec(line) ?? [];
      return [Number(old) === 0, Number(added) === 0];
    }
    if (format === 'normal') return [false, false];
    let isAdded = false;
    for (let ahead = 2; ; ahead++) {
      const each = this.peek(ahead);
      if (each === undefined || each.startsWith('***************')) break;
      const [, first] = /^--- (\d+)/.exec(each) ?? [];
      if (first !== undefined) {
        isAdded = Number(first) === 0;
        break;
      }
    }
    const [, old = '1'] = /^\*\*\* (\d+)/.exec(this.peek(1) ?? '') ?? [];
    return [Number(old) === 0, isAdded];
  }

  /** The next hunk of the same file; undefined where there is none. */
  hunk(format: RejectFormat): Hunk | undefined {
    return hunkOf(this, format);
  }
}

/** git says enough to be a change without any lines. */
function isWhole({ isRename, isCopy, isNew, isDeleted, newMode }: GitHeader): boolean {
  return Boolean(isRename || isCopy || isNew || isDeleted || newMode !== undefined);
}
