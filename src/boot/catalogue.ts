/** Installing programs of the catalogue: fetched from the page's own origin, written into the namespace. */
import { FsError, fail, toFsError } from '../kernel/errors.ts';
import { type CataloguePackage, type PackageFile, packages } from '../programs/packages.ts';
import type { OanixFs } from './oanixfs.ts';
import { ifThere } from './replies.ts';

export interface CatalogueEntry extends CataloguePackage {
  /** Bytes of all its files together. */
  readonly size: number;
  readonly installed: boolean;
  /** An installation was begun and did not end: parts of it are there. */
  readonly interrupted: boolean;
}

/** Where installed packages are noted, one file each; `NAME.part` notes an installation that was begun. */
const NOTES = '/home/.catalogue';
const BLOCK = 512;

export class Catalogue {
  readonly #fs: OanixFs;

  constructor(fs: OanixFs) {
    this.#fs = fs;
  }

  async list(): Promise<CatalogueEntry[]> {
    const noted = (await ifThere(this.#fs.readdir(NOTES))) ?? [];
    return packages.map((each) => ({
      ...each,
      size: each.files.reduce((sum, { size }) => sum + size, 0),
      installed: noted.some(({ name }) => name === each.name),
      interrupted: noted.some(({ name }) => name === `${each.name}.part`),
    }));
  }

  /** Fetches a package and puts it where `/bin` shows it. `progress` hears bytes; ENOENT where it is not served here. */
  async install(
    name: string,
    progress: (bytes: number) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<void> {
    const found = packages.find((each) => each.name === name);
    if (!found) return fail('ENOENT', `there is no package '${name}'`);
    let done = 0;
    const count = (bytes: number): void => {
      done += bytes;
      progress(done);
    };
    const begun = `${NOTES}/${name}.part`;
    for (const file of found.files) {
      const response = await served(file.from, signal);
      await this.#fs.mkdir(NOTES, { recursive: true });
      await this.#fs.writeFile(begun, `${found.title}\n`);
      await this.#file(file, response, count, signal);
    }
    for (const [path, file] of Object.entries(found.links ?? {})) {
      await this.#parent(path);
      await ifThere(this.#fs.remove(`/home/${path}`));
      await this.#fs.link(`/home/${file}`, `/home/${path}`);
    }
    for (const [path, text] of Object.entries(found.scripts ?? {})) {
      await this.#parent(path);
      await this.#fs.writeFile(`/home/${path}`, text);
    }
    // Noted only when everything is there: an interrupted installation is begun anew.
    await this.#fs.rename(begun, `${NOTES}/${name}`);
    await this.#fs.sync();
  }

  /** Removes an installed package, or what an interrupted installation has left. */
  async remove(name: string): Promise<void> {
    const found = packages.find((each) => each.name === name);
    if (!found) return fail('ENOENT', `there is no package '${name}'`);
    await ifThere(this.#fs.remove(`${NOTES}/${name}`));
    const paths = [
      ...Object.keys(found.links ?? {}),
      ...Object.keys(found.scripts ?? {}),
      ...found.files.flatMap(({ to }) => [to, `${to}.part`]),
    ];
    for (const path of paths) await ifThere(this.#fs.remove(`/home/${path}`, { recursive: true }));
    await ifThere(this.#fs.remove(`${NOTES}/${name}.part`));
  }

  async #file(
    file: PackageFile,
    body: ReadableStream<Uint8Array>,
    count: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const parts = whole(body, file.from, signal);
    if (file.unpack) {
      const archive = await collect(parts, count);
      for (const { name, data } of untar(archive)) {
        if (!file.unpack.test(name)) continue;
        await this.#parent(`${file.to}/${name}`);
        await this.#fs.writeFile(`/home/${file.to}/${name}`, data);
      }
      return;
    }
    await this.#parent(file.to);
    // Under its name only when all of it is there.
    const beside = `/home/${file.to}.part`;
    const target = await this.#fs.open(beside, 'w');
    try {
      for await (const part of parts) {
        await target.write(part);
        count(part.length);
      }
      await target.close();
      await this.#fs.rename(beside, `/home/${file.to}`);
    } catch (error) {
      await target.close().catch(() => undefined);
      await this.#fs.remove(beside).catch(() => undefined);
      throw error;
    }
  }

  async #parent(path: string): Promise<void> {
    const slash = path.lastIndexOf('/');
    if (slash > 0) await this.#fs.mkdir(`/home/${path.slice(0, slash)}`, { recursive: true });
  }
}

/** What the browser says of a broken connection helps nobody. */
function broken(from: string, cause: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return toFsError(cause, { op: 'install', path: from });
  const reason =
    'the connection broke before all of it was here: look at the network and try again';
  return new FsError('EIO', { op: 'install', path: from, reason, cause });
}

function fetched(from: string, signal?: AbortSignal): Promise<Response> {
  const address = new URL(`packages/${from}`, document.baseURI);
  return fetch(address, signal ? { signal } : {}).catch((error: unknown) => {
    throw broken(from, error, signal);
  });
}

/** The content of a file of a package; ENOENT where this server does not have it. */
async function served(from: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await fetched(from, signal);
  // A server that knows only pages answers with one.
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html');
  if (response.ok && !isPage && response.body) return response.body;
  throw new FsError('ENOENT', {
    op: 'install',
    path: from,
    reason:
      'this server does not have the package: start the page with `npm start` where it is installed',
  });
}

async function* whole(
  stream: ReadableStream<Uint8Array>,
  from: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw broken(from, error, signal);
  }
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream) {
    parts.push(part as Uint8Array<ArrayBuffer>);
    count(part.length);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The plain files of a tar archive (POSIX ustar). */
function* untar(archive: Uint8Array): Generator<{ name: string; data: Uint8Array }> {
  const text = (from: number, size: number): string =>
    new TextDecoder().decode(archive.subarray(from, from + size)).split('\0')[0] ?? '';
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const name = text(at, 100);
    if (name === '') return;
    const prefix = text(at + 345, 155);
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const type = text(at + 156, 1);
    if (type === '' || type === '0')
      yield {
        name: prefix === '' ? name : `${prefix}/${name}`,
        data: archive.slice(at + BLOCK, at + BLOCK + size),
      };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
