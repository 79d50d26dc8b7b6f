/** The shell's own commands (bash(1) "SHELL BUILTIN COMMANDS"). */
import { evaluate, parseExpression } from './arith.ts';
import { test } from './condition.ts';
import { quoteIfNeeded, quoteWord, unescapeText } from './expand.ts';
import {
  ARRAY_MARK,
  BreakLoop,
  type Builtin,
  type Context,
  ContinueLoop,
  ExitShell,
  type Interpreter,
  ReturnFunction,
  STOPPED,
} from './interpreter.ts';
import type { Stream } from './io.ts';
import { type Job, stoppedLine } from './jobs.ts';
import { printf } from './printf.ts';
import { optionNames, optionOf, ShellError, type State, type Variable } from './state.ts';
import { parse, type SimpleCommand } from './syntax.ts';
import { absolute, resolvePath } from './sys.ts';

const out = (context: Context, text: string): Promise<void> | undefined =>
  context.io.get(1)?.write(text);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

const number = (text: string | undefined, fallback: number): number => {
  if (text === undefined) return fallback;
  if (!/^-?\d+$/.test(text)) throw new ShellError(`${text}: numeric argument required`, 2);
  return Number(text);
};

const echo: Builtin = async (args, context) => {
  let at = 0;
  let newline = true;
  let escapes = context.state.shopt.has('xpg_echo');
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++)
    for (const letter of (args[at] as string).slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  const text = args.slice(at).join(' ');
  const cut = escapes && /(^|[^\\])(\\\\)*\\c/.test(text);
  await out(context, `${escapes ? unescapeText(text) : text}${newline && !cut ? '\n' : ''}`);
  return 0;
};

const cd: Builtin = async ([given, ...more], context, shell) => {
  const { state } = context;
  if (more.length > 0) throw new ShellError('too many arguments');
  const target = given === '-' ? state.get('OLDPWD') : (given ?? state.get('HOME'));
  if (target === undefined) throw new ShellError(given === '-' ? 'OLDPWD not set' : 'HOME not set');
  const path = resolvePath(state.cwd, target);
  const stat = await shell.sys.stat(absolute(state.cwd, target));
  if (!stat) throw new ShellError(`${target}: No such file or directory`);
  if (stat.kind !== 'dir') throw new ShellError(`${target}: Not a directory`);
  state.set('OLDPWD', state.cwd);
  state.cwd = path;
  state.set('PWD', path);
  if (given === '-') await out(context, `${path}\n`);
  return 0;
};

const set: Builtin = async (args, context) => {
  const { state } = context;
  if (args.length === 0) {
    const plain = [...state.variables].filter(([, { value }]) => typeof value === 'string');
    await out(
      context,
      plain
        .sort(byName)
        .map(([name, { value }]) => `${name}=${quoteIfNeeded(value as string)}\n`)
        .join(''),
    );
    return 0;
  }
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      const name = letter === 'o' ? args[++at] : optionOf(letter);
      if (letter === 'o' && name === undefined) {
        await out(
          context,
          optionNames
            .map((each) => `${each}\t${state.options.has(each) ? 'on' : 'off'}\n`)
            .join(''),
        );
        return 0;
      }
      if (letter === 'h' || letter === 'm' || letter === 'B' || letter === 'E' || letter === 'T')
        continue;
      if (name === undefined || !(optionNames.includes(name) || name === 'posix'))
        throw new ShellError(`${letter === 'o' ? name : `-${letter}`}: invalid option`, 2);
      if (on) state.options.add(name);
      else state.options.delete(name);
    }
  }
  if (at < args.length || args[at - 1] === '--') state.args = args.slice(at);
  return 0;
};

/** An array that the parser left as text: `name=(…)`. */
async function assignText(text: string, context: Context, shell: Interpreter): Promise<string> {
  const command = parse(text).statements[0]?.pipelines[0]?.commands[0] as SimpleCommand | undefined;
  const assignment = command?.assignments?.[0];
  if (!assignment) throw new ShellError(`${text}: not an assignment`);
  await shell.assign(assignment, context);
  return assignment.name;
}

const nameOf = (word: string): string => /^[A-Za-z_]\w*/.exec(word)?.[0] ?? '';

