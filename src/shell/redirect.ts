/** Redirections (bash(1) "REDIRECTION"). */

import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { words } from '../tools/strerror.ts';
import type { Context } from './context.ts';
import { type Io, kernelStream, memorySource, type Stream } from './io.ts';
import { ShellError, type State } from './state.ts';
import { type Part, type Redirection, sourceOf, type Word } from './syntax.ts';
import { absolute, type Sys } from './sys.ts';

/** The streams of a command after its redirections; `made` gets those that are its own to close. */
export async function redirected(
  redirections: readonly Redirection[],
  context: Context,
  made: Stream[],
  sys: Sys,
): Promise<Io> {
  if (redirections.length === 0) return context.io;
  const io: Io = new Map(context.io);
  const put = (fd: number, stream: Stream): void => {
    made.push(stream);
    io.set(fd, stream);
  };
  for (const redirection of redirections) {
    const at: Context = { ...context, io };
    const { operator, target } = redirection;
    const fd = redirection.fd ?? (operator.startsWith('<') ? 0 : 1);
    if (redirection.fdVariable !== undefined)
      throw new ShellError('{name}> is not supported: choose a number');
    if (target.type === 'HereDoc') {
      const content = target.stripTabs ? withoutTabs(target.content) : target.content;
      put(fd, memorySource(await at.expander.text(content)));
      continue;
    }
    if (operator === '<<<') {
      put(fd, memorySource(`${await at.expander.text(target)}\n`));
      continue;
    }
    const [word, ...more] = await at.expander.fields([target]);
    if (word === undefined || more.length > 0)
      throw new ShellError(`${sourceOf(target)}: ambiguous redirect`);
    if (operator === '>&' || operator === '<&') {
      if (word === '-') io.delete(fd);
      else if (/^\d+-?$/.test(word)) {
        const from = io.get(Number.parseInt(word, 10));
        if (!from) throw new ShellError(`${word}: Bad file descriptor`);
        put(fd, from.dup());
      } else if (operator === '>&' && redirection.fd === null) {
        const both = await openFor('>', word, context.state, sys);
        put(1, both);
        put(2, both.dup());
      } else throw new ShellError(`${word}: ambiguous redirect`);
    } else if (operator === '&>' || operator === '&>>') {
      const both = await openFor(operator === '&>' ? '>' : '>>', word, context.state, sys);
      put(1, both);
      put(2, both.dup());
    } else put(fd, await openFor(operator, word, context.state, sys));
  }
  return io;
}

async function openFor(operator: string, word: string, state: State, sys: Sys): Promise<Stream> {
  const path = absolute(state.cwd, word);
  const flags: Record<string, number> = {
    '<': OPEN.read,
    '>': OPEN.write | OPEN.create | OPEN.truncate,
    '>|': OPEN.write | OPEN.create | OPEN.truncate,
    '>>': OPEN.write | OPEN.create | OPEN.append,
    '<>': OPEN.read | OPEN.write | OPEN.create,
  };
  try {
    if (
      operator === '>' &&
      state.options.has('noclobber') &&
      (await sys.stat(path))?.kind === 'file'
    )
      throw new ShellError(`${word}: cannot overwrite existing file`);
    const fd = await sys.open(path, flags[operator] as number);
    return kernelStream(sys, fd, {
      read: operator === '<' || operator === '<>',
      write: operator !== '<',
    });
  } catch (error) {
    if (error instanceof FsError)
      throw new ShellError(`${word}: ${words[error.code] ?? error.code}`);
    throw error;
  }
}

/** The tabs at the beginning of lines, which `<<-` takes away. */
function withoutTabs(word: Word): Word {
  let begins = true;
  const parts = word.parts.map((part): Part => {
    if (part.type !== 'Literal') {
      begins = false;
      return part;
    }
    const value = part.value.replace(begins ? /(^|\n)\t+/g : /(\n)\t+/g, '$1');
    begins = part.value.endsWith('\n');
    return { ...part, value };
  });
  return { ...word, parts };
}
