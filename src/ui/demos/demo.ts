/** A demo: steps of commands that really run, with words between them. The tour is one. */

export interface Step {
  /** What is to be seen, before its commands are run. */
  readonly words: string;
  /** What its button says. */
  readonly button: string;
  /** In order, each to its end; `$input` in a text stands for what was asked. */
  readonly commands: readonly (readonly [id: string, args?: Readonly<Record<string, unknown>>])[];
  /** Something that only a person has. */
  readonly ask?: { readonly label: string; readonly placeholder: string };
}

export interface Demo {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly steps: readonly Step[];
}
