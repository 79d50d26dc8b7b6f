/** The lines and columns of ls(1). */
import type { NamespaceStat } from '../kernel/caller.ts';
import { sizeText } from './blocksize.ts';
import { modeOf } from './files.ts';
import type { Host } from './host.ts';
import { USER_ID, userOf } from './identity.ts';
import { Colors, indicatorOf, type LsEntry, timeOf } from './lsentry.ts';
import type { LsSettings } from './lsoptions.ts';
import { columnsOf, quoteName } from './lsquote.ts';
import { modeText } from './mode.ts';
import { sectorsOf } from './stat.ts';
import type { Output } from './stdio.ts';
import { strftime } from './strftime.ts';
import { divide, zoneOf } from './zone.ts';

const HALF_YEAR = 31_556_952 / 2;
const LEAST_COLUMN = 3;

interface Widths {
  readonly inode: number;
  readonly blocks: number;
}

export class LsPrinter {
  readonly #host: Host;
  readonly #settings: LsSettings;
  readonly #out: Output;
  readonly #colors: Colors | undefined;
  readonly #zone: string | undefined;
  readonly #now: number;
  #hasColored = false;

  constructor(host: Host, settings: LsSettings, out: Output) {
    this.#host = host;
    this.#settings = settings;
    this.#out = out;
    this.#colors = settings.color ? new Colors(host.env['LS_COLORS']) : undefined;
    this.#zone = zoneOf(host.env);
    this.#now = Date.now() / 1000;
  }

  /** The line before the entries of a directory. */
  total(entries: readonly LsEntry[]): void {
    const bytes = entries.reduce((sum, each) => sum + blocksOf(each.stat), 0);
    this.#out.text(`total ${sizeText(bytes, this.#settings.blocks)}${this.#settings.end}`);
  }

  print(entries: readonly LsEntry[]): void {
    const { format, width } = this.#settings;
    if (entries.length === 0) return;
    const longest = (texts: readonly string[]): number =>
      texts.reduce((most, each) => Math.max(most, each.length), 0);
    const widths = {
      inode: longest(entries.map(({ stat }) => inodeText(stat))),
      blocks: longest(entries.map(({ stat }) => this.#blocks(stat))),
    };
    const pads = format === 'long' || ((format === 'vertical' || format === 'across') && width > 0);
    const hasQuoted = pads && entries.some((each) => each.isQuoted);
    const cells = entries.map((entry) => this.#cell(entry, widths, hasQuoted));
    if (format === 'long') this.#long(entries, cells);
    else if (format === 'single') for (const cell of cells) this.#line(cell.text);
    else if (format === 'commas' || width === 0)
      this.#separated(cells, format === 'commas' ? ',' : ' ');
    else this.#columns(cells, format === 'vertical');
  }

  #line(text: string): void {
    this.#out.text(text + this.#settings.end);
  }

  #blocks(stat: NamespaceStat | undefined): string {
    return stat ? sizeText(blocksOf(stat), this.#settings.blocks) : '?';
  }

  /** The name with what stands before and after it, and its columns. */
  #cell(entry: LsEntry, widths: Widths, hasQuoted: boolean): Cell {
    const settings = this.#settings;
    const isList = settings.format === 'commas';
    let before = '';
    if (settings.has('inode'))
      before += `${inodeText(entry.stat).padStart(isList ? 0 : widths.inode)} `;
    if (settings.has('size'))
      before += `${this.#blocks(entry.stat).padStart(isList ? 0 : widths.blocks)} `;
    const pad = hasQuoted && !entry.isQuoted ? ' ' : '';
    const mark = indicatorOf(entry.kind, entry.stat, settings);
    return {
      before,
      name: pad + this.#colored(entry.shown, entry) + mark,
      get text() {
        return this.before + this.name;
      },
      columns: before.length + pad.length + entry.columns + mark.length,
    };
  }

  #colored(text: string, entry: LsEntry): string {
    const color = this.#colors?.of(entry);
    if (color === undefined) return text;
    const start = this.#hasColored ? '' : '\x1b[0m';
    this.#hasColored = true;
    return `${start}\x1b[${color}m${text}\x1b[0m`;
  }

  #long(entries: readonly LsEntry[], cells: readonly Cell[]): void {
    const rows = entries.map((entry) => this.#fields(entry));
    const widths = [0, 1, 2, 3, 4, 5].map((i) =>
      rows.reduce((most, row) => Math.max(most, columnsOf(row[i] ?? '')), 0),
    );
    const numeric = this.#settings.has('numeric-uid-gid');
    for (const [at, row] of rows.entries()) {
      const cell = cells[at] as Cell;
      const fields = row.map((text, i) => {
        if (text === undefined) return undefined;
        const isRight = i === 1 || i === 5 || (numeric && i >= 2 && i <= 4);
        const width = widths[i] as number;
        return isRight ? text.padStart(width) : text.padEnd(width);
      });
      const time = this.#time((entries[at] as LsEntry).stat);
      const start = [...fields.filter((each) => each !== undefined), time].join(' ');
      this.#line(`${cell.before}${start} ${cell.name}${this.#arrow(entries[at] as LsEntry)}`);
    }
  }

