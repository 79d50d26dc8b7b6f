/** The lines above a change: the names in them, and what git adds. */
import { toShell } from '../awk/octets.ts';
import { cEscapes } from '../cescapes.ts';

export interface HeaderName {
  /** Without the parts that are taken away; undefined for /dev/null and where nothing is left. */
  readonly name: string | undefined;
  /** What follows the name in the line, with the tab before it. */
  readonly rest: string;
  /** There was no such file: /dev/null, or the time 0. */
  readonly isNone: boolean;
}

/** Reads a name and a time as they follow `--- `. Text has a character for each byte. */
export function headerName(text: string, strip: number | undefined): HeaderName {
  const line = text.replace(/^[ \t]+/, '').replace(/\r?\n$/, '');
  const { raw, rest } = line.startsWith('"') ? inC(line) : plain(line);
  const isNone = raw === '/dev/null' || isZero(rest);
  const name = raw === '/dev/null' ? undefined : stripped(raw, strip);
  return { name: name === undefined ? undefined : toShell(name), rest, isNone };
}

/** A name may hold spaces where a tab separates it from the time. */
function plain(line: string): { raw: string; rest: string } {
  const space = line.search(/[ \t\v\f\r]/);
  if (space < 0) return { raw: line, rest: '' };
  const tab = line.lastIndexOf('\t');
  const end = tab > space ? tab : space;
  return { raw: line.slice(0, end), rest: line.slice(end) };
}

function inC(line: string): { raw: string; rest: string } {
  const [whole = '', body = ''] = /^"((?:[^"\\]|\\.)*)"/s.exec(line) ?? [];
  if (whole === '') return plain(line);
  const raw = body.replace(/\\([0-7]{3}|.)/gs, (_, digits: string) =>
    digits.length === 3
      ? String.fromCharCode(Number.parseInt(digits, 8) & 0xff)
      : (cEscapes[digits] ?? digits),
  );
  return { raw, rest: line.slice(whole.length) };
}

function isZero(rest: string): boolean {
  const [, date, time, zone = ''] =
    /^\s*(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)?(?: ([+-]\d{4}))?\s*$/.exec(rest) ?? [];
  if (date !== undefined)
    return Date.parse(`${date}T${time}${zone.replace(/(..)$/, ':$1') || 'Z'}`) === 0;
  return /^\s*Thu Jan +1 00:00:00 1970\s*$/.test(rest);
}

/** Takes away leading parts; without a number all but the last. Undefined where nothing is left. */
export function stripped(name: string, strip: number | undefined): string | undefined {
  if (strip === undefined) return name.slice(name.lastIndexOf('/') + 1) || undefined;
  let rest = name;
  for (let left = strip; left > 0; left--) {
    const [parts] = /^[^/]*\/+/.exec(rest) ?? [];
    if (parts === undefined) return undefined;
    rest = rest.slice(parts.length);
  }
  return rest || undefined;
}

/** What git says of a file besides its lines. */
export interface GitHeader {
  readonly old: string | undefined;
  readonly new: string | undefined;
  oldMode?: number;
  newMode?: number;
  isRename?: boolean;
  isCopy?: boolean;
  isNew?: boolean;
  isDeleted?: boolean;
  isBinary?: boolean;
}

/** Begins with `diff --git a/NAME b/NAME`. */
export function gitHeader(line: string, strip: number | undefined): GitHeader {
  const text = line.replace(/^diff --git /, '').replace(/\r?\n$/, '');
  const [, quotedOld, quotedNew] =
    /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text) ?? [];
  // Names with spaces: both halves are the same but for the first part.
  const middle = (text.length - 1) / 2;
  const [old, added] =
    quotedOld !== undefined
      ? [quotedOld, quotedNew as string]
      : [text.slice(0, middle), text.slice(middle + 1)];
  const nameOf = (each: string): string | undefined => headerName(`${each}\t`, strip).name;
  return { old: nameOf(old), new: nameOf(added) };
}

/** Reads one more line of git's; false where it is none. */
export function readGitLine(git: GitHeader, line: string): boolean {
  const [, key = '', text = ''] =
    /^(index|old mode|new mode|deleted file mode|new file mode|rename from|rename to|copy from|copy to|similarity index|dissimilarity index) (.*?)\r?\n?$/s.exec(
      line,
    ) ?? [];
  const modeOf = (): number => Number.parseInt(text, 8);
  if (key === '') return false;
  if (key === 'old mode') git.oldMode = modeOf();
  else if (key === 'new mode') git.newMode = modeOf();
  else if (key === 'deleted file mode') [git.isDeleted, git.oldMode] = [true, modeOf()];
  else if (key === 'new file mode') [git.isNew, git.newMode] = [true, modeOf()];
  else if (key.startsWith('rename ')) git.isRename = true;
  else if (key.startsWith('copy ')) git.isCopy = true;
  else if (key === 'index') {
    const [, from = '1', to = '1', mode] =
      /^([0-9a-f]+)\.\.([0-9a-f]+)(?: (\d+))?/.exec(text) ?? [];
    if (mode !== undefined) git.oldMode = git.newMode = Number.parseInt(mode, 8);
    if (/^0+$/.test(from)) git.isNew = true;
    if (/^0+$/.test(to)) git.isDeleted = true;
  }
  return true;
}
