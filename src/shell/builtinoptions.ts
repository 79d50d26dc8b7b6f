/** The options of builtins, with the words of bash for those that are wrong. */
import { type Context, complain } from './context.ts';

/** The letters of options, and the other words; `values` take the next word. */
export async function optionsOf(
  args: readonly string[],
  { name, letters, values = '', usage }: OptionSpec,
  context: Context,
): Promise<{ on: ReadonlyMap<string, string>; rest: readonly string[] } | undefined> {
  const on = new Map<string, string>();
  const refuse = async (message: string): Promise<undefined> => {
    await complain(context, `${name}: ${message}`);
    await context.io.get(2)?.write(`${name}: usage: ${usage}\n`);
  };
  let at = 0;
  for (; /^-./.test(args[at] ?? ''); at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (values.includes(letter)) {
        const value = word.slice(i + 1) || args[++at];
        if (value === undefined) return refuse(`-${letter}: option requires an argument`);
        on.set(letter, value);
        break;
      }
      if (!letters.includes(letter)) return refuse(`-${letter}: invalid option`);
      on.set(letter, '');
    }
    if (on.has('x')) {
      at++;
      break;
    }
  }
  return { on, rest: args.slice(at) };
}

interface OptionSpec {
  readonly name: string;
  readonly letters: string;
  readonly values?: string;
  readonly usage: string;
}
