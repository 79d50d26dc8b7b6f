/**
 * `/dev/fd/N` and its like for programs and tools that open names of the namespace themselves: a file in `/tmp` stands in
 * for the stream while they run.
 */
import type { Context } from './context.ts';
import type { Stream } from './io.ts';
import { streamNamed } from './redirect.ts';
import type { Sys } from './sys.ts';

export interface StandIns {
  readonly args: readonly string[];
  /** Passes on what was written, and removes the files. */
  end(): Promise<void>;
}

const NAME = /^\/dev\/(?:fd\/\d+|std(?:in|out|err))$/;

/** The arguments with files in the place of streams: one that is read has all that comes, and must end. */
export async function withStandIns(
  args: readonly string[],
  { io, state }: Context,
  sys: Sys,
): Promise<StandIns> {
  const written: [path: string, stream: Stream][] = [];
  const paths: string[] = [];
  const shown: string[] = [];
  for (const word of args) {
    const stream = NAME.test(word) ? streamNamed(word, io, state) : undefined;
    if (!stream) {
      shown.push(word);
      continue;
    }
    // Others may have the same `/tmp`, also a shell of another kernel with the same process number.
    const path = `/tmp/.sh-${crypto.randomUUID()}`;
    const isRead = stream.readable && !(stream.writable && word !== '/dev/stdin');
    await sys.writeFile(path, isRead ? await stream.readAll() : new Uint8Array(0));
    if (isRead) await stream.close();
    else written.push([path, stream]);
    paths.push(path);
    shown.push(path);
  }
  return {
    args: shown,
    end: async () => {
      for (const [path, stream] of written) {
        await stream.write(await sys.readFile(path));
        await stream.close();
      }
      for (const path of paths) await sys.call('unlink', { dir: -1, path }).catch(() => undefined);
    },
  };
}
