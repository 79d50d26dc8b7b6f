/** The lines of one month: days in lines by weeks as cal(1) has them, or in columns as ncal(1) has them. */
import type { Choices } from './choices.ts';
import { type CalendarDate, type Reform, weekday, weekOf } from './days.ts';

export interface MonthLines {
  readonly lines: readonly string[];
  /** How many bytes of each line take no room on a terminal. */
  readonly marks: readonly number[];
  /** The numbers of the weeks below the columns. */
  readonly weeks: string;
}

/** What a day is marked with on a terminal: what goes before and behind it; undefined where it is underlined by backspaces. */
export type Mark = readonly [before: string, behind: string] | undefined;

/** The bytes of a line, written at any place as in an array of characters. */
class Row {
  readonly #chars: string[] = [];

  put(at: number, text: string): void {
    for (let i = 0; i < text.length; i++) this.#chars[at + i] = text[i] as string;
  }

  upTo(end: number): string {
    return Array.from({ length: end }, (_, at) => this.#chars[at] ?? ' ').join('');
  }
}

export class MonthPrinter {
  readonly #choices: Choices;
  readonly #mark: Mark;
  readonly #reform: Reform;
  /** How wide a day is. */
  readonly #width: number;
  /** The number of the day that is marked; -2 where none is. */
  readonly #marked: number;

  constructor(choices: Choices, mark: Mark, marksColumns: boolean) {
    this.#choices = choices;
    this.#mark = mark;
    this.#reform = choices.byLines ? choices.lineReform : choices.reform;
    this.#width = choices.countsDays ? 4 : 3;
    const { marked, byLines, lineReform } = choices;
    this.#marked = marked && (byLines || marksColumns) ? lineReform.dayOf(marked) : -2;
  }

  month(year: number, month: number): MonthLines {
    return this.#choices.byLines ? this.#byLines(year, month) : this.#byColumns(year, month);
  }

  /** A number as wide as a day. */
  #cell(number: number): string {
    return String(number).padStart(this.#width);
  }

  #weekRules(): { start: number; minimum: number } {
    return { start: this.#choices.startsMonday ? 1 : 0, minimum: this.#choices.firstWeek };
  }

  /** The first day of the week of a day. */
  #weekStart(days: number): number {
    return days - ((weekday(days) + (this.#choices.startsMonday ? 0 : 1)) % 7);
  }

  #byColumns(year: number, month: number): MonthLines {
    const reform = this.#reform;
    const first = reform.firstDay(year, month);
    const last = month === 12 ? reform.firstDay(year + 1, 1) : reform.firstDay(year, month + 1);
    const newYear = this.#choices.countsDays ? reform.firstDay(year, 1) : 0;
    const start = this.#weekStart(first);
    const lines: string[] = [];
    const marks: number[] = [];
    for (let i = 0; i < 7; i++) {
      const row = new Row();
      let at = 0;
      let extra = 0;
      for (let day = start + i; day < last; day += 7, at += this.#width) {
        if (day < first) continue;
        const cell = this.#cell(this.#numberOf(day, newYear));
        if (day === this.#marked) extra = this.#highlight(row, at, cell, extra);
        else row.put(at + extra, cell);
      }
      lines.push(row.upTo(at + extra));
      marks.push(extra);
    }
    let weeks = '';
    if (this.#choices.showsWeeks)
      for (let day = start; day < last; day += 7)
        weeks += reform.isJulian(day)
          ? ' '.repeat(this.#width)
          : this.#cell(weekOf(day, this.#weekRules()));
    return { lines, marks, weeks };
  }

  #numberOf(day: number, newYear: number): number {
    return this.#choices.countsDays ? day - newYear + 1 : this.#reform.dateOf(day).day;
  }

  #byLines(year: number, month: number): MonthLines {
    const reform = this.#reform;
    const dayOf = (date: Omit<CalendarDate, 'day'>): number => reform.dayOf({ ...date, day: 1 });
    const first = dayOf({ year, month });
    const last = dayOf(month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 });
    const newYear = dayOf({ year, month: 1 });
    const start = this.#weekStart(first);
    const room = this.#choices.showsWeeks ? 4 : 0;
    const lines: string[] = [];
    const marks: number[] = [];
    for (let week = start; week < start + 42; week += 7) {
      const row = new Row();
      let at = 0;
      let extra = room;
      for (let day = week; day < last && day < week + 7; day++, at += this.#width) {
        if (day < first) continue;
        const cell = this.#cell(this.#numberOf(day, newYear));
        if (day === this.#marked) extra = this.#highlight(row, at + extra, cell, extra);
        else row.put(at + extra, cell);
      }
      if (room > 0 && at > 0) {
        row.put(0, this.#cell(weekOf(week, this.#weekRules())));
        row.put(3, '|');
      }
      // The first column is not shown.
      lines.push(at === 0 ? '' : row.upTo(at + extra).slice(1));
      marks.push(extra - room);
    }
    return { lines, marks, weeks: '' };
  }

  /** Puts a marked day into a row. Returns how many bytes of it take no room, where there were `extra` before. */
  #highlight(row: Row, at: number, cell: string, extra: number): number {
    const text = cell.slice(1);
    if (this.#mark) {
      const [before, behind] = this.#mark;
      row.put(at, ` ${before}${text}${behind}`);
      return extra + before.length + behind.length;
    }
    row.put(at, ` ${[...text].map((char) => `_\b${char}`).join('')}`);
    // As Debian's tool counts: without the room of the week's number.
    return 2 * text.length;
  }
}
