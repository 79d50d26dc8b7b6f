/** The builtin `hash`: the paths of commands that the shell remembers (bash(1)). */
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import type { Builtin } from './interpreter.ts';
import { placeOf } from './lookup.ts';

export const hash: Builtin = async (args, context, shell) => {
  const { state } = context;
  const usage = 'hash [-lr] [-p pathname] [-dt] [name ...]';
  const spec = { name: 'hash', letters: 'lrdt', values: 'p', usage };
  const given = await optionsOf(args, spec, context);
  if (!given) return 2;
  const { on, rest } = given;
  if (!state.options.has('hashall')) {
    await complain(context, 'hash: hashing disabled');
    return 1;
  }
  for (const letter of ['t', 'd'])
    if (on.has(letter) && rest.length === 0) {
      await complain(context, `hash: -${letter}: option requires an argument`);
      return 1;
    }
  const { paths } = state;
  paths.forgetUnless(state.get('PATH'));
  if (on.has('r')) paths.clear();
  if (rest.length === 0 && !on.has('r')) return list(on.has('l'), context);
  let status = 0;
  for (const name of rest) {
    const missing = async (): Promise<void> => {
      await complain(context, `hash: ${name}: not found`);
      status = 1;
    };
    if (on.has('t')) {
      const known = paths.get(name);
      if (!known) await missing();
      else if (on.has('l')) await out(context, `builtin hash -p ${known.path} ${name}\n`);
      else await out(context, rest.length > 1 ? `${name}\t${known.path}\n` : `${known.path}\n`);
    } else if (on.has('d')) {
      if (!paths.delete(name)) await missing();
    } else if (name.includes('/')) continue;
    else if (on.has('p')) paths.set(name, { path: on.get('p') as string, isTool: false }, 0);
    else if (!state.functions.has(name) && !shell.commands.builtins.has(name)) {
      const place = await placeOf(name, state, shell);
      if (place) paths.set(name, place, 0);
      else {
        paths.delete(name);
        await missing();
      }
    }
  }
  return status;
};

async function list(isInput: boolean, context: Context): Promise<number> {
  const { all } = context.state.paths;
  if (all.length === 0)
    await out(
      context,
      isInput || context.state.options.has('posix') ? '' : 'hash: hash table empty\n',
    );
  else if (!isInput) await out(context, 'hits\tcommand\n');
  for (const [name, { path, hits }] of all)
    await out(
      context,
      isInput ? `builtin hash -p ${path} ${name}\n` : `${String(hits).padStart(4)}\t${path}\n`,
    );
  return 0;
}
