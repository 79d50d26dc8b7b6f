/** What cal(1) and ncal(1) are asked for: their options and operands as getopt(3) reads them. */
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import { type Host, ToolError } from '../host.ts';
import { countryOf, DEFAULT_COUNTRY } from './countries.ts';
import { type CalendarDate, Reform } from './days.ts';
import { monthNamed, numberAt } from './words.ts';

/** The status of a mistake in the arguments (sysexits.h). */
export const EX_USAGE = 64;

/** Ends the tool with its usage, after a sentence where there is one. */
export class UsageError extends Error {}

export interface Choices {
  readonly year: number;
  readonly month: number;
  /** The months before and after it. */
  readonly before: number;
  readonly after: number;
  /** The days stand in lines by weeks, not in columns. */
  readonly byLines: boolean;
  readonly countsDays: boolean;
  readonly showsWeeks: boolean;
  readonly startsMonday: boolean;
  /** The days that the first week of a year has at least. */
  readonly firstWeek: number;
  /** The reform that columns follow, and that lines follow: `-s` and `-J` do not change the latter. */
  readonly reform: Reform;
  readonly lineReform: Reform;
  readonly easter: 'western' | 'orthodox' | undefined;
  readonly isJulian: boolean;
  /** The day that is marked; undefined where none is. */
  readonly marked: CalendarDate | undefined;
}

/** `-p`: only the list of countries is asked for. */
export const LIST = 'list';

const OPTIONS = '31A:B:Cd:eH:hjJm:ops:wySMW:b';
/** The options that only ncal(1) in its own form has. */
const OWN = 'bWJHheoswSM';

const BRITISH = new Reform({ year: 1752, month: 9, day: 2 });
const NEVER = new Reform({ year: 10000, month: 1, day: 1 });
const usual = new Reform((countryOf(DEFAULT_COUNTRY) as { last: CalendarDate }).last);

/** `today` is the date on the clock. Throws UsageError and ToolError. */
export function choicesOf(host: Host, today: CalendarDate): Choices | typeof LIST {
  const { letters, operands } = readOptions(host.args);
  const isCal = host.name.startsWith('cal');
  let [isOld, isOwn] = [isCal, false];
  let reform = usual;
  const given = new Map<string, string>();
  let span = '';
  for (const { letter, value } of letters) {
    if (letter === '') throw new UsageError(value);
    if (isOld && (OWN.includes(letter) || letter === 'p')) throw new UsageError();
    if (letter === 'p') return LIST;
    if (OWN.includes(letter)) isOwn = true;
    if (letter === 'C' && isOwn) throw new UsageError();
    if (letter === 'C') isOld = true;
    if ('13y'.includes(letter)) span = letter;
    // The last of both decides.
    if ('SM'.includes(letter)) given.set('start', letter);
    if (letter === 'J') reform = NEVER;
    if (letter === 's') {
      const country = countryOf(value);
      if (!country) throw new ToolError(`${value}: invalid country code`, EX_USAGE);
      reform = new Reform(country.last);
    }
    given.set(letter, value);
  }
  const { year, month, isMonthGiven, isYearGiven } = whenOf(given, operands, today);
  if (isYearGiven && !isMonthGiven) {
    if (span === '3' || span === '1')
      throw new ToolError(
        `-${span} together with a given year but no given month is not supported.`,
        EX_USAGE,
      );
    span = 'y';
  }
  const extra = (letter: string): number => numberAt(given.get(letter) ?? '').value;
  const around = span === '3' ? 1 : 0;
  let before = (around + extra('B')) | 0;
  let after = (span === 'y' ? 11 : around) + extra('A');
  if (((before + after) | 0) < 0) before = after = 0;
  return {
    year,
    month: span === 'y' ? 1 : month,
    before,
    after,
    byLines: isOld || given.has('b'),
    countsDays: given.has('j'),
    showsWeeks: given.has('w'),
    startsMonday: given.get('start') === 'M',
    firstWeek: given.has('W') ? extra('W') : 4,
    reform,
    lineReform: isCal ? BRITISH : usual,
    easter: given.has('o') ? 'orthodox' : given.has('e') ? 'western' : undefined,
    isJulian: given.has('J'),
    marked: isCal || given.has('h') ? undefined : (dateOf(given.get('H')) ?? today),
  };
}

/** Which year and month the operands, `-m` and `-d` name. */
function whenOf(
  given: ReadonlyMap<string, string>,
  operands: readonly string[],
  today: CalendarDate,
): { year: number; month: number; isMonthGiven: boolean; isYearGiven: boolean } {
  if (operands.length > 2) throw new UsageError();
  if (operands.length === 2 && (given.has('e') || given.has('o'))) throw new UsageError();
  const [text] = operands.slice(-1);
  const word = operands.length === 2 ? operands[0] : given.get('m');
  let { year, month } = today;
  const asked = given.get('d');
  if (text !== undefined) {
    const { value, rest } = numberAt(text);
    if (rest !== '') throw new ToolError(`not a valid year ${text}`, EX_USAGE);
    if (value < 1 || value > 9999) outOfRange(text);
    year = value;
    month = operands.length === 2 ? numberAt(word ?? '').value : 0;
  } else if (asked !== undefined) {
    year = numberAt(asked).value;
    if (year < 1 || year > 9999) outOfRange(String(year));
    month = numberAt(asked.slice(5)).value;
  }
  const isYearGiven = text !== undefined;
  if (word === undefined) return { year, month, isMonthGiven: false, isYearGiven };
  const named = monthNamed(word, year, month);
  if (!named) throw new ToolError(`${word} is neither a month number (1..12) nor a name`, EX_USAGE);
  return { ...named, isMonthGiven: true, isYearGiven };
}

function outOfRange(year: string): never {
  throw new ToolError(`year \`${year}' not in range 1..9999`, EX_USAGE);
}

/** A date that is written as yyyy-mm-dd. */
function dateOf(text: string | undefined): CalendarDate | undefined {
  if (text === undefined) return undefined;
  const [year = 0, month = 0, day = 0] = [0, 5, 8].map((at) => numberAt(text.slice(at)).value);
  return { year, month, day };
}

interface Letter {
  /** Empty for a mistake, which `value` tells of. */
  readonly letter: string;
  readonly value: string;
}

/** The options in their order up to the first mistake, and the operands between them. */
function readOptions(args: readonly string[]): {
  letters: readonly Letter[];
  operands: readonly string[];
} {
  const letters: Letter[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (word.length < 2 || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    // An option is a byte.
    const bytes = bytesOf(word);
    for (let i = 1; i < bytes.length; i++) {
      const letter = textOf(bytes.subarray(i, i + 1));
      const known = letter === ':' ? -1 : OPTIONS.indexOf(letter);
      if (known < 0) {
        letters.push({ letter: '', value: `invalid option -- '${letter}'` });
        return { letters, operands };
      }
      if (OPTIONS[known + 1] !== ':') {
        letters.push({ letter, value: '' });
        continue;
      }
      const value = i + 1 < bytes.length ? textOf(bytes.subarray(i + 1)) : args[++at];
      if (value === undefined) {
        letters.push({ letter: '', value: `option requires an argument -- '${letter}'` });
        return { letters, operands };
      }
      letters.push({ letter, value });
      break;
    }
  }
  return { letters, operands };
}
