/** Where a dump of xxd(1) begins. */
import { FsError } from '../kernel/errors.ts';
import type { Host, Source } from './host.ts';
import { BLOCK } from './stdio.ts';
import { Ending, say } from './xxdending.ts';
import type { Choices } from './xxdoptions.ts';

const FAILED = 4;
const [SET, CURRENT, END] = [0, 1, 2];

const cannot = (): never => {
  throw new Ending(say('Sorry, cannot seek.'), FAILED);
};

/** Goes to the place that `-s` names; its offset. What cannot be sought is read up to there. */
export async function skipTo(host: Host, { seek }: Choices, input: Source): Promise<number> {
  const { offset, isRelative, isNegative } = seek;
  if (offset === 0 && !isNegative && isRelative) return 0;
  const whence = isRelative ? CURRENT : isNegative ? END : SET;
  const position = await sought(host, input, isNegative ? -offset : offset, whence as number);
  if (position !== undefined) return position;
  if (isNegative) cannot();
  for (let left = offset; left > 0; ) {
    const data = await input.read(Math.min(left, BLOCK));
    if (data.length === 0) cannot();
    left -= data.length;
    await host.checkpoint();
  }
  return offset;
}

/** The new position; undefined where the input cannot seek there. */
async function sought(
  host: Host,
  { fd }: Source,
  offset: number,
  whence: number,
): Promise<number | undefined> {
  if (fd === undefined || fd < 0) return undefined;
  try {
    return (await host.call('seek', { fd, offset, whence })).position;
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
