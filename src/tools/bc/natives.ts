/** The functions of `bc -l`, which are computed here and not in bc's own language. */
import type { Local } from './code.ts';
import { arctangent, bessel, cosine, exponential, logarithm, sine, type Work } from './mathlib.ts';
import { type Num, zero } from './number.ts';

type Native = (args: readonly Num[], scale: number) => Work;

const parameter = (name: string): Local => ({ name, id: 0, isArray: false, isReference: false });

export interface NativeFunction {
  readonly parameters: readonly Local[];
  readonly run: Native;
}

const ofOne = (run: (x: Num, scale: number) => Work): NativeFunction => ({
  parameters: [parameter('x')],
  run: ([x = zero], scale) => run(x, scale),
});

/** By their names. */
export const natives: Readonly<Record<string, NativeFunction>> = {
  s: ofOne(sine),
  c: ofOne(cosine),
  a: ofOne(arctangent),
  l: ofOne(logarithm),
  e: ofOne(exponential),
  j: {
    parameters: [parameter('n'), parameter('x')],
    run: ([n = zero, x = zero], scale) => bessel(n, x, scale),
  },
};
