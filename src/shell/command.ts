/** What a command of the namespace is: it tells how it is used, and runs. */
import type { Context } from './context.ts';
import type { Builtin } from './interpreter.ts';

export interface NamespaceCommand {
  readonly usage: string;
  readonly about: string;
  readonly run: Builtin;
}

export const print = (context: Context, text: string): Promise<void> | undefined =>
  context.io.get(1)?.write(text);

export class Usage extends Error {}