async function declareWords(
  words: readonly string[],
  context: Context,
  shell: Interpreter,
  prepare: (name: string) => Variable,
): Promise<number> {
  let status = 0;
  for (const word of words) {
    const array = word.startsWith(ARRAY_MARK);
    const text = array ? word.slice(ARRAY_MARK.length) : word;
    const name = nameOf(text);
    const rest = text.slice(name.length);
    if (name === '' || !/^(\[.*?\])?(\+?=|$)/s.test(rest)) {
      await shell.complain(context, `\`${text}': not a valid identifier`);
      status = 1;
      continue;
    }
    const variable = prepare(name);
    if (array) await assignText(text, context, shell);
    else if (rest !== '') {
      const [, subscript, append, value = ''] = /^(?:\[(.*?)\])?(\+?)=(.*)$/s.exec(rest) ?? [];
      if (subscript !== undefined)
        context.state.setElement(
          name,
          await context.expander.subscript(name, subscript),
          value,
          append === '+',
        );
      else if (variable.integer)
        context.state.set(
          name,
          String(await evaluate(parseExpression(value || '0'), context.expander)),
        );
      else context.state.set(name, value, append === '+');
    }
  }
  return status;
}

function flagsIn(args: readonly string[]): { on: string; off: string; rest: string[] } {
  let at = 0;
  let on = '';
  let off = '';
  for (; at < args.length && /^[-+][a-zA-Z]+$/.test(args[at] as string); at++) {
    if (args[at]?.startsWith('-')) on += (args[at] as string).slice(1);
    else off += (args[at] as string).slice(1);
  }
  if (args[at] === '--') at++;
  return { on, off, rest: args.slice(at) };
}

function describe(name: string, variable: Variable, state: State): string {
  const flags = `${variable.assoc ? 'A' : typeof variable.value === 'object' ? 'a' : ''}${variable.integer ? 'i' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}`;
  const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, '\\$&')}"`;
  const value =
    variable.value === undefined
      ? ''
      : typeof variable.value === 'string'
        ? `=${quoted(variable.value)}`
        : `=(${state
            .elements(name)
            .map(([key, each]) => `[${key}]=${quoted(each)}`)
            .join(' ')}${variable.assoc ? ' ' : ''})`;
  return `declare -${flags || '-'} ${name}${value}\n`;
}

const declare: Builtin = async (args, context, shell) => {
  const { on, off, rest } = flagsIn(args);
  const { state } = context;
  if (on.includes('f') || on.includes('F')) {
    const known = rest.filter((name) => state.functions.has(name));
    if (rest.length === 0)
      await out(
        context,
        [...state.functions.keys()].map((name) => `declare -f ${name}\n`).join(''),
      );
    else if (on.includes('F')) await out(context, known.map((name) => `${name}\n`).join(''));
    return known.length === rest.length ? 0 : 1;
  }
  if (on.includes('p') || (rest.length === 0 && on === '')) {
    const names = rest.length > 0 ? rest : [...state.variables.keys()].sort();
    let status = 0;
    for (const name of names) {
      const variable = state.variables.get(name);
      if (variable) await out(context, describe(name, variable, state));
      else {
        await shell.complain(context, `declare: ${name}: not found`);
        status = 1;
      }
    }
    return status;
  }
  const inFunction = state.locals.length > 0 && !on.includes('g');
  const after: Variable[] = [];
  const status = await declareWords(rest, context, shell, (name) => {
    const variable = inFunction ? state.makeLocal(name) : state.declare(name);
    if (on.includes('A') && !variable.assoc) {
      variable.assoc = true;
      variable.value = new Map<string, string>();
    } else if (on.includes('a') && typeof variable.value !== 'object')
      variable.value = new Map<number, string>();
    if (on.includes('i')) variable.integer = true;
    if (off.includes('i')) delete variable.integer;
    if (on.includes('x')) variable.exported = true;
    if (off.includes('x')) delete variable.exported;
    after.push(variable);
    return variable;
  });
  for (const variable of after) if (on.includes('r')) variable.readonly = true;
  return status;
};

