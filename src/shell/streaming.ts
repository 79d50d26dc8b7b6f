/** Small commands of the shell that just-bash has no streams for. */
import type { Context } from './context.ts';
import type { Builtin } from './interpreter.ts';
import type { Stream } from './io.ts';
import { nohup } from './running.ts';

const out = (context: Context): Stream | undefined => context.io.get(1);

/** By their names. */
export const streaming: { readonly [name: string]: Builtin } = {
  nohup,
  clear: async (_, context) => {
    await out(context)?.write('\x1b[H\x1b[2J\x1b[3J');
    return 0;
  },
  which: async (args, context, shell) => {
    let status = 0;
    for (const name of args) {
      const path = await shell.programs.which(name, context.state);
      if (path === undefined) status = 1;
      else await out(context)?.write(`${path}\n`);
    }
    return status;
  },
};
