/** The types of packagerules.mjs, which runs before any package is installed and so is not TypeScript. */
interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}
/** Names of packages, or `prefix*`, each with the reason for its exception. */
type Exceptions = Readonly<Record<string, string>>;

export function faultsOf(lock: Lock, licences?: Exceptions, scripts?: Exceptions): string[];
export function missingFrom(lock: Lock): string[];