const exportVariables: Builtin = async (args, context, shell) => {
  const { on, rest } = flagsIn(args);
  const { state } = context;
  if (rest.length === 0) {
    const exported = [...state.variables]
      .filter(([, each]) => each.exported)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    await out(context, exported.map(([name, each]) => describe(name, each, state)).join(''));
    return 0;
  }
  return declareWords(rest, context, shell, (name) => {
    const variable = state.declare(name);
    if (on.includes('n')) delete variable.exported;
    else variable.exported = true;
    return variable;
  });
};

const readonlyVariables: Builtin = async (args, context, shell) => {
  const { rest } = flagsIn(args);
  const after: Variable[] = [];
  const status = await declareWords(rest, context, shell, (name) => {
    const variable = context.state.declare(name);
    after.push(variable);
    return variable;
  });
  for (const variable of after) variable.readonly = true;
  return status;
};

const local: Builtin = async (args, context, shell) => {
  if (context.state.locals.length === 0) throw new ShellError('can only be used in a function');
  return declare(args.length === 0 ? [] : args, context, shell);
};

const unset: Builtin = async (args, context) => {
  const { on, rest } = flagsIn(args);
  for (const name of rest) {
    const [, array, key] = /^(\w+)\[(.*)\]$/s.exec(name) ?? [];
    if (array !== undefined && key !== undefined) {
      const value = context.state.variables.get(array)?.value;
      if (typeof value === 'object')
        (value as Map<unknown, string>).delete(await context.expander.subscript(array, key));
    } else if (on.includes('f')) context.state.functions.delete(name);
    else if (context.state.variables.has(name)) context.state.unset(name);
    else if (!on.includes('v')) context.state.functions.delete(name);
  }
  return 0;
};

/** One line, byte by byte: what comes after it is for others. */
async function readLine(
  input: Stream,
  { delimiter = 10, count = Number.POSITIVE_INFINITY, raw = false },
): Promise<{ text: string; ended: boolean }> {
  const bytes: number[] = [];
  let ended = false;
  let data: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (;;) {
    if (at >= data.length) {
      data = await input.read(4096);
      at = 0;
      if (data.length === 0) {
        ended = true;
        break;
      }
    }
    const byte = data[at++] as number;
    if (byte === delimiter) {
      const escaped = !raw && delimiter === 10 && trailingBackslashes(bytes) % 2 === 1;
      if (!escaped) break;
      bytes.pop();
      continue;
    }
    bytes.push(byte);
    if (bytes.length >= count) break;
  }
  if (at < data.length) input.pushBack(data.slice(at));
  return { text: new TextDecoder().decode(Uint8Array.from(bytes)), ended };
}

function trailingBackslashes(bytes: readonly number[]): number {
  let count = 0;
  while (bytes[bytes.length - 1 - count] === 92) count++;
  return count;
}

const read: Builtin = async (args, context) => {
  let raw = false;
  let array: string | undefined;
  let delimiter = 10;
  let count: number | undefined;
  let prompt: string | undefined;
  let fd = 0;
  let at = 0;
  for (; at < args.length && /^-[a-zA-Z]/.test(args[at] as string); at++) {
    const word = args[at] as string;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (letter === 'r') raw = true;
      else if (letter === 's' || letter === 'e') continue;
      else {
        const value = word.slice(i + 1) || (args[++at] ?? '');
        if (letter === 'a') array = value;
        else if (letter === 'd') delimiter = value === '' ? 0 : value.charCodeAt(0);
        else if (letter === 'n' || letter === 'N') count = number(value, 0);
        else if (letter === 'p') prompt = value;
        else if (letter === 'u') fd = number(value, 0);
        else if (letter !== 't' && letter !== 'i')
          throw new ShellError(`-${letter}: invalid option`, 2);
        break;
      }
    }
  }
  const names = args.slice(at);
  const input = context.io.get(fd);
  if (!input?.readable) throw new ShellError(`${fd}: Bad file descriptor`);
  if (prompt !== undefined) await context.io.get(2)?.write(prompt);
  const { text, ended } = await readLine(input, {
    delimiter,
    raw,
    ...(count === undefined ? {} : { count }),
  });
  const ifs = context.state.get('IFS') ?? ' \t\n';
  if (array !== undefined)
    context.state.setArray(array, splitLine(text, ifs, raw, Number.POSITIVE_INFINITY));
  else if (names.length === 0)
    context.state.set('REPLY', raw ? text : text.replace(/\\(.)/gs, '$1'));
  else {
    const values = splitLine(text, ifs, raw, names.length);
    for (const [i, name] of names.entries()) context.state.set(name, values[i] ?? '');
  }
  return ended ? 1 : 0;
};

