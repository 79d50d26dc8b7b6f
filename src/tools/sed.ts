/** sed(1). */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { closing } from './closing.ts';
import { flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import type { Fragment } from './sed/fragments.ts';
import { InPlace } from './sed/inplace.ts';
import { Input } from './sed/input.ts';
import { Machine } from './sed/machine.ts';
import { Outputs } from './sed/outputs.ts';
import { parseScript } from './sed/parse.ts';
import type { Script } from './sed/script.ts';
import { readAll, reasonOf } from './stdio.ts';

const rules = {
  options: [
    'n|quiet',
    'silent',
    'debug',
    'e|expression=',
    'f|file=',
    'follow-symlinks',
    'i|in-place=?',
    'l|line-length=',
    'posix',
    'b|binary',
    'E|regexp-extended',
    'r',
    's|separate',
    'sandbox',
    'u|unbuffered',
    'z|null-data',
    'version',
  ],
  usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...',
};

export const sed: Tool = async (host) => {
  const isCorrect = host.env['POSIXLY_CORRECT'] !== undefined;
  const flags = flagsOf(host, { ...rules, inOrder: isCorrect });
  refuse(flags, 'debug', 'version');
  const { has } = flags;
  const given = await fragmentsOf(host, flags);
  if (!given) {
    await host.stderr.write(bytesOf(`Usage: ${host.name} ${rules.usage}\n`));
    return 1;
  }
  const { fragments, names } = given;
  const delimiter = has('null-data') ? 0 : 10;
  const script = parseScript(fragments, {
    delimiter,
    isExtended: has('regexp-extended') || has('r'),
    conformance: has('posix') ? 'posix' : isCorrect ? 'correct' : 'gnu',
    isSandboxed: has('sandbox'),
  });
  const outputs = new Outputs(host, delimiter);
  let machine: Machine | undefined;
  const inPlace = has('in-place')
    ? new InPlace(host, flags.value('in-place') ?? '', {
        delimiter,
        followsLinks: has('follow-symlinks'),
      })
    : undefined;
  const input = new Input(host, names, {
    delimiter,
    isSeparate: has('separate') || inPlace !== undefined,
    around: inPlace,
    restart: async () => machine?.restart(),
  });
  machine = new Machine(host, script, input, outputs, {
    isQuiet: has('quiet') || has('silent') || script.isQuiet,
    conformance: script.conformance,
    delimiter,
    width: widthOf(flags.value('line-length'), host.env['COLS']),
    isUnbuffered: has('unbuffered'),
    output: () => inPlace?.writer ?? outputs.stdout,
  });
  const run = async (): Promise<number> => {
    try {
      for (const name of filesOf(script)) await outputs.open(name);
      const status = await machine.run();
      await input.close();
      return status || (inPlace?.status ?? 0);
    } finally {
      await inPlace?.abandon();
      await machine.queue.close();
    }
  };
  return closing(outputs, run);
};

/** How long the lines of `l` are: as given, or a column less than a terminal has by COLS. */
function widthOf(text: string | undefined, columns = ''): number {
  if (text !== undefined) return Number.parseInt(text, 10) || 0;
  const count = Number.parseInt(columns, 10);
  // A negative number is taken for a large one.
  if (count < 0) return 0;
  return count > 1 ? count - 1 : 70;
}

/** The files that the script writes. */
function* filesOf({ commands }: Script): Generator<string> {
  for (const { name, file, substitution } of commands) {
    if (file !== undefined && (name === 'w' || name === 'W')) yield file;
    if (substitution?.file !== undefined) yield substitution.file;
  }
}

/** The parts of the script in the order in which they were given, and what is left of the operands; undefined without a script. */
async function fragmentsOf(
  host: Host,
  flags: ReturnType<typeof flagsOf>,
): Promise<{ fragments: readonly Fragment[]; names: readonly string[] } | undefined> {
  const fragments: Fragment[] = [];
  for (const { name, value = '' } of flags.options) {
    if (name === 'expression') fragments.push({ text: value });
    if (name === 'file') fragments.push({ text: await scriptFile(host, value), file: value });
  }
  if (fragments.length > 0) return { fragments, names: flags.operands };
  const [text, ...names] = flags.operands;
  return text === undefined ? undefined : { fragments: [{ text }], names };
}

async function scriptFile(host: Host, name: string): Promise<string> {
  if (name === '-') return textOf(await readAll(host.stdin));
  try {
    const file = await host.open(name, OPEN.read);
    try {
      return textOf(await readAll(file)).replace(/\n$/, '');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ToolError(`couldn't open file ${name}: ${reasonOf(error)}`, 1);
  }
}
