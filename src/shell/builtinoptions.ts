/** The options of builtins, with the words of bash for those that are wrong. */
import { AbandonLine, type Context, complain, ExitShell } from './context.ts';

/** The letters of options with their values, as a map and in the order given, and the other words; `values` take the next word. */
export async function optionsOf(
  args: readonly string[],
  { name, letters, values = '', usage }: OptionSpec,
  context: Context,
): Promise<GivenOptions | undefined> {
  const on = new Map<string, string>();
  const inOrder: (readonly [letter: string, value: string])[] = [];
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
        inOrder.push([letter, value]);
        break;
      }
      if (!letters.includes(letter)) return refuse(`-${letter}: invalid option`);
      on.set(letter, '');
      inOrder.push([letter, '']);
    }
    if (on.has('x')) {
      at++;
      break;
    }
  }
  return { on, inOrder, rest: args.slice(at) };
}

interface GivenOptions {
  readonly on: ReadonlyMap<string, string>;
  readonly inOrder: readonly (readonly [letter: string, value: string])[];
  readonly rest: readonly string[];
}

interface OptionSpec {
  readonly name: string;
  readonly letters: string;
  readonly values?: string;
  readonly usage: string;
}

/** Says that a builtin that takes one number was given more. That gives up the line, or a whole command string. */
export async function tooMany(name: string, context: Context): Promise<never> {
  await complain(context, `${name}: too many arguments`);
  const { isCommandString, interactive } = context.state;
  throw isCommandString && !interactive ? new ExitShell(1) : new AbandonLine(1);
}