/** At most `max` fields; the last has the rest of the line. */
function splitLine(line: string, ifs: string, raw: boolean, max: number): string[] {
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
      const [only] =
        rest.match(new RegExp(`^[^${ifs.replace(/[\]\\^-]/g, '\\$&')}]*(?=.$)`, 's')) ?? [];
      if (
        ifs !== '' &&
        only !== undefined &&
        ifs.includes(rest.at(-1) as string) &&
        !isBlank(rest.at(-1) as string)
      )
        rest = only;
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

const mapfile: Builtin = async (args, context) => {
  const trim = args.includes('-t');
  const name = args.find((word) => !word.startsWith('-')) ?? 'MAPFILE';
  const text = new TextDecoder().decode(await context.io.get(0)?.readAll());
  const lines = text.split('\n').map((line) => (trim ? line : `${line}\n`));
  if (text === '' || text.endsWith('\n')) lines.pop();
  context.state.setArray(name, lines);
  return 0;
};

const source: Builtin = async ([path, ...args], context, shell) => {
  if (path === undefined) throw new ShellError('filename argument required', 2);
  const { state } = context;
  const found = (await shell.which(path, state)) ?? absolute(state.cwd, path);
  let bytes: Uint8Array;
  try {
    const input = path === '/dev/stdin' ? context.io.get(0) : undefined;
    bytes = input
      ? await input.readAll()
      : await shell.sys.readFile(path.includes('/') ? absolute(state.cwd, path) : found);
  } catch {
    throw new ShellError(`${path}: No such file or directory`);
  }
  const outer = state.args;
  if (args.length > 0) state.args = args;
  state.sources++;
  try {
    return await shell.runText(new TextDecoder().decode(bytes), context);
  } catch (error) {
    if (error instanceof ReturnFunction) return error.status;
    throw error;
  } finally {
    state.sources--;
    state.args = outer;
  }
};

const keywords: ReadonlySet<string> = new Set(
  'if then elif else fi for while until do done case esac in function time { } ! [[ ]] select'.split(
    ' ',
  ),
);

/** What a name would run. */
async function kindOf(
  name: string,
  context: Context,
  shell: Interpreter,
): Promise<{ kind: string; path?: string } | undefined> {
  if (context.state.aliases.has(name)) return { kind: 'alias' };
  if (keywords.has(name)) return { kind: 'keyword' };
  if (context.state.functions.has(name)) return { kind: 'function' };
  if (shell.commands.builtins.has(name) || shell.commands.tool(name)) return { kind: 'builtin' };
  const path = await shell.which(name, context.state);
  return path === undefined ? undefined : { kind: 'file', path };
}

const type: Builtin = async (args, context, shell) => {
  const { on, rest } = flagsIn(args);
  let status = 0;
  for (const name of rest) {
    const found = await kindOf(name, context, shell);
    if (!found) {
      status = 1;
      if (!on.includes('t')) await shell.complain(context, `type: ${name}: not found`);
    } else if (on.includes('t')) await out(context, `${found.kind}\n`);
    else if (found.kind === 'alias')
      await out(context, `${name} is aliased to \`${context.state.aliases.get(name)}'\n`);
    else if (found.kind === 'file') await out(context, `${name} is ${found.path}\n`);
    else if (found.kind === 'builtin') await out(context, `${name} is a shell builtin\n`);
    else
      await out(
        context,
        `${name} is a ${found.kind === 'keyword' ? 'shell keyword' : found.kind}\n`,
      );
  }
  return status;
};

const command: Builtin = async (args, context, shell) => {
  const [first, ...rest] = args;
  if (first === '-v' || first === '-V') {
    let status = 0;
    for (const name of rest) {
      const found = await kindOf(name, context, shell);
      if (!found) status = 1;
      else if (found.kind === 'alias')
        await out(
          context,
          `alias ${name}=${quoteWord(context.state.aliases.get(name) as string)}\n`,
        );
      else await out(context, `${found.path ?? name}\n`);
    }
    return status;
  }
  const words = first === '--' || first === '-p' ? rest : args;
  return words.length === 0
    ? 0
    : shell.call(words[0] as string, words.slice(1), context, 'commands');
};

const alias: Builtin = async (args, context, shell) => {
  const { aliases } = context.state;
  if (args.length === 0)
    await out(
      context,
      [...aliases]
        .sort(byName)
        .map(([name, text]) => `alias ${name}=${quoteWord(text)}\n`)
        .join(''),
    );
  let status = 0;
  for (const word of args) {
    const at = word.indexOf('=');
    if (at > 0) aliases.set(word.slice(0, at), word.slice(at + 1));
    else if (aliases.has(word))
      await out(context, `alias ${word}=${quoteWord(aliases.get(word) as string)}\n`);
    else {
      await shell.complain(context, `alias: ${word}: not found`);
      status = 1;
    }
  }
  return status;
};

const getopts: Builtin = (args, { state }) => {
  const [spec = '', name = '', ...given] = args;
  const words = given.length > 0 ? given : state.args;
  let index = Number(state.get('OPTIND') ?? 1);
  let at = Number(state.get('__optat') ?? 1);
  const word = words[index - 1];
  const finish = (letter: string, status: number): number => {
    state.set('OPTIND', String(index));
    state.set('__optat', String(at));
    state.set(name, letter);
    return status;
  };
  if (word === undefined || !/^-./.test(word) || word === '--') {
    if (word === '--') index++;
    at = 1;
    return finish('?', 1);
  }
  const letter = word[at++] as string;
  const known = spec.replace(/^:/, '').indexOf(letter);
  const takes = spec.replace(/^:/, '')[known + 1] === ':';
  state.unset('OPTARG');
  if (known < 0) state.set('OPTARG', letter);
  else if (takes) {
    const value = word.slice(at) || words[index++];
    if (word.slice(at) === '' && value === undefined) {
      at = 1;
      index++;
      state.set('OPTARG', letter);
      return finish(spec.startsWith(':') ? ':' : '?', 0);
    }
    state.set('OPTARG', value as string);
    at = word.length;
  }
  if (at >= word.length) {
    index++;
    at = 1;
  }
  return finish(known < 0 ? '?' : letter, 0);
};

const trap: Builtin = async (args, context) => {
  const { traps } = context.state;
  const [action, ...names] = args[0] === '--' ? args.slice(1) : args;
  if (action === undefined || action === '-p') {
    await out(
      context,
      [...traps].map(([name, text]) => `trap -- ${quoteWord(text)} ${name}\n`).join(''),
    );
    return 0;
  }
  const events = (names.length === 0 ? [action] : names).map((name) =>
    name === '0' ? 'EXIT' : name.replace(/^SIG/, ''),
  );
  for (const name of events) {
    if (action === '-' || names.length === 0) traps.delete(name);
    else traps.set(name, action);
  }
  return 0;
};

const wait: Builtin = async (args, context, shell) => {
  const ids = args.filter((word) => !word.startsWith('-'));
  if (ids.length === 0) {
    for (const job of shell.jobs.all) if (!job.stopped) await untilInterrupted(job.done, shell);
    shell.jobs.reap();
    return 0;
  }
  let status = 0;
  for (const word of ids) {
    const job = word.startsWith('%')
      ? shell.jobs.find(word)
      : shell.jobs.all.find(
          ({ pids, id }) =>
            pids.includes(Number(word)) || (pids.length === 0 && id === Number(word)),
        );
    if (job) {
      status = await untilInterrupted(job.done, shell);
      shell.jobs.forget(job);
    } else {
      await shell.complain(context, `wait: pid ${word} is not a child of this shell`);
      status = 127;
    }
  }
  return status;
};

async function untilInterrupted<T>(done: Promise<T>, shell: Interpreter): Promise<T> {
  const { signal } = shell.sys;
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([done, interrupted]);
  } catch (error) {
    await shell.sys.checkpoint();
    throw error;
  }
}

