/** Prompts: the escapes of PS0 to PS4 and of `${name@P}`, and then their expansion (bash(1) "PROMPTING"). */
import { strftime } from '../tools/strftime.ts';
import { type Context, complain } from './context.ts';
import { ShellError } from './failure.ts';
import type { Jobs } from './jobs.ts';
import type { State } from './state.ts';
import { parsePrompt, SyntaxError_ } from './syntax/parse.ts';

/** A prompt of a shell that talks with a person: the directory, and a mark that tells by its colour how the last command ended. */
export const FIRST_PROMPT =
  '\\[\\e[34m\\]\\w\\[\\e[0m\\] \\[\\e[$(($? ? 31 : 32))m\\]\\$\\[\\e[0m\\] ';

/** What stands between these characters takes no room on the screen. */
export const START_HIDDEN = '\u0001';
export const END_HIDDEN = '\u0002';

const ESCAPE = /\\(?:([0-7]{3}|[0-7]{1,2}$)|D\{([^}]*)\}?|([\s\S]))/gu;

/** The text that is shown for a prompt. */
export async function promptText(prompt: string, context: Context, jobs: Jobs): Promise<string> {
  const { state, expander } = context;
  const text = decoded(prompt, state, jobs);
  if (!state.shopt.has('promptvars')) return text;
  const { status } = state;
  try {
    return await expander.text(parsePrompt(text));
  } catch (error) {
    if (error instanceof SyntaxError_) await complain(context, `${text}: bad substitution`);
    else if (error instanceof ShellError) await complain(context, error.message);
    else throw error;
    return text;
  } finally {
    state.status = status;
  }
}

function decoded(prompt: string, state: State, jobs: Jobs): string {
  const now = new Date();
  const time = (form: string): string => strftime(form, now, state.get('TZ'));
  return prompt.replace(ESCAPE, (all, octal?: string, form?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    if (form !== undefined) return literal(time(form || '%X'), state);
    return escapes[letter as string]?.({ state, jobs, time }) ?? all;
  });
}

interface Shown {
  readonly state: State;
  readonly jobs: Jobs;
  time(form: string): string;
}

const escapes: Readonly<Record<string, (shown: Shown) => string>> = {
  a: () => '\x07',
  e: () => '\x1b',
  n: () => '\n',
  r: () => '\r',
  '\\': () => '\\',
  '[': ({ state }) => (state.interactive ? START_HIDDEN : ''),
  ']': ({ state }) => (state.interactive ? END_HIDDEN : ''),
  $: ({ state }) => literal(state.get('EUID') === '0' ? '#' : '$', state),
  d: ({ time }) => time('%a %b %d'),
  t: ({ time }) => time('%H:%M:%S'),
  T: ({ time }) => time('%I:%M:%S'),
  '@': ({ time }) => time('%I:%M %p'),
  A: ({ time }) => time('%H:%M'),
  s: ({ state }) => literal(state.name.replace(/^-|^.*\//g, ''), state),
  v: ({ state }) =>
    state
      .elements('BASH_VERSINFO')
      .slice(0, 2)
      .map(([, each]) => each)
      .join('.'),
  V: ({ state }) =>
    state
      .elements('BASH_VERSINFO')
      .slice(0, 3)
      .map(([, each]) => each)
      .join('.'),
  u: ({ state }) => literal(state.get('USER') || 'user', state),
  h: ({ state }) => literal((state.get('HOSTNAME') ?? '').replace(/\..*/s, ''), state),
  H: ({ state }) => literal(state.get('HOSTNAME') ?? '', state),
  w: ({ state }) => literal(trimmed(underHome(state), state), state),
  W: ({ state }) => {
    const shown = underHome(state);
    return literal(/^[~/]?$/.test(shown) ? shown : shown.replace(/^.*\//s, ''), state);
  },
  j: ({ state, jobs }) => String(jobs.known(state).length),
  l: () => 'tty',
  '!': ({ state }) => String(state.historyNumber),
  '#': ({ state }) => String(state.commandNumber),
};

/** As it stays itself where the prompt is expanded afterwards. */
const literal = (text: string, { shopt }: State): string =>
  shopt.has('promptvars') ? text.replace(/[\\$`]/g, '\\$&') : text;

/** The working directory, with a tilde for HOME. */
function underHome(state: State): string {
  const home = state.get('HOME') ?? '';
  const { cwd } = state;
  if (home.length < 2 || (cwd !== home && !cwd.startsWith(`${home}/`))) return cwd;
  return `~${cwd.slice(home.length)}`;
}

/** With no more directories at its end than PROMPT_DIRTRIM says. */
function trimmed(path: string, state: State): string {
  const count = Number(state.get('PROMPT_DIRTRIM') ?? 0);
  const [, start = '', rest = ''] = /^(~?\/?)(.*)$/s.exec(path) ?? [];
  const names = rest.split('/');
  if (!(count > 0) || names.length <= count) return path;
  return `${start.startsWith('~') ? '~/' : ''}.../${names.slice(-count).join('/')}`;
}
