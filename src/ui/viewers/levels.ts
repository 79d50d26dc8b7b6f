/** How grave a line of a log is, by the words that logs use for it. */

export const levels = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type Level = (typeof levels)[number];

/** Where in a line its level stands: after a time and a name, not in what it says. */
const HEAD = 80;
/** In a line of JSON, the level may stand behind other fields. */
const JSON_HEAD = 100_000;

const names: Readonly<Record<string, Level>> = {
  emerg: 'error',
  alert: 'error',
  crit: 'error',
  critical: 'error',
  fatal: 'error',
  panic: 'error',
  error: 'error',
  err: 'error',
  warning: 'warn',
  warn: 'warn',
  notice: 'info',
  info: 'info',
  debug: 'debug',
  trace: 'trace',
  verbose: 'trace',
};
const word = `(${Object.keys(names).join('|')})`;
const field = new RegExp(`"(?:level|severity|lvl)"\\s*:\\s*"${word}"`, 'i');
/** As `level=warn`, `[WARN]`, `WARN:`, or the word in capitals. */
const marked = new RegExp(`\\blevel=${word}\\b|[[(<]${word}[\\])>]|\\b${word}:`, 'i');
const capital = new RegExp(`\\b${word.toUpperCase()}\\b`);

/** Undefined where a line tells none. */
export function levelOf(line: string): Level | undefined {
  if (line.startsWith('{')) return named(field.exec(line.slice(0, JSON_HEAD)));
  const head = line.slice(0, HEAD);
  return named(marked.exec(head)) ?? named(capital.exec(head));
}

const named = (found: RegExpExecArray | null): Level | undefined => {
  const name = found?.slice(1).find((each) => each !== undefined);
  return name === undefined ? undefined : names[name.toLowerCase()];
};

/** Whether a line is at least as grave as is wanted; those without a level show only where all do. */
export const isAtLeast = (line: string, wanted: Level): boolean => {
  const level = levelOf(line);
  return level !== undefined && levels.indexOf(level) <= levels.indexOf(wanted);
};