const jobs: Builtin = async (args, context, shell) => {
  for (const job of shell.jobs.all) {
    const line = args.includes('-p')
      ? job.pids.join(' ')
      : `[${job.id}]  ${job.state.padEnd(10)} ${job.text}`;
    await out(context, `${line}\n`);
  }
  shell.jobs.reap();
  return 0;
};

const foreground: Builtin = async ([word], context, shell) => {
  const job = shell.jobs.find(word);
  await out(context, `${job.text}\n`);
  await shell.setForeground(job.pids);
  job.stopped = false;
  await shell.jobs.signal(job, 'start');
  try {
    const status = await untilInterrupted(Promise.race([job.done, stopOf(job, shell)]), shell);
    job.stopped = status === STOPPED;
    if (job.stopped) await context.io.get(2)?.write(`\n${stoppedLine(job)}\n`);
    else shell.jobs.forget(job);
    return status;
  } finally {
    await shell.setForeground();
  }
};

/** Resolves once a program of the job is stopped; never where all of them end. */
function stopOf(job: Job, shell: Interpreter): Promise<number> {
  return new Promise((resolve) => {
    for (const pid of job.pids)
      void shell.sys.wait(pid, true).then(
        ({ stopped }) => stopped && resolve(STOPPED),
        () => undefined,
      );
  });
}

