/** Small commands of the shell that just-bash has no streams for. */
import type { Context } from './context.ts';
import type { Builtin } from './interpreter.ts';
import type { Stream } from './io.ts';
import { canRun, placesOf } from './lookup.ts';
import { nohup } from './running.ts';

const out = (context: Context): Stream | undefined => context.io.get(1);

/** By their names. */
export const streaming: { readonly [name: string]: Builtin } = {
  nohup,
  which: async (args, context, shell) => {
    let status = 0;
    const isAll = args[0] === '-a';
    for (const name of isAll ? args.slice(1) : args) {
      let found = 0;
      for await (const place of placesOf(name, context.state, shell))
        if ((found === 0 || isAll) && (await canRun(place, context.state, shell))) {
          found++;
          await out(context)?.write(`${place.path}\n`);
        }
      if (found === 0) status = 1;
    }
    return status;
  },
};
