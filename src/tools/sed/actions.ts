/** What each command of sed(1) does. */
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import { ToolError } from '../host.ts';
import { RegexError } from '../regex/index.ts';
import type { Action, Machine, Step } from './machine.ts';
import { shown, type Writer } from './outputs.ts';
import type { Command, Expression, Substitution } from './script.ts';
import { substitute } from './substitute.ts';

const next: Action = async (machine) => {
  if (await machine.input.isLast()) return 'print';
  if (!machine.settings.isQuiet) machine.writer.space(machine.pattern);
  await machine.read();
  return undefined;
};

const addNext: Action = async (machine) => {
  if (await machine.input.isLast())
    return machine.settings.conformance === 'gnu' ? 'print' : 'drop';
  machine.pattern.byte(machine.settings.delimiter);
  await machine.read(true);
  return undefined;
};

/** The bytes of the pattern space up to the first delimiter, and whether there is one. */
function firstLine({ pattern, settings }: Machine): { line: Uint8Array; isOne: boolean } {
  const { bytes } = pattern;
  const end = bytes.indexOf(settings.delimiter);
  return { line: end < 0 ? bytes : bytes.subarray(0, end), isOne: end < 0 };
}

function writeFirst(machine: Machine, writer: Writer): void {
  const { line, isOne } = firstLine(machine);
  writer.line(line, isOne ? machine.pattern.isWhole : true);
}

const replaceMatches: Action = (machine, command) => {
  const rules = command.substitution as Substitution;
  const regex = machine.regexOf(rules.pattern);
  const isChecked = machine.isOfAddress && machine.settings.conformance === 'gnu';
  if (isChecked && rules.highest > regex.groups)
    machine.fail(`invalid reference \\${rules.highest} on \`s' command's RHS`);
  if (!replaced(machine, regex, rules)) return undefined;
  machine.isReplaced = true;
  if (rules.isPrintedFirst) machine.writer.space(machine.pattern);
  if (rules.isRun) return runPattern(machine).then(() => written(machine, rules));
  return written(machine, rules);
};

function replaced(machine: Machine, regex: Expression, rules: Substitution): boolean {
  const { pattern, spare } = machine;
  try {
    if (!substitute(pattern, regex, rules, spare)) return false;
    spare.isWhole = pattern.isWhole;
    machine.pattern = spare;
    machine.spare = pattern;
    return true;
  } catch (error) {
    if (error instanceof RegexError) throw new ToolError(error.message, 4);
    throw error;
  }
}

function written(machine: Machine, { isPrinted, isPrintedFirst, file }: Substitution): undefined {
  if (isPrinted && !isPrintedFirst) machine.writer.space(machine.pattern);
  if (file !== undefined) machine.outputs.named(file).space(machine.pattern);
}

/** The output of the pattern space as a command takes its place, without the end of its last line. */
async function runPattern(machine: Machine): Promise<void> {
  const { pattern, settings } = machine;
  const output = await machine.shell(textOf(pattern.bytes));
  pattern.set(output.at(-1) === settings.delimiter ? output.subarray(0, -1) : output);
}

const run: Action = async (machine, { text }) => {
  if (text && text.length > 0) machine.writer.raw(await machine.shell(textOf(text)));
  else await runPattern(machine);
  return undefined;
};

const readFile: Action = ({ queue, writer }, { file = '', isBefore }) => {
  if (isBefore) return queue.copy(file, writer).then(() => undefined);
  queue.add(file);
  return undefined;
};

/** `t` jumps after a substitution, `T` without one. Both forget it. */
const jumpIf =
  (wanted: boolean): Action =>
  (machine, { target }) => {
    const isWanted = machine.isReplaced === wanted;
    machine.isReplaced = false;
    return isWanted ? target : undefined;
  };

const translate: Action = ({ pattern }, { map, table }) => {
  if (table) {
    pattern.translate(table);
    return undefined;
  }
  const chars = [...textOf(pattern.bytes)].map((char) => map?.get(char) ?? char);
  pattern.set(bytesOf(chars.join('')));
  return undefined;
};

const change: Action = (machine, command) => {
  const goesOn = command.second && machine.selectionOf(command).goesOn;
  if (!goesOn && command.text?.length) machine.writer.raw(command.text);
  return 'drop';
};

const restartOrDrop: Action = (machine) => {
  const { line, isOne } = firstLine(machine);
  if (isOne) return 'drop';
  machine.pattern.cut(line.length + 1);
  return 'restart';
};

/** An action that goes on to the next command. */
const then =
  (work: (machine: Machine, command: Command) => void): Action =>
  (machine, command): Step => {
    work(machine, command);
    return undefined;
  };

export const actions: Readonly<Record<string, Action>> = {
  '=': then(({ writer, line }) => writer.line(bytesOf(String(line)), true)),
  '{': () => undefined,
  a: then(({ queue }, { text }) => queue.add(text ?? new Uint8Array(0))),
  b: (_machine, { target }) => target,
  c: change,
  d: () => 'drop',
  D: restartOrDrop,
  e: run,
  F: then(({ writer, input }) => writer.line(bytesOf(input.fileName), true)),
  g: then(({ pattern, hold }) => pattern.copy(hold)),
  G: then(({ pattern, hold, settings }) => pattern.add(settings.delimiter, hold)),
  h: then(({ pattern, hold }) => hold.copy(pattern)),
  H: then(({ pattern, hold, settings }) => hold.add(settings.delimiter, pattern)),
  i: then(({ writer }, { text }) => writer.raw(text ?? new Uint8Array(0))),
  l: then(({ writer, pattern, settings }, { number }) =>
    writer.line(bytesOf(shown(pattern.bytes, number ?? settings.width, settings.delimiter)), true),
  ),
  n: next,
  N: addNext,
  p: then(({ writer, pattern }) => writer.space(pattern)),
  P: then((machine) => writeFirst(machine, machine.writer)),
  q: (_machine, { number }) => ({ status: number ?? 0, isPrinted: true }),
  Q: (_machine, { number }) => ({ status: number ?? 0, isPrinted: false }),
  r: readFile,
  R: async ({ queue }, { file = '' }) => {
    await queue.addLine(file);
    return undefined;
  },
  s: replaceMatches,
  t: jumpIf(true),
  T: jumpIf(false),
  w: then(({ outputs, pattern }, { file = '' }) => outputs.named(file).space(pattern)),
  W: then((machine, { file = '' }) => writeFirst(machine, machine.outputs.named(file))),
  x: then((machine) => {
    [machine.pattern, machine.hold] = [machine.hold, machine.pattern];
  }),
  y: translate,
  z: then(({ pattern }) => pattern.clear()),
};