const background: Builtin = async ([word], context, shell) => {
  const job = shell.jobs.find(word);
  job.stopped = false;
  await shell.jobs.signal(job, 'start');
  await out(context, `[${job.id}]+ ${job.text} &\n`);
  return 0;
};

const signals: Readonly<Record<string, string>> = {
  '0': '0',
  '1': 'hangup',
  HUP: 'hangup',
  '2': 'interrupt',
  INT: 'interrupt',
  '9': 'killed',
  KILL: 'killed',
  '15': 'terminated',
  TERM: 'terminated',
  '18': 'start',
  CONT: 'start',
  '19': 'stop',
  STOP: 'stop',
  '20': 'stop',
  TSTP: 'stop',
};

/** Signal 0 only asks whether the process is there (kill(2)). */
async function send(pid: number, signal: string, shell: Interpreter): Promise<void> {
  if (signal !== '0') return shell.sys.signalProcess(pid, signal);
  const { processes } = await shell.sys.call('processes', {});
  if (!(processes as { pid: number }[]).some((each) => each.pid === pid))
    throw new ShellError('gone');
}

const kill: Builtin = async (args, context, shell) => {
  if (args[0] === '-l') {
    await out(context, 'HUP INT KILL TERM CONT STOP TSTP\n');
    return 0;
  }
  let signal = 'terminated';
  let at = 0;
  const [first = ''] = args;
  if (/^-./.test(first)) {
    const name = (first === '-s' || first === '-n' ? (args[1] ?? '') : first.slice(1)).replace(
      /^SIG/,
      '',
    );
    at = first === '-s' || first === '-n' ? 2 : 1;
    signal = signals[name.toUpperCase()] ?? '';
    if (signal === '') throw new ShellError(`${name}: invalid signal specification`);
  }
  const targets = args.slice(at);
  if (targets.length === 0) throw new ShellError('usage: kill [-SIGNAL] pid | %job …', 2);
  let status = 0;
  for (const word of targets) {
    const pids = word.startsWith('%') ? shell.jobs.find(word).pids : [Number(word)];
    for (const pid of pids)
      await send(pid, signal, shell).catch(async () => {
        await shell.complain(context, `kill: (${word}) - No such process`);
        status = 1;
      });
  }
  return status;
};

const dirStack = (state: State): string[] => [state.cwd, ...state.dirStack];

const pushd: Builtin = async ([path], context, shell) => {
  const { state } = context;
  const before = state.cwd;
  if (path === undefined) {
    const [top, ...rest] = state.dirStack;
    if (top === undefined) throw new ShellError('no other directory');
    await cd([top], context, shell);
    state.dirStack = [before, ...rest];
  } else {
    await cd([path], context, shell);
    state.dirStack = [before, ...state.dirStack];
  }
  await out(context, `${dirStack(state).join(' ')}\n`);
  return 0;
};

const popd: Builtin = async (_, context, shell) => {
  const [top, ...rest] = context.state.dirStack;
  if (top === undefined) throw new ShellError('directory stack empty');
  await cd([top], context, shell);
  context.state.dirStack = rest;
  await out(context, `${dirStack(context.state).join(' ')}\n`);
  return 0;
};

