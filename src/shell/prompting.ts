/** What a shell that reads lines does around each: prompts, PROMPT_COMMAND, the history (bash(1) "PROMPTING", "HISTORY EXPANSION"). */
import { type Context, complain } from './context.ts';
import { ShellError } from './failure.ts';
import { remember } from './history.ts';
import { expandHistory } from './historyexpansion.ts';
import type { Interpreter } from './interpreter.ts';
import { promptText } from './prompt.ts';

/** The prompt for a command, or for more of one; the commands of PROMPT_COMMAND run before it. */
export async function nextPrompt(
  isMore: boolean,
  context: Context,
  shell: Interpreter,
): Promise<string> {
  const { state } = context;
  if (isMore) return promptText(state.get('PS2') ?? '> ', context, shell.jobs);
  const { status } = state;
  for (const [, text] of state.elements('PROMPT_COMMAND')) {
    await shell.runText(text, context);
    state.status = status;
  }
  state.commandNumber++;
  state.historyNumber = state.history.base + state.history.lines.length;
  return promptText(state.get('PS1') ?? '', context, shell.jobs);
}

/** A line with its history expansion, which is shown; undefined where that fails or only prints, so that nothing runs. */
export async function expandedLine(line: string, context: Context): Promise<string | undefined> {
  const { state } = context;
  if (!state.options.has('histexpand') || !state.options.has('history')) return line;
  try {
    const expanded = expandHistory(line, state);
    if (!expanded) return line;
    await context.io.get(2)?.write(`${expanded.text}\n`);
    if (!expanded.printsOnly) return expanded.text;
    remember(expanded.text, state);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await complain(context, error.message);
  }
  return undefined;
}

/** Writes PS0 before a command runs. */
export async function beforeCommand(context: Context, shell: Interpreter): Promise<void> {
  const prompt = context.state.get('PS0');
  if (prompt) await context.io.get(2)?.write(await promptText(prompt, context, shell.jobs));
}
