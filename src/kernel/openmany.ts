/** Opening many files at once: one reply has the bytes of all the small ones. */
import { attempt } from './awaitable.ts';
import { giveAway } from './bytes.ts';
import { fail, toWire, type WireError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { type Args, OPEN, OPEN_WHOLE, type Opened, type Result } from './operations.ts';
import type { Process } from './process.ts';

/** The most that one call opens, so that its reply stays small. */
const PATHS_MAX = 64;

type Answer = Result<'open'> | { readonly error: WireError };

/** Opens each file by a call of its own, as a trace shows it. A file that cannot be opened does not keep the others back. */
export async function openMany(
  kernel: Kernel,
  process: Process,
  { paths, buffer }: Args<'openMany'>,
  signal: AbortSignal,
): Promise<Result<'openMany'>> {
  if (!Array.isArray(paths) || paths.length > PATHS_MAX || !paths.every(isText))
    return fail('EINVAL', `paths are at most ${PATHS_MAX} texts`);
  if (!(buffer instanceof Uint8Array)) return fail('EINVAL', 'buffer is bytes');
  const close = (fd: number): unknown =>
    attempt(
      () => kernel.answer(process, 'close', { fd }, signal),
      () => undefined,
    );
  const answers = await Promise.all(paths.map((path) => openOne(kernel, process, path, signal)));
  if (signal.aborted) {
    for (const each of answers) if ('fd' in each) await close(each.fd);
    return fail('EINTR');
  }
  const whole = answers.filter(isWhole);
  // What could not be written back does not matter to who has only read.
  await Promise.all(whole.map(({ fd }) => close(fd)));
  const size = whole.reduce((sum, { data }) => sum + data.length, 0);
  const data = buffer.length >= size ? buffer : new Uint8Array(size);
  let at = 0;
  const opened = answers.map((each): Opened => {
    if ('error' in each) return each;
    const { fd, stat, stream, plain } = each;
    if (!isWhole(each)) return { fd, stat, stream, plain };
    const from = at;
    data.set(each.data, from);
    at += each.data.length;
    return { fd: -1, stat, stream, plain, whole: { from, to: at } };
  });
  return { opened, data: giveAway(data) };
}

async function openOne(
  kernel: Kernel,
  process: Process,
  path: string,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const flags = OPEN.read | OPEN_WHOLE;
    return await kernel.answer(process, 'open', { dir: -1, path, flags }, signal);
  } catch (error) {
    return { error: toWire(error) };
  }
}

const isWhole = (answer: Answer): answer is Result<'open'> =>
  'data' in answer && answer.data.length > 0 && answer.data.length === answer.stat.size;

const isText = (path: unknown): path is string => typeof path === 'string';