const shopt: Builtin = async (args, context) => {
  const { on, rest } = flagsIn(args);
  let status = 0;
  for (const name of rest) {
    if (on.includes('s')) context.state.shopt.add(name);
    else if (on.includes('u')) context.state.shopt.delete(name);
    else {
      const set_ = context.state.shopt.has(name);
      if (!set_) status = 1;
      if (!on.includes('q')) await out(context, `${name}\t${set_ ? 'on' : 'off'}\n`);
    }
  }
  return status;
};

async function isInLoop(word: string, context: Context, shell: Interpreter): Promise<boolean> {
  if (context.state.loops > 0) return true;
  await shell.complain(context, `${word}: only meaningful in a \`for', \`while', or \`until' loop`);
  return false;
}

const testBuiltin: Builtin = async (args, context) =>
  (await test(args, context.expander)) ? 0 : 1;

export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    ':': () => 0,
    true: () => 0,
    false: () => 1,
    echo,
    printf: async (args: readonly string[], context: Context) => {
      const [first, name = '', ...rest] = args;
      const words = first === '-v' ? rest : first === '--' ? args.slice(1) : args;
      if (words.length === 0) throw new ShellError('usage: printf [-v var] format [arguments]', 2);
      const { text, problems } = printf(words[0] as string, words.slice(1));
      for (const problem of problems)
        await context.io.get(2)?.write(`${context.state.name}: printf: ${problem}\n`);
      if (first === '-v') context.state.set(name, text);
      else await out(context, text);
      return problems.length > 0 ? 1 : 0;
    },
    cd,
    pwd: async (_, context) => {
      await out(context, `${context.state.cwd}\n`);
      return 0;
    },
    export: exportVariables,
    readonly: readonlyVariables,
    declare,
    typeset: declare,
    local,
    unset,
    set,
    shift: (args, { state }) => {
      const count = number(args[0], 1);
      if (count > state.args.length) return 1;
      state.args = state.args.slice(count);
      return 0;
    },
    test: testBuiltin,
    '[': async (args, context, shell) => {
      if (args.at(-1) !== ']') throw new ShellError("missing `]'", 2);
      return testBuiltin(args.slice(0, -1), context, shell);
    },
    read,
    mapfile,
    readarray: mapfile,
    exit: (args, { state }) => {
      throw new ExitShell(number(args[0], state.status) & 255);
    },
    return: async (args, context, shell) => {
      const { state } = context;
      if (state.locals.length === 0 && state.sources === 0) {
        await shell.complain(
          context,
          "return: can only `return' from a function or sourced script",
        );
        return 1;
      }
      throw new ReturnFunction(number(args[0], state.status) & 255);
    },
    break: async (args, context, shell) => {
      if (await isInLoop('break', context, shell)) throw new BreakLoop(number(args[0], 1));
      return 0;
    },
    continue: async (args, context, shell) => {
      if (await isInLoop('continue', context, shell)) throw new ContinueLoop(number(args[0], 1));
      return 0;
    },
    eval: (args, context, shell) =>
      args.length === 0 ? 0 : shell.runText(args.join(' '), context),
    source,
    '.': source,
    alias,
    unalias: (args, { state }) => {
      if (args[0] === '-a') state.aliases.clear();
      let status = 0;
      for (const name of args) if (name !== '-a' && !state.aliases.delete(name)) status = 1;
      return status;
    },
    type,
    command,
    builtin: ([name = '', ...args], context, shell) => {
      const found = shell.commands.builtins.get(name);
      if (!found) throw new ShellError(`${name}: not a shell builtin`);
      return found(args, context, shell);
    },
    let: async (args, { expander }) => {
      let value = 0n;
      for (const text of args) value = await evaluate(parseExpression(text), expander);
      return value === 0n ? 1 : 0;
    },
    getopts,
    trap,
    wait,
    jobs,
    fg: foreground,
    bg: background,
    kill,
    pushd,
    popd,
    dirs: async (_, context) => {
      await out(context, `${dirStack(context.state).join(' ')}\n`);
      return 0;
    },
    shopt,
    umask: async (_, context) => {
      await out(context, '0022\n');
      return 0;
    },
    hash: async (_, context) => {
      await out(context, 'hash: hash table empty\n');
      return 0;
    },
    times: async (_, context) => {
      await out(context, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
      return 0;
    },
  } satisfies Record<string, Builtin>),
);
