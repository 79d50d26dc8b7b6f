/** `time`: how long a pipeline took, as TIMEFORMAT says (bash(1) "TIMEFORMAT"). */
import { type Context, complain } from './context.ts';

const PLAIN = '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';
const POSIX = 'real %2R\nuser %2U\nsys %2S';

const DIRECTIVE = /%(%|P|([0-9]?)(l?)([RUS])|.?)/gs;

/**
 * Tells the seconds that have passed. What programs compute the kernel counts by process and not by pipeline, so user and
 * system time are 0.
 */
export async function tellTime(
  seconds: number,
  kind: 'yes' | 'posix',
  context: Context,
): Promise<void> {
  const format = kind === 'posix' ? POSIX : (context.state.get('TIMEFORMAT') ?? PLAIN);
  if (format === '') return;
  for (const [, all = '', , , what] of format.matchAll(DIRECTIVE))
    if (what === undefined && all !== '%' && all !== 'P')
      return complain(context, `TIMEFORMAT: \`${all}': invalid format character`);
  const text = format.replace(DIRECTIVE, (_, all: string, digits = '', long = '', what = '') => {
    if (all === '%') return '%';
    if (all === 'P') return '0.00';
    const precision = digits === '' ? 3 : Math.min(3, Number(digits));
    return shown(what === 'R' ? seconds : 0, precision, long !== '');
  });
  await context.io.get(2)?.write(`${text}\n`);
}

/** With minutes where it is long. */
function shown(seconds: number, precision: number, isLong: boolean): string {
  const minutes = isLong ? Math.floor(seconds / 60) : 0;
  const scale = 10 ** precision;
  const rest = (Math.floor((seconds - minutes * 60) * scale) / scale).toFixed(precision);
  return isLong ? `${minutes}m${rest}s` : rest;
}
