/** What print and printf write, and where to. */
import { formatText } from './format.ts';
import type { Cell, Machine, Operation } from './machine.ts';
import type { Evaluate } from './parts.ts';
import type { OutputMode, TextOutput } from './streams.ts';
import { numberText, type Value } from './values.ts';

type TextOf = (machine: Machine, values: readonly Cell[]) => string;

const shown = (m: Machine, value: Cell): string =>
  typeof value === 'number' ? numberText(value, m.ofmt) : m.text(value);

export const printed: TextOf = (m, values) =>
  (values.length === 0 ? m.record.text : values.map((each) => shown(m, each)).join(m.ofs)) + m.ors;

export const formatted: TextOf = (m, [format, ...args]) =>
  formatText(m.text(format), args as Value[], m.convfmt);

type Write = (machine: Machine, values: readonly Cell[], text: TextOf) => void;

export const writeOut: Write = (m, values, text) => put(m, m.streams.stdout, text(m, values));

/** The last value is the name of the file or the command. */
export const writeTo =
  (mode: OutputMode): Write =>
  (m, values, text) => {
    const name = m.text(values.at(-1));
    const out = text(m, values.slice(0, -1));
    const known = m.streams.output(mode, name);
    if (known) put(m, known, out);
    else
      m.suspend(
        m.streams.openOutput(mode, name).then((output) => {
          output.put(out);
          return output.isFull ? output.flush() : undefined;
        }),
      );
  };

function put(m: Machine, output: TextOutput, text: string): void {
  output.put(text);
  if (output.isFull) m.suspend(output.flush());
}

/** print to standard output, which programs do most. */
export function printing(closures: readonly Evaluate[]): Operation {
  const [first, ...rest] = closures;
  return (m) => {
    const { stdout } = m.streams;
    if (!first) stdout.put(m.record.text);
    else {
      const texts = [shown(m, first(m))];
      for (const each of rest) texts.push(shown(m, each(m)));
      stdout.put(texts.length === 1 ? (texts[0] as string) : texts.join(m.ofs));
    }
    put(m, stdout, m.ors);
  };
}
