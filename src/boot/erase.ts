/** Takes away what this page keeps in the browser: the page's own files, or everything. The kernel must have ended for that. */
import { unmark } from './keptmark.ts';

/** What is kept to open the page without a network. */
export async function erasePage(): Promise<void> {
  for (const name of await caches.keys()) if (isOurs(name)) await caches.delete(name);
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.unregister();
}

/** Files, snapshots, keys, grants, settings, and these folders of the browser: as if it had never been here. */
export async function eraseAll(folders: readonly string[]): Promise<void> {
  await erasePage();
  for (const { name } of await indexedDB.databases())
    if (name !== undefined && isOurs(name)) await dropDatabase(name);
  await unmark();
  const root = await navigator.storage?.getDirectory?.();
  for (const name of folders)
    await root?.removeEntry(name, { recursive: true }).catch(() => undefined);
  for (const kept of [localStorage, sessionStorage])
    for (const name of Object.keys(kept)) if (isOurs(name)) kept.removeItem(name);
}

/** Other pages of the same origin keep things too. */
const isOurs = (name: string): boolean => /^oanix\b/.test(name);

function dropDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const dropping = indexedDB.deleteDatabase(name);
    dropping.onsuccess = () => resolve();
    dropping.onerror = () => reject(dropping.error);
    dropping.onblocked = () =>
      reject(new Error('Another tab has the files open. Close it, then try again.'));
  });
}