  /** The mode, the number of links, the owner, the group, the author and the size; undefined where left out. */
  #fields({ kind, stat }: LsEntry): (string | undefined)[] {
    const { has, sizes } = this.#settings;
    const user = has('numeric-uid-gid') ? String(USER_ID) : userOf(this.#host);
    const owner = stat ? user : '?';
    return [
      stat
        ? modeText(stat.kind, modeOf(stat))
        : `${kind === 'dir' ? 'd' : kind === 'symlink' ? 'l' : '-'}?????????`,
      stat ? String(stat.nlink) : '?',
      has('g') ? undefined : owner,
      has('o') || has('no-group') ? undefined : owner,
      has('author') ? owner : undefined,
      stat ? sizeText(stat.size, sizes) : '?',
    ];
  }

  #time(stat: NamespaceStat | undefined): string {
    if (!stat) return '           ?';
    const time = timeOf(stat, this.#settings.time);
    const [seconds, nanoseconds] = divide(time, 1_000_000_000n);
    const when = new Date(Number(divide(time, 1_000_000n)[0]));
    const age = this.#now - Number(seconds) - Number(nanoseconds) / 1e9;
    const [old, recent] = this.#settings.timeStyle;
    const form = age >= 0 && age < HALF_YEAR ? recent : old;
    return strftime(form, when, this.#zone, Number(nanoseconds));
  }

  #arrow({ kind, target, targetStat }: LsEntry): string {
    if (kind !== 'symlink' || target === undefined) return '';
    const { quoting, hidesControls, indicator } = this.#settings;
    const text = quoteName(target, quoting, hidesControls);
    if (indicator === 'none' || !targetStat) return ` -> ${text}`;
    const entry = { name: target, kind: targetStat.kind, stat: targetStat } as LsEntry;
    const mark = indicatorOf(targetStat.kind, targetStat, this.#settings, true);
    return ` -> ${this.#colored(text, entry)}${mark}`;
  }

  #separated(cells: readonly Cell[], separator: string): void {
    const { width, end } = this.#settings;
    let at = 0;
    for (const [i, cell] of cells.entries()) {
      if (i > 0) {
        const fits = width === 0 || at + cell.columns + 2 < width;
        at = fits ? at + 2 : 0;
        this.#out.text(separator + (fits ? ' ' : end));
      }
      this.#out.text(cell.text);
      at += cell.columns;
    }
    this.#out.text(end);
  }

  #columns(cells: readonly Cell[], isDown: boolean): void {
    const columns = columnWidths(cells, isDown, this.#settings.width);
    const rows = Math.ceil(cells.length / columns.length);
    for (let row = 0; row < rows; row++) {
      let from = 0;
      let start = 0;
      for (let column = 0; column < columns.length; column++) {
        const cell = cells[isDown ? row + column * rows : row * columns.length + column];
        if (!cell) break;
        if (column > 0) this.#indent(from, start);
        this.#out.text(cell.text);
        from = start + cell.columns;
        start += columns[column] as number;
      }
      this.#out.text(this.#settings.end);
    }
  }

  /** Blanks and tabs from one column to another. */
  #indent(from: number, to: number): void {
    const { tab } = this.#settings;
    for (let at = from; at < to; ) {
      const isTab = tab !== 0 && Math.floor(to / tab) > Math.floor((at + 1) / tab);
      this.#out.text(isTab ? '\t' : ' ');
      at += isTab ? tab - (at % tab) : 1;
    }
  }
}

interface Cell {
  readonly before: string;
  readonly name: string;
  readonly text: string;
  readonly columns: number;
}

/** The widths of as many columns as fit into a line. */
function columnWidths(cells: readonly Cell[], isDown: boolean, line: number): number[] {
  const most = Math.min(cells.length, Math.max(1, Math.floor(line / LEAST_COLUMN)));
  for (let count = most; count > 1; count--) {
    const rows = Math.ceil(cells.length / count);
    const widths: number[] = Array(count).fill(LEAST_COLUMN);
    for (const [i, { columns }] of cells.entries()) {
      const at = isDown ? Math.floor(i / rows) : i % count;
      const wide = columns + (at === count - 1 ? 0 : 2);
      if (wide > (widths[at] as number)) widths[at] = wide;
    }
    if (widths.reduce((sum, each) => sum + each, 0) < line) return widths;
  }
  return [0];
}

const inodeText = (stat: NamespaceStat | undefined): string => (stat ? String(stat.ino) : '?');

const blocksOf = (stat: NamespaceStat | undefined): number => (stat ? sectorsOf(stat) * 512 : 0);
