/**
 * Folders that a person has let this page into, by number, and the page's private ones: a mount says which it
 * wants. Their handles are kept where the namespace is, so that a reload finds them again.
 */
import type { FolderHost } from '../fs/workspace/folderfs.ts';
import { fail } from '../kernel/errors.ts';
import type { Json } from '../kernel/service.ts';
import type { Journal } from '../storage/journal.ts';

/** As far as the File System Access specification goes beyond the standard. */
type Picked = FileSystemDirectoryHandle & {
  queryPermission?(how: { mode: 'read' | 'readwrite' }): Promise<PermissionState>;
};

interface FoldersHost {
  openStore(): Promise<Journal>;
  readonly after: FolderHost['after'];
  /** Nothing is kept, nor what is kept touched. */
  isFleeting(): boolean;
}

const key = (id: string): string => `folder ${id}`;

export class Folders implements FolderHost {
  readonly #host: FoldersHost;
  readonly after: FolderHost['after'];
  readonly #known = new Map<string, Picked>();
  readonly #mounted = new Set<{ sync(): Promise<void> }>();

  constructor(host: FoldersHost) {
    this.#host = host;
    this.after = host.after;
  }

  /** What was written to a mounted folder is in its files when it resolves. */
  async sync(): Promise<void> {
    await Promise.all([...this.#mounted].map((folder) => folder.sync()));
  }

  /** Told of each folder that is mounted. */
  mounted(folder: { sync(): Promise<void> }): void {
    this.#mounted.add(folder);
  }

  readonly now = (): number => Date.now();

  /** Its number. Where nothing can be kept it is known until the page is closed. */
  async keep(handle: FileSystemDirectoryHandle): Promise<string> {
    const id = crypto.randomUUID();
    this.#known.set(id, handle);
    const write = [{ table: 'meta', key: key(id), value: handle }] as const;
    await this.#host
      .openStore()
      .then((store) => store.write(write))
      .catch(() => undefined);
    return id;
  }

  /** ENOENT where this browser never had it. */
  async get(id: Json | undefined): Promise<Picked> {
    const known = this.#known.get(String(id));
    if (known) return known;
    const store = await this.#host.openStore();
    const kept = (await store.backend.get('meta', key(String(id)))) as Picked | undefined;
    if (!kept)
      return fail('ENOENT', 'this folder was picked in another browser: mount it here again');
    this.#known.set(String(id), kept);
    return kept;
  }

  /** EACCES where the browser wants a person to be asked first. */
  async picked(id: Json | undefined): Promise<FileSystemDirectoryHandle> {
    const handle = await this.get(id);
    const permission = (await handle.queryPermission?.({ mode: 'read' })) ?? 'granted';
    if (permission !== 'granted')
      fail('EACCES', `the browser asks again before this page sees “${handle.name}”`);
    return handle;
  }

  /** A directory of the origin private file system, made where it is missing. */
  async ownFolder(name: string): Promise<FileSystemDirectoryHandle> {
    if (this.#host.isFleeting())
      fail(
        'ENOTSUP',
        'an embedded page has no folders of the browser: open it in a tab of its own',
      );
    const storage = navigator.storage as StorageManager | undefined;
    if (!storage?.getDirectory) fail('ENOTSUP', 'this browser has no private file system');
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(name, { create: true });
  }
}
