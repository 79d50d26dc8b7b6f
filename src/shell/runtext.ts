/** Runs text: the commands of a script, of `eval`, of a trap, of `sh -c`. */
import { inClosingOrder, thenClose } from './closing.ts';
import { AbandonLine, type Context, complain } from './context.ts';
import { failed } from './failing.ts';
import type { Interpreter } from './interpreter.ts';
import type { Io } from './io.ts';
import { afterSyntaxError } from './posixmode.ts';
import { State } from './state.ts';
import { isolated } from './subshell.ts';
import type { HereDocument } from './syntax/heredocuments.ts';
import { Parser, SyntaxError_ } from './syntax/parse.ts';
import type { StatusAfter } from './syntax/scanner.ts';
import type { Statement } from './syntax/tree.ts';

/**
 * Runs text as a script, a line of commands at a time: what stands before a syntax error has run. The error is told
 * on standard error, and the status is 2.
 */
export async function runText(text: string, context: Context, shell: Interpreter): Promise<number> {
  try {
    return await runLines(text, context, shell);
  } catch (error) {
    if (!(error instanceof SyntaxError_)) throw error;
    const status = await failSyntax(error, context);
    afterSyntaxError(context);
    return status;
  }
}

/** The same; throws SyntaxError_. `status` is that of a text without commands. */
export async function runLines(
  text: string,
  context: Context,
  shell: Interpreter,
  status = 0,
): Promise<number> {
  if (text.includes('BASHPID')) context.state.namesPid = true;
  let last = status;
  const parser = new Parser(text, 1, context.state);
  for (;;) {
    const line = parser.line();
    if (context.state.options.has('verbose')) await context.io.get(2)?.write(parser.taken());
    else parser.taken();
    if (!line) break;
    if (parser.missing) await tellMissing(parser.missing, lastLineOf(text), context);
    last = await runLine(line, context, shell);
  }
  return last;
}

/** A line that is given up leaves the next ones as they are, but in a subshell, which ends. */
async function runLine(
  line: readonly Statement[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  try {
    return await shell.statements(line, context);
  } catch (error) {
    if (!(error instanceof AbandonLine) || state.subshells > 0) throw error;
    state.status = error.status;
    return error.status;
  }
}

export async function failSyntax(
  { message, line, shown, status }: SyntaxError_,
  { state, io }: Context,
): Promise<number> {
  const { text, atPrompt, isCommandString } = state;
  const source = text.isEval
    ? `${state.sourceName}: eval`
    : isCommandString && text.file === undefined
      ? `${state.name}: -c`
      : state.sourceName;
  const prefix = `${source}: ${atPrompt ? '' : `line ${text.linesBefore + line}: `}`;
  const more = shown === undefined || atPrompt ? '' : `${prefix}\`${shown}'\n`;
  if (message !== '') await io.get(2)?.write(`${prefix}${message}\n${more}`);
  const isWithin = text.isEval || state.sources > 0;
  state.status = isWithin && status !== 'one' ? 2 : statusAfter(status, state.status);
  return state.status;
}

function statusAfter(kind: StatusAfter, before: number): number {
  if (kind === 'one') return 1;
  const isKept = kind === 'unchanged' || (kind === 'two unless failed' && before !== 0);
  return isKept ? before : 2;
}

async function tellMissing(
  { delimiter, line }: HereDocument,
  lastLine: number,
  context: Context,
): Promise<void> {
  await complain(
    context,
    `line ${lastLine}: warning: here-document at line ${line} delimited by end-of-file (wanted \`${delimiter.text}')`,
  );
}

/** Runs text as `sh -c` does: a shell of its own, which inherits what is exported. It takes `io` over. */
export async function runApart(
  text: string,
  io: Io,
  { state, job }: Context,
  shell: Interpreter,
): Promise<number> {
  const own = state.clone();
  own.functions.clear();
  own.aliases.clear();
  for (const [name, { exported }] of own.variables)
    if (!exported && name !== 'IFS') own.variables.delete(name);
  own.options = new State().options;
  Object.assign(own, { name: 'sh', args: [] });
  // A number of its own costs a call of the kernel.
  if (/\$(?:\$|\{\$)/.test(text)) own.shellPid = own.pid = await shell.sys.enroll('sh', [text]);
  const inner = shell.context(own, io, job);
  const run = async (): Promise<number> => {
    try {
      return await isolated(inner, () => runText(text, inner, shell), shell);
    } catch (error) {
      return await failed(error, inner);
    }
  };
  return thenClose(run, () => inClosingOrder(io), inner);
}

const lastLineOf = (text: string): number => text.replace(/\n$/, '').split('\n').length;
