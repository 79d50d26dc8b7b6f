/**
 * The pictures of the namespace that a document shows. Each version of a file is read once, however often the document
 * shows it.
 */
import { mediaTypeOf } from '../media.ts';
import { client } from '../session.ts';
import { readBounded } from './bytes.ts';

export class Pictures {
  /** By path, size and modification time. */
  readonly #addresses = new Map<string, Promise<string>>();
  #isEnded = false;

  /** The address under which the page shows the file at `path`. It fails as reading the file does. */
  async addressOf(path: string): Promise<string> {
    const { size, mtime } = await client().oanix.fs.stat(path);
    const key = `${size} ${mtime} ${path}`;
    if (this.#isEnded) throw new Error('The document is no longer shown.');
    const known = this.#addresses.get(key);
    if (known) return known;
    const address = addressFor(path, size);
    this.#addresses.set(key, address);
    // A later document may find the file readable again.
    address.catch(() => this.#addresses.delete(key));
    return address;
  }

  /** Gives the addresses back. The pictures that are still being read give theirs back when they have one. */
  end(): void {
    this.#isEnded = true;
    for (const address of this.#addresses.values())
      address.then(
        (url) => URL.revokeObjectURL(url),
        () => undefined,
      );
  }
}

async function addressFor(path: string, size: number): Promise<string> {
  const bytes = (await readBounded(path, size)) as Uint8Array<ArrayBuffer>;
  return URL.createObjectURL(
    new Blob([bytes], { type: mediaTypeOf(path) ?? 'application/octet-stream' }),
  );
}
