/**
 * Values that are there at once or come later. What a service answers at once is carried to the program
 * without a turn of the event loop on the way; what is not there at once throws and is waited for as any
 * promise.
 */
export type Awaitable<T> = T | Promise<T>;

/** What `then` makes of the value, at once where it is there. */
export function after<T, R>(value: Awaitable<T>, then: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** What `run` gives; where it throws or rejects, what `otherwise` gives. */
export function attempt<T, R = T>(
  run: () => Awaitable<T>,
  otherwise: (error: unknown) => Awaitable<R>,
): Awaitable<T | R> {
  try {
    const value = run();
    return value instanceof Promise ? value.catch(otherwise) : value;
  } catch (error) {
    return otherwise(error);
  }
}

/** For what may fail unnoticed, such as the close of what nobody uses any more. */
export function quietly(run: () => unknown): void {
  void attempt(run, () => undefined);
}
