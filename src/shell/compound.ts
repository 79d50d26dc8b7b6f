/**
 * Compound commands: conditionals, loops, groups and subshells (bash(1) "Compound Commands"). Each runs its lists by the
 * interpreter, in the shell's own environment except for a subshell.
 */

import { conditional } from './condition.ts';
import { BreakLoop, type Context, ContinueLoop } from './context.ts';
import { expansion } from './failing.ts';
import { ExpansionError, ReadonlyError, ShellError } from './failure.ts';
import type { Interpreter } from './interpreter.ts';
import { matches } from './pattern.ts';
import { checkVariable } from './posixmode.ts';
import { read } from './read.ts';
import { begin, debug } from './simple.ts';
import { subshell } from './subshell.ts';
import type { Body, Compound, Word } from './syntax/tree.ts';
import { trace } from './xtrace.ts';

type Of<K extends Compound['type']> = Extract<Compound, { type: K }>;

export async function runCompound(
  command: Compound,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { expander } = context;
  switch (command.type) {
    case 'If':
      return runIf(command, context, shell);
    case 'While':
    case 'Until': {
      const isWhile = command.type === 'While';
      return loop(command.body, context, shell, async () => {
        const status = await shell.statements(command.condition, shell.tested(context));
        return (status === 0) === isWhile;
      });
    }
    case 'For':
      return runFor(command, context, shell);
    case 'Select':
      return runSelect(command, context, shell);
    case 'CStyleFor':
      return runCStyleFor(command, context, shell);
    case 'Case':
      return runCase(command, context, shell);
    case 'Group':
      return shell.statements(command.body, context);
    case 'Subshell':
      context.state.line = context.state.text.linesBefore + command.line;
      context.state.command = command;
      return subshell(command.body, context, shell);
    case 'Arithmetic':
      await begin(command, command.line, context, shell);
      await trace(`(( ${command.expression.source} ))`, context);
      return (await arithmetic(command.expression, context)) === 0n ? 1 : 0;
    case 'Conditional':
      await begin(command, command.line, context, shell);
      return conditional(command.condition, expander, (text) => trace(`[[ ${text} ]]`, context));
  }
}

async function runIf(
  { clauses, otherwise }: Of<'If'>,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  for (const { condition, body } of clauses)
    if ((await shell.statements(condition, shell.tested(context))) === 0)
      return shell.statements(body, context);
  return otherwise ? shell.statements(otherwise, context) : 0;
}

/** Of `((…))` and `for ((…))`. */
async function arithmetic(expression: Word, { expander }: Context): Promise<bigint> {
  try {
    return await expander.arithmetic(expression);
  } catch (error) {
    const isPlain = error instanceof ExpansionError || error instanceof ReadonlyError;
    if (error instanceof ShellError && !isPlain)
      throw new ShellError(`((: ${error.message}`, error.status);
    throw error;
  }
}

async function runFor(
  command: Of<'For' | 'Select'>,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  state.line = state.text.linesBefore + command.line;
  if (!(await checkVariable(command.variable, context))) return 1;
  const words = await wordsOf(command, context);
  const values = words.values();
  const head = `for ${command.variable} in ${wordsText(command)}`;
  return loop(command.body, context, shell, async () => {
    const next = values.next();
    if (next.done) return false;
    await begin(head, command.line, context, shell);
    if (!state.options.has('posix')) state.set(command.variable, next.value);
    else await expansion(context, async () => state.set(command.variable, next.value));
    return true;
  });
}

/** Asks on standard error which of the words is meant, until the input ends or the body leaves the loop. */
async function runSelect(
  command: Of<'For' | 'Select'>,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state, io } = context;
  state.line = state.text.linesBefore + command.line;
  if (!(await checkVariable(command.variable, context))) return 1;
  await begin(`select ${command.variable} in ${wordsText(command)}`, command.line, context, shell);
  const words = await wordsOf(command, context);
  if (words.length === 0) return 0;
  const columns = Number(state.get('COLUMNS')) || 80;
  let showsMenu = true;
  let hasEnded = false;
  const status = await loop(command.body, context, shell, async () => {
    for (;;) {
      if (showsMenu) await io.get(2)?.write(menu(words, columns));
      await io.get(2)?.write(state.get('PS3') ?? '#? ');
      if ((await read([], context, shell)) !== 0) {
        await io.get(1)?.write('\n');
        hasEnded = true;
        return false;
      }
      const reply = state.get('REPLY') ?? '';
      showsMenu = reply === '';
      if (showsMenu) continue;
      state.set(command.variable, /^\d+$/.test(reply) ? (words[Number(reply) - 1] ?? '') : '');
      return true;
    }
  });
  return hasEnded ? 1 : status;
}

