/** tee(1): standard input to standard output and to files. */
import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { flagsOf } from './flags.ts';
import type { OpenFile, Sink, Tool } from './host.ts';
import { choiceOf } from './options.ts';
import { quotedIfNeeded } from './quote.ts';
import { blocksOf, reasonOf, warn } from './stdio.ts';
import { words } from './strerror.ts';

const modes = ['warn', 'warn-nopipe', 'exit', 'exit-nopipe'] as const;

export const tee: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: ['a|append', 'i|ignore-interrupts', 'p', 'output-error=?'],
  });
  // Without a mode a pipe that nobody reads ends it.
  let mode: (typeof modes)[number] | '' = '';
  for (const { name, value } of flags.options) {
    if (name === 'p' || (name === 'output-error' && value === undefined)) mode = 'warn-nopipe';
    else if (name === 'output-error')
      mode = choiceOf(host.name, '--output-error', value ?? '', modes);
  }
  const isExit = mode.startsWith('exit');
  const opening = OPEN.write | OPEN.create | (flags.has('append') ? OPEN.append : OPEN.truncate);
  const files: [name: string, file: OpenFile][] = [];
  let status = 0;
  const complain = async (name: string, reason: string): Promise<void> => {
    await warn(host, `${quotedIfNeeded(name)}: ${reason}`);
    status = 1;
  };
  let sinks: { readonly name: string; readonly to: Sink }[] = [
    { name: 'standard output', to: host.stdout },
  ];
  try {
    for (const name of flags.operands) {
      try {
        const file = await host.open(name, opening);
        files.push([name, file]);
        sinks.push({ name, to: file });
      } catch (error) {
        await complain(name, reasonOf(error));
        if (isExit) return status;
      }
    }
    for await (const data of blocksOf(host.stdin)) {
      for (const sink of sinks) {
        try {
          await sink.to.write(data.slice());
        } catch (error) {
          const isPipe: boolean = error instanceof FsError && error.code === 'EPIPE';
          if (!(error instanceof FsError) || (isPipe && mode === '')) throw error;
          sinks = sinks.filter((each) => each !== sink);
          if (isPipe && mode.endsWith('nopipe')) continue;
          const reason = isPipe ? 'Broken pipe' : (words[error.code] ?? error.code);
          await complain(sink.name, reason);
          if (isExit) return status;
        }
      }
      if (sinks.length === 0) break;
      await host.checkpoint();
    }
  } finally {
    for (const [name, file] of files) {
      try {
        await file.close();
      } catch (error) {
        // Of a file that took no more, that was said.
        if (sinks.some(({ to }) => to === file)) await complain(name, reasonOf(error));
      }
    }
  }
  return status;
};
