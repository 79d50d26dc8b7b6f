/** What the meaning of a text depends on beside the text. */
export interface Dialect {
  /** The text of an alias; undefined where a name has none, or where none is expanded. */
  aliasOf(name: string): string | undefined;
  /** `@(a|b)` and its like are patterns (`shopt -s extglob`). */
  readonly hasExtendedPatterns: boolean;
  /** A reserved word is never an alias (`set -o posix`). */
  readonly isPosix: boolean;
}

/** Without aliases; what would be an extended pattern is one. */
export const plainDialect: Dialect = {
  aliasOf: () => undefined,
  hasExtendedPatterns: true,
  isPosix: false,
};