/** The words that a loop takes, or "$@". */
async function wordsOf(
  { words }: Of<'For' | 'Select'>,
  context: Context,
): Promise<readonly string[]> {
  if (!words) return [...context.state.args];
  return expansion(context, () => context.expander.fields(words));
}

const wordsText = ({ words }: Of<'For' | 'Select'>): string =>
  words?.map(({ source }) => source).join(' ') ?? '"$@"';

const TAB = 8;

/** The words with their numbers in as many columns as there is room for, filled with tabs. */
function menu(words: readonly string[], columns: number): string {
  const digits = String(words.length).length;
  const width = Math.max(...words.map((word) => word.length)) + digits + 4;
  let rows = Math.ceil(words.length / Math.max(1, Math.floor(columns / width)));
  if (rows === 1) rows = words.length;
  let text = '';
  for (let row = 0; row < rows; row++) {
    for (let at = row, column = 0; at < words.length; at += rows, column += width) {
      const padded = String(at + 1).padStart(column === 0 ? String(rows).length : digits);
      const cell = `${padded}) ${words[at]}`;
      text += cell;
      if (at + rows < words.length) text += blanks(column + cell.length, column + width);
    }
    text += '\n';
  }
  return text;
}

/** From one column to another, with tabs where they fit. */
function blanks(from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; )
    if (Math.floor(to / TAB) > Math.floor(at / TAB)) {
      text += '\t';
      at += TAB - (at % TAB);
    } else {
      text += ' ';
      at++;
    }
  return text;
}

async function runCStyleFor(
  command: Of<'CStyleFor'>,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const step = async (part: Word): Promise<bigint> => {
    if (part.source.trim() === '') return 1n;
    const { state } = context;
    state.line = state.text.linesBefore + command.line;
    await debug(`((${part.source.trim()}))`, context, shell);
    await trace(`(( ${part.source.trim()} ))`, context);
    return arithmetic(part, context);
  };
  await step(command.init);
  return loop(
    command.body,
    context,
    shell,
    async () => (await step(command.condition)) !== 0n,
    async () => void (await step(command.update)),
  );
}

/** Runs a body as long as `again` says so, and `after` each round that is followed by another. */
async function loop(
  body: Body,
  context: Context,
  shell: Interpreter,
  again: () => Promise<boolean>,
  after: () => Promise<void> = async () => undefined,
): Promise<number> {
  context.state.loops++;
  try {
    return await rounds(body, context, shell, again, after);
  } finally {
    context.state.loops--;
  }
}

async function rounds(
  body: Body,
  context: Context,
  shell: Interpreter,
  again: () => Promise<boolean>,
  after: () => Promise<void>,
): Promise<number> {
  let status = 0;
  for (;;) {
    await shell.checkpoint(context);
    try {
      if (!(await again())) return status;
      status = await shell.statements(body, context);
    } catch (error) {
      if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
      if (--error.levels > 0) throw error;
      ({ status } = error);
      if (error instanceof BreakLoop) return status;
    }
    await after();
  }
}

async function runCase(command: Of<'Case'>, context: Context, shell: Interpreter): Promise<number> {
  await begin(`case ${command.word.source} in `, command.line, context, shell);
  const word = await expansion(context, () => context.expander.text(command.word));
  let status = 0;
  let falls = false;
  for (const item of command.items) {
    let chosen = falls;
    for (const pattern of item.patterns) {
      if (chosen) break;
      chosen = matches(await context.expander.pattern(pattern), word, {
        ignoresCase: context.state.shopt.has('nocasematch'),
        isExtended: context.state.hasExtendedPatterns,
      });
    }
    if (!chosen) continue;
    status = await shell.statements(item.body, context);
    if (item.terminator === ';;') return status;
    falls = item.terminator === ';&';
  }
  return status;
}
