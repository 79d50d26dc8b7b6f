/** Parts of the page that are loaded when they are first used: where that fails, the person is told. */
import { toast } from '../notices.ts';

/** Gives what was loaded to `use`; it may come after the view that wanted it is gone. */
export function whenLoaded<T>(what: string, loading: Promise<T>, use: (loaded: T) => void): void {
  loading.then(use, () =>
    toast(`${what} could not be loaded. Check the connection and reload the page.`, { bad: true }),
  );
}
