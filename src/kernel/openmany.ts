/** Opening many files at once: one reply has the bytes of all the small ones. */
import { giveAway } from './bytes.ts';
import { fail, toWire } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { type Args, OPEN, OPEN_WHOLE, type Opened, type Result } from './operations.ts';
import type { Process } from './process.ts';

/** The most that one call opens, so that its reply stays small. */
const MOST = 64;

/** Each is opened by a call of its own, as a trace shows it, and fails by itself. */
export async function openMany(
  kernel: Kernel,
  process: Process,
  { paths, room }: Args<'openMany'>,
  signal: AbortSignal,
): Promise<Result<'openMany'>> {
  if (!Array.isArray(paths) || paths.length > MOST || !paths.every(isText))
    return fail('EINVAL', `paths are at most ${MOST} texts`);
  const opened: Opened[] = [];
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const path of paths) {
    try {
      const flags = OPEN.read | OPEN_WHOLE;
      const call = kernel.answer(process, 'open', { dir: -1, path, flags }, signal);
      const { fd, stat, stream, plain, data } = await call;
      if (data.length === 0 || data.length !== stat.size) {
        opened.push({ fd, stat, stream, plain });
        continue;
      }
      parts.push(data);
      opened.push({ fd: -1, stat, stream, plain, whole: { from: size, to: size + data.length } });
      size += data.length;
      await kernel.answer(process, 'close', { fd }, signal);
    } catch (error) {
      opened.push({ error: toWire(error) });
    }
  }
  const data = room.length >= size ? room : new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { opened, data: giveAway(data) };
}

const isText = (path: unknown): path is string => typeof path === 'string';
