/** What the parts of the API share: replies of control files, which are JSON, a line each, and paths. */
import { FsError, hasCode } from '../kernel/errors.ts';
import type { OanixFs } from './oanixfs.ts';

export const lines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** A path below a directory, with one slash between them. */
export const joined = (dir: string, path: string): string =>
  path === '' ? dir : `${dir}/${path.replace(/^\/+/, '')}`;

/** Undefined where something is not there; every other failure stays one. */
export function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
}

/** Writes a line to a file that replies to each. Throws the error that the reply names. */
export async function askFile<T>(fs: OanixFs, path: string, line: string): Promise<T> {
  const reply = JSON.parse(await fs.ask(path, `${line}\n`)) as T & {
    error?: string;
    reason?: string;
  };
  if (reply.error === undefined) return reply;
  throw new FsError(reply.error as FsError['code'], {
    op: 'write',
    path,
    ...(reply.reason === undefined ? {} : { reason: reply.reason }),
  });
}
