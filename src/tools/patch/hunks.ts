/** Reads one hunk in each of the formats. */
import { toShell } from '../awk/octets.ts';
import type { Hunk, HunkLine } from './hunk.ts';
import { fatal } from './options.ts';
import type { RejectFormat } from './rejects.ts';

/** The lines of a patch from the next one on. */
export interface HunkLines {
  /** The number of the next line, from 1. */
  readonly number: number;
  peek(ahead?: number): string | undefined;
  next(): string | undefined;
}

export function hunkOf(lines: HunkLines, format: RejectFormat): Hunk | undefined {
  if (format === 'unified') return unified(lines);
  return format === 'context' ? context(lines) : normal(lines);
}

const malformed = (number: number, line: string): never =>
  fatal(`malformed patch at line ${number}: ${toShell(line)}`);

/** Takes the newline from the line before, where the next one says so. */
function endOf(lines: HunkLines, text: string): string {
  if (!lines.peek()?.startsWith('\\ ')) return text;
  lines.next();
  return text.replace(/\n$/, '');
}

function unified(lines: HunkLines): Hunk | undefined {
  const head = lines.peek() ?? '';
  if (!head.startsWith('@@ -')) return undefined;
  const start = lines.number;
  const [, first, count = '1', newFirst, newCount = '1', title = ''] =
    /^@@ -(\d+)(?:,(\d+))? +\+(\d+)(?:,(\d+))? @@(.*?)\r?\n?$/s.exec(head) ??
    malformed(start, head);
  lines.next();
  const old: HunkLine[] = [];
  const added: HunkLine[] = [];
  while (old.length < Number(count) || added.length < Number(newCount)) {
    const { number } = lines;
    const line = lines.next();
    if (line === undefined) {
      // Blank lines at the end of a patch get lost on the way.
      const missing = Math.max(Number(count) - old.length, Number(newCount) - added.length);
      if (missing >= 3) fatal(`unexpected end of file in patch at line ${number - 1}`);
      old.push({ mark: ' ', text: '\n' });
      added.push({ mark: ' ', text: '\n' });
      continue;
    }
    const isEaten = line[0] === '\t' || line[0] === '\n';
    const mark = isEaten || line[0] === '=' ? ' ' : line[0];
    if (mark !== ' ' && mark !== '-' && mark !== '+') return malformed(number, line);
    const text = endOf(lines, isEaten ? line : line.slice(1));
    if (mark !== '+') old.push({ mark, text });
    if (mark !== '-') added.push({ mark, text });
    if (old.length > Number(count) || added.length > Number(newCount)) malformed(number, line);
  }
  return {
    // A hunk without old lines stands behind the line that it names.
    first: Number(first) + (Number(count) === 0 ? 1 : 0),
    newFirst: Number(newFirst) + (Number(newCount) === 0 ? 1 : 0),
    old,
    new: added,
    title,
  };
}

interface Side {
  readonly first: number;
  readonly count: number;
}

function sideOf(line: string, start: string): Side | undefined {
  const [, mark, first, last] = /^(\*\*\*|---) (\d+)(?:,(\d+))?/.exec(line) ?? [];
  if (mark !== start || first === undefined) return undefined;
  const from = Number(first);
  if (last === undefined) return { first: from === 0 ? 1 : from, count: from === 0 ? 0 : 1 };
  const count = Number(last) - from + 1;
  return count <= 0 ? { first: from + 1, count: 0 } : { first: from, count };
}

function context(lines: HunkLines): Hunk | undefined {
  const head = lines.peek() ?? '';
  if (!head.startsWith('***************')) return undefined;
  if (!lines.peek(1)?.startsWith('*** ')) return undefined;
  lines.next();
  const { number } = lines;
  const from = lines.next() ?? '';
  const before = sideOf(from, '***') ?? malformed(number, from);
  const old = sideLines(lines, before.count, /^--- \d/);
  const middle = lines.number;
  const line = lines.next() ?? '';
  const after = sideOf(line, '---') ?? malformed(middle, line);
  const added = sideLines(lines, after.count, /^(\*\*\*|--- |Index:|diff |Only )/);
  const kept = (side: readonly HunkLine[]): HunkLine[] => side.filter(({ mark }) => mark === ' ');
  const whole = (side: HunkLine[], other: HunkLine[], count: number): HunkLine[] => {
    const lacks = side.length === 0 && count > 0;
    const found = lacks ? kept(other) : side;
    if (found.length !== count) malformed(middle, line);
    return found;
  };
  return {
    first: before.first,
    newFirst: after.first,
    old: whole(old, added, before.count),
    new: whole(added, old, after.count),
    title: head.replace(/^\*+/, '').replace(/\r?\n$/, ''),
  };
}

function sideLines(lines: HunkLines, count: number, end: RegExp): HunkLine[] {
  const found: HunkLine[] = [];
  while (found.length < count) {
    const line = lines.peek();
    if (line === undefined || end.test(line)) break;
    const isEaten = line === '\n';
    const mark = isEaten ? ' ' : line[0];
    const isMark = mark === ' ' || mark === '-' || mark === '+' || mark === '!';
    if (!isMark || (!isEaten && !/^.[ \t]/s.test(line))) break;
    lines.next();
    found.push({ mark, text: endOf(lines, isEaten ? line : line.slice(2)) });
  }
  return found;
}

function normal(lines: HunkLines): Hunk | undefined {
  const [, from, last, command, newFrom, newLast] =
    /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?\r?\n?$/.exec(lines.peek() ?? '') ?? [];
  if (from === undefined) return undefined;
  lines.next();
  const count = command === 'a' ? 0 : Number(last ?? from) - Number(from) + 1;
  const newCount = command === 'd' ? 0 : Number(newLast ?? newFrom) - Number(newFrom) + 1;
  const old = marked(lines, '<', '-', count);
  if (command === 'c') {
    const { number } = lines;
    const line = lines.next();
    if (line === undefined) fatal(`unexpected end of file in patch at line ${number - 1}`);
    if (!line?.startsWith('-')) fatal(`'---' expected at line ${number} of patch`);
  }
  const added = marked(lines, '>', '+', newCount);
  return {
    first: Number(from) + (command === 'a' ? 1 : 0),
    newFirst: Number(newFrom) + (command === 'd' ? 1 : 0),
    old,
    new: added,
    title: '',
  };
}

function marked(lines: HunkLines, start: string, mark: '-' | '+', count: number): HunkLine[] {
  const found: HunkLine[] = [];
  for (let i = 0; i < count; i++) {
    const { number } = lines;
    const line = lines.next();
    if (line === undefined) return fatal(`unexpected end of file in patch at line ${number - 1}`);
    if (!/^[<>][ \t]/.test(line) || line[0] !== start)
      fatal(`'${start}' followed by space or tab expected at line ${number} of patch`);
    found.push({ mark, text: endOf(lines, line.slice(2)) });
  }
  return found;
}
