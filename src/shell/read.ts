/** The builtin `read`: a line becomes variables (bash(1)). */
import { FsError } from '../kernel/errors.ts';
import type { Termios } from '../kernel/termios.ts';
import { explain } from '../tools/strerror.ts';
import { keyByKey, unechoed, withModes } from '../tools/terminalmodes.ts';
import { wholeNumber } from './arguments.ts';
import { assignTo } from './assign.ts';
import { optionsOf } from './builtinoptions.ts';
import type { Context } from './context.ts';
import { ReadonlyError, ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import type { Stream } from './io.ts';
import { type Line, readLine } from './line.ts';

const spec = {
  name: 'read',
  letters: 'ers',
  values: 'adinNptu',
  usage:
    'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]',
};
/** As of a command that SIGALRM has ended. */
const LATE = 142;

type Options = ReadonlyMap<string, string>;

/** The number that an option takes; undefined where it is not there. */
function numberIn(on: Options, letter: string, called: string): number | undefined {
  const text = on.get(letter);
  if (text === undefined) return undefined;
  const value = wholeNumber(text);
  if (value === undefined || value < 0) throw new ShellError(`${text}: invalid ${called}`);
  return value;
}

/** In milliseconds; of TMOUT where there is no option. */
function timeoutIn(on: Options, { state }: Context): number | undefined {
  const text = on.get('t');
  if (text === undefined) {
    const usual = Number(state.get('TMOUT'));
    return usual > 0 ? usual * 1000 : undefined;
  }
  if (!/^(\d+\.?\d*|\.\d+)$/.test(text))
    throw new ShellError(`${text}: invalid timeout specification`);
  return Number(text) * 1000;
}

/** Whether something can be read, or the end has come, before the time is over. */
async function isReady(input: Stream, milliseconds: number, shell: Interpreter): Promise<boolean> {
  if (input.hasAhead || input.fd === undefined) return true;
  const wanted = [{ fd: input.fd, what: 'read' }];
  const { ready } = await shell.sys.call('poll', { wanted, timeout: Math.max(0, milliseconds) });
  return (ready as readonly unknown[]).length > 0;
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*(\[.+\])?$/s.test(text);

function checkName(name: string): void {
  if (!isName(name)) throw new ShellError(`\`${name}': not a valid identifier`);
}

const unescapedLine = (text: string, raw: boolean): string =>
  raw ? text : text.replace(/\\(.?)/gs, '$1');

/** Sets the variables that were asked for. */
async function store(
  text: string,
  on: Options,
  names: readonly string[],
  context: Context,
): Promise<void> {
  const { state } = context;
  const raw = on.has('r');
  const ifs = state.get('IFS') ?? ' \t\n';
  const array = on.get('a');
  const whole = unescapedLine(text, raw);
  if (array !== undefined) {
    checkName(array);
    if (state.attributes(array).includes('r')) throw new ReadonlyError(array);
    if (state.isAssoc(array)) throw new ShellError(`${array}: not an indexed array`);
    const fields = on.has('N') ? [whole] : splitLine(text, ifs, raw, Number.POSITIVE_INFINITY);
    state.setArray(array, fields);
  } else if (names.length === 0) state.set('REPLY', whole);
  else {
    const values = on.has('N') ? [whole] : splitLine(text, ifs, raw, names.length);
    for (const [i, name] of names.entries()) {
      checkName(name);
      await assignTo(name, values[i] ?? '', context);
    }
  }
}

/** The stream that is read. */
function inputOf(on: Options, { io }: Context): Stream {
  const fd = numberIn(on, 'u', 'file descriptor specification') ?? 0;
  const input = io.get(fd);
  if (input?.readable) return input;
  throw new ShellError(
    on.has('u') && !input
      ? `${fd}: invalid file descriptor: Bad file descriptor`
      : `read error: ${fd}: Bad file descriptor`,
  );
}

async function lineFrom(
  input: Stream,
  on: Options,
  timeout: number | undefined,
  count: number | undefined,
  shell: Interpreter,
  isTerminal: boolean,
): Promise<Line> {
  if (count === 0) return { text: '', stop: 'whole' };
  const end = performance.now() + (timeout ?? 0);
  try {
    return await readLine(input, {
      delimiter: on.has('N') ? undefined : on.has('d') ? on.get('d')?.charCodeAt(0) || 0 : 10,
      raw: on.has('r'),
      bytewise: isTerminal,
      ...(count === undefined ? {} : { count }),
      ...(timeout === undefined
        ? {}
        : { wait: () => isReady(input, end - performance.now(), shell) }),
    });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new ShellError(`read error: ${on.get('u') ?? 0}: ${explain(error)}`);
  }
}

/** How the terminal has to be while it is read; undefined where it stays as it is. */
function modesFor(on: Options): ((modes: Termios) => Termios) | undefined {
  const isKeys = on.has('n') || on.has('N') || (on.has('d') && on.get('d') !== '\n');
  if (!isKeys) return on.has('s') ? unechoed : undefined;
  return on.has('s') ? (modes) => unechoed(keyByKey(modes)) : keyByKey;
}

export const read: Builtin = async (args, context, shell) => {
  const given = await optionsOf(args, spec, context);
  if (!given) return 2;
  const { on, rest: names } = given;
  const timeout = timeoutIn(on, context);
  const count = numberIn(on, 'N', 'number') ?? numberIn(on, 'n', 'number');
  const input = inputOf(on, context);
  if (names[0] !== undefined) checkName(names[0]);
  if (timeout === 0) return (await isReady(input, 0, shell)) ? 0 : 1;
  const isTerminal = input.fd !== undefined && shell.sys.terminals.has(input.fd);
  if (isTerminal && on.has('i'))
    throw new ShellError('-i: this shell cannot give a line to begin with', 2);
  const readIt = async (): Promise<Line> => {
    if (isTerminal) await context.io.get(2)?.write(on.get('p') ?? '');
    return lineFrom(input, on, timeout, count, shell, isTerminal);
  };
  const modes = isTerminal ? modesFor(on) : undefined;
  const { text, stop } = modes ? await withModes(shell.sys, modes, readIt) : await readIt();
  await store(text, on, names, context);
  return stop === 'late' ? LATE : stop === 'ended' ? 1 : 0;
};

/** At most `max` fields; the last has the rest of the line. */
function splitLine(line: string, separators: string, raw: boolean, max: number): string[] {
  // A backslash that means something parts no fields.
  const ifs = raw ? separators : separators.replaceAll('\\', '');
  const isBlank = (char: string): boolean => ifs.includes(char) && /\s/.test(char);
  const fields: string[] = [];
  let at = 0;
  const skipBlanks = (): void => {
    while (at < line.length && isBlank(line[at] as string)) at++;
  };
  skipBlanks();
  while (at < line.length) {
    if (fields.length === max - 1) {
      let rest = line.slice(at);
      while (rest !== '' && isBlank(rest.at(-1) as string) && (raw || rest.at(-2) !== '\\'))
        rest = rest.slice(0, -1);
      // One delimiter at the very end belongs to no field.
      const first = [...rest].findIndex((char) => ifs.includes(char));
      const only = first < 0 ? rest : [...rest].slice(0, first).join('');
      const delimiter = rest.slice(only.length).replace(/^\s*/, '');
      if (delimiter.length === 1 && ifs.includes(delimiter) && !isBlank(delimiter)) rest = only;
      fields.push(raw ? rest : rest.replace(/\\(.)/gs, '$1'));
      return fields;
    }
    let field = '';
    while (at < line.length && !ifs.includes(line[at] as string)) {
      if (!raw && line[at] === '\\') at++;
      field += line[at++] ?? '';
    }
    fields.push(field);
    skipBlanks();
    if (at < line.length && ifs.includes(line[at] as string) && !isBlank(line[at] as string)) {
      at++;
      skipBlanks();
    }
  }
  return fields;
}
