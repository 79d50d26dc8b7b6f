/** Files as head(1), tail(1) and tac(1) name them in their messages: what cannot be opened differs from what cannot be read. */
import { FsError, hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import type { Host, OpenFile, Source } from './host.ts';
import { quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

/** What the input is called where a person reads it. */
export const shownName = (name: string): string => (name === '-' ? 'standard input' : name);

/** A file, or standard input for `-`. Where it cannot be opened, says so and gives nothing; a directory can be opened, not read. */
export async function openInput(
  host: Host,
  name: string,
  complaint = 'cannot open',
): Promise<Source | undefined> {
  if (name === '-') return host.stdin;
  try {
    return await host.open(name, OPEN.read);
  } catch (error) {
    if (hasCode(error, 'EISDIR')) return { read: () => Promise.reject(error) };
    await warn(host, `${complaint} ${quoted(name)} for reading: ${reasonOf(error)}`);
    return undefined;
  }
}

export async function closeInput(host: Host, source: Source): Promise<void> {
  if (source !== host.stdin && 'close' in source) await (source as OpenFile).close();
}

/** Says why reading failed. Throws what is no error of a file. */
export async function warnOfReading(host: Host, name: string, error: unknown): Promise<void> {
  if (!(error instanceof FsError)) throw error;
  await warn(host, `error reading ${quoted(shownName(name))}: ${reasonOf(error)}`);
}
