/** `snapshot`: the files of /snapshots by words. */
import { OPEN } from '../kernel/operations.ts';
import { quoteWord } from '../kernel/words.ts';
import { type NamespaceCommand, print, Usage } from './command.ts';
import { ShellError } from './failure.ts';
import type { Interpreter } from './interpreter.ts';

const CTL = '/snapshots/ctl';
const COMPARE = '/snapshots/compare';

/** How many names each verb takes. */
const verbs: Readonly<Record<string, readonly [least: number, most: number]>> = {
  list: [0, 0],
  create: [1, 1],
  restore: [1, 1],
  remove: [1, 1],
  rename: [2, 2],
  diff: [1, 2],
};

interface Line {
  readonly name: string;
  readonly at: string;
  readonly files: number;
  readonly auto: boolean;
}

async function list(shell: Interpreter): Promise<string> {
  const text = new TextDecoder().decode(await shell.sys.readFile('/snapshots/list'));
  const lines = text.split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as Line)
    .map(({ name, at, files, auto }) => `${at}  ${files} files  ${name}${auto ? '  (auto)' : ''}\n`)
    .join('');
}

/** Writes a line; with `reads` also the reply, to its newline. */
async function ask(
  shell: Interpreter,
  path: string,
  line: string,
  reads: boolean,
): Promise<string> {
  const flags = OPEN.write | (reads ? OPEN.read : 0);
  const { fd } = await shell.sys.call('open', { dir: -1, path, flags });
  let reply = '';
  try {
    await shell.sys.call('write', { fd, data: new TextEncoder().encode(`${line}\n`) });
    while (reads && !reply.endsWith('\n')) {
      const { data } = await shell.sys.call('read', { fd, count: 65_536 });
      if (data.length === 0) break;
      reply += new TextDecoder().decode(data);
    }
  } finally {
    await shell.sys.call('close', { fd });
  }
  return reply;
}

async function diff(shell: Interpreter, names: readonly string[]): Promise<string> {
  const reply = JSON.parse(await ask(shell, COMPARE, names.map(quoteWord).join(' '), true)) as {
    changes?: { op: string; path: string; from?: string }[];
    error?: string;
    reason?: string;
  };
  if (!reply.changes) throw new ShellError(reply.reason ?? reply.error ?? 'cannot compare');
  return reply.changes
    .map(({ op, path, from }) => `${op.padEnd(9)} ${from ? `${from} -> ` : ''}${path}\n`)
    .join('');
}

export const snapshotCommand: NamespaceCommand = {
  usage:
    'snapshot [list | create NAME | restore NAME | remove NAME | rename NAME TO | diff FROM [TO]]',
  about: 'Snapshots of what is kept in the browser. diff compares with now where TO is left out.',
  run: async ([verb = 'list', ...names], context, shell) => {
    const [least, most] = (Object.hasOwn(verbs, verb) ? verbs[verb] : undefined) ?? [1, 0];
    if (names.length < least || names.length > most) throw new Usage();
    if (verb === 'list') await print(context, await list(shell));
    else if (verb === 'diff') await print(context, await diff(shell, names));
    else await ask(shell, CTL, [verb, ...names.map(quoteWord)].join(' '), false);
    return 0;
  },
};
