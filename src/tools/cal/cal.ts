/** cal(1) and ncal(1): calendars, and the date of Easter. */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Host, Tool } from '../host.ts';
import { Output } from '../stdio.ts';
import { terminfoOf } from '../terminfo/terminfo.ts';
import { toLocal, zoneOf } from '../zone.ts';
import { type Choices, choicesOf, EX_USAGE, LIST, UsageError } from './choices.ts';
import { countryList } from './countries.ts';
import type { CalendarDate } from './days.ts';
import { orthodoxEaster, westernEaster } from './easter.ts';
import { type Mark, type MonthLines, MonthPrinter } from './months.ts';
import { dayName, monthName } from './words.ts';

const USAGE = `Usage: cal [general options] [-jy] [[month] year]
       cal [general options] [-j] [-m month] [year]
       ncal -C [general options] [-jy] [[month] year]
       ncal -C [general options] [-j] [-m month] [year]
       ncal [general options] [-bhJjpwySM] [-H yyyy-mm-dd] [-s country_code] [-W number of days] [[month] year]
       ncal [general options] [-Jeo] [year]
General options: [-31] [-A months] [-B months] [-d yyyy-mm]
`;

export const cal: Tool = async (host) => {
  try {
    const choices = choicesOf(host, todayOf(host));
    const out = new Output(host.stdout);
    if (choices === LIST) out.text(countryList());
    else if (choices.easter) out.text(`${easterOf(choices)}\n`);
    else await printMonths(host, choices, out);
    await out.flush();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const sentence = error.message && `${host.name}: ${error.message}\n`;
    await host.stderr.write(bytesOf(sentence + USAGE));
    return EX_USAGE;
  }
};

function todayOf({ env }: Host): CalendarDate {
  const now = new Date(toLocal(Date.now(), zoneOf(env)));
  return { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() };
}

/** As `%x` shows a date. */
function easterOf({ year, easter, isJulian }: Choices): string {
  // The western churches had the same date before the reform.
  const isOrthodox = easter === 'orthodox' || year < 1583;
  const date = isOrthodox ? orthodoxEaster(year, isJulian) : westernEaster(year);
  return [date.month, date.day, date.year % 100]
    .map((part) => String(part).padStart(2, '0'))
    .join('/');
}

/** How the terminal shows that a day is marked. */
function markOf(host: Host): Mark {
  const strings = host.isTerminal(1) ? terminfoOf(host.env['TERM'] ?? '')?.strings : undefined;
  const [before, behind] = [strings?.get('smso'), strings?.get('rmso')];
  return before !== undefined && behind !== undefined ? [before, behind] : undefined;
}

/** One month of a row of months. */
interface Shown extends MonthLines {
  readonly name: string;
  readonly year: number;
}

async function printMonths(host: Host, choices: Choices, out: Output): Promise<void> {
  const { year, month, before, after, byLines } = choices;
  const printer = new MonthPrinter(choices, markOf(host), host.isTerminal(1));
  const layout = new Layout(choices);
  const start = year * 12 + month - 1 - before;
  const end = start + before + after;
  const hasHeader = end - start >= layout.perRow - 1 && (start % 12) % layout.perRow === 0;
  // Debian's tool leaves out this one year before the first.
  let headed = -1;
  for (let at = start; at <= end; at += layout.perRow) {
    const row: Shown[] = [];
    for (let each = at; each <= end && each < at + layout.perRow; each++) {
      const [ofYear, ofMonth] = [Math.trunc(each / 12), each % 12];
      row.push({
        ...printer.month(ofYear, ofMonth + 1),
        name: monthName(ofMonth),
        year: ofYear,
      });
    }
    if (at !== start) out.text('\n');
    const [{ year: first }] = row as [Shown];
    if (hasHeader && first !== headed)
      out.text(`${centered(String(first), layout.perRow * layout.width)}\n`);
    headed = first;
    out.text(byLines ? layout.lines(row, hasHeader) : layout.columns(row, hasHeader));
    if (out.isFull) await out.flush();
    await host.checkpoint();
  }
}

const centered = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, Math.trunc((width - text.length) / 2))) + text;

/** How months stand beside each other. */
class Layout {
  readonly perRow: number;
  /** How wide a month is. */
  readonly width: number;
  readonly #choices: Choices;

  constructor(choices: Choices) {
    const { byLines, countsDays, showsWeeks } = choices;
    this.#choices = choices;
    this.perRow = (byLines ? 2 : 3) + (countsDays ? 0 : 1);
    if (byLines) this.width = countsDays ? 27 : showsWeeks ? 25 : 20;
    else this.width = countsDays ? 24 : 18;
  }

  /** The name of the `i`-th day of a week. */
  #day(i: number): string {
    return dayName((i + (this.#choices.startsMonday ? 1 : 0)) % 7);
  }

  lines(row: readonly Shown[], hasHeader: boolean): string {
    const { countsDays, showsWeeks } = this.#choices;
    const { width } = this;
    let text = '';
    for (const { name, year } of row)
      text += `${centered(hasHeader ? name : `${name} ${year}`, width).padEnd(width)}  `;
    text += '\n';
    for (let i = 0; i < row.length; i++) {
      if (showsWeeks) text += ' w| ';
      for (let day = 0; day < 7; day++) text += `${countsDays ? ' ' : ''}${this.#day(day)} `;
      text += showsWeeks ? '  ' : ' ';
    }
    text += '\n';
    for (let week = 0; week < 6; week++) {
      for (const { lines, marks } of row)
        text += `${(lines[week] as string).padEnd(width + (marks[week] as number))}  `;
      text += '\n';
    }
    return text;
  }

  columns(row: readonly Shown[], hasHeader: boolean): string {
    const { width } = this;
    let text = '    ';
    for (const { name, year } of row) text += (hasHeader ? name : `${name} ${year}`).padEnd(width);
    text += '\n';
    for (let day = 0; day < 7; day++) {
      text += this.#day(day);
      for (const { lines, marks } of row)
        text += (lines[day] as string).padEnd(width + (marks[day] as number));
      text += '\n';
    }
    if (!this.#choices.showsWeeks) return text;
    text += '  ';
    for (const { weeks } of row) text += weeks.padEnd(width);
    return `${text}\n`;
  }
}
