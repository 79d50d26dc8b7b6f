/** xxd(1): bytes in hexadecimal and back, as vim 9.0 has it. */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Host, OpenFile, Sink, Source, Tool } from './host.ts';
import { Output, reasonOf } from './stdio.ts';
import { dumpAsInclude, dumpLines, dumpPlain } from './xxddump.ts';
import { Ending, say } from './xxdending.ts';
import { type Choices, optionsOf } from './xxdoptions.ts';
import { revert } from './xxdrevert.ts';
import { skipTo } from './xxdskip.ts';

const CANNOT_READ = 2;
const CANNOT_WRITE = 3;

export const xxd: Tool = async (host) => {
  try {
    const { choices, operands } = optionsOf(host.args);
    return await withFiles(host, choices, operands);
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    if (error.message !== '') await host.stderr.write(bytesOf(error.message));
    return error.status;
  }
};

const isStandard = (name: string | undefined): boolean => name === undefined || name === '-';

async function withFiles(
  host: Host,
  choices: Choices,
  [from, to]: readonly string[],
): Promise<number> {
  const input = isStandard(from)
    ? undefined
    : await opened(host, from as string, OPEN.read, CANNOT_READ);
  try {
    const flags = OPEN.write | OPEN.create | (choices.isReverted ? 0 : OPEN.truncate);
    const output = isStandard(to)
      ? undefined
      : await opened(host, to as string, flags, CANNOT_WRITE);
    try {
      await convert(host, choices, input ?? host.stdin, output ?? host.stdout, from);
    } finally {
      await output?.close();
    }
  } finally {
    await input?.close();
  }
  return 0;
}

/** A directory can be opened, and then not be read. */
async function opened(host: Host, name: string, flags: number, status: number): Promise<OpenFile> {
  try {
    return await host.open(name, flags);
  } catch (error) {
    const reason = reasonOf(error);
    const isUnreadable = status === CANNOT_READ && reason === 'Is a directory';
    throw new Ending(say(isUnreadable ? reason : `${name}: ${reason}`), status);
  }
}

async function convert(
  host: Host,
  choices: Choices,
  input: Source,
  output: Sink,
  name: string | undefined,
): Promise<void> {
  if (choices.isReverted) {
    if (choices.kind !== 'hex' && choices.kind !== 'plain')
      throw new Ending(say('Sorry, cannot revert this type of hexdump'), 255);
    return revert(host, choices, input, output);
  }
  const out = new Output(output);
  const start = await skipTo(host, choices, input);
  try {
    if (choices.kind === 'include') {
      const variable = choices.variable ?? (isStandard(name) ? undefined : name);
      await dumpAsInclude(host, choices, input, out, variable);
    } else if (choices.kind === 'plain') await dumpPlain(host, choices, input, out);
    else await dumpLines(host, choices, input, out, start);
  } finally {
    await out.flush();
  }
}
