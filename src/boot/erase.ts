/** Takes away what this page keeps in the browser: the page's own files, or everything. The kernel must have ended for that. */

/** What is kept to open the page without a network. */
export async function erasePage(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  for (const each of registrations) await each.unregister();
}

/** Files, snapshots, keys, grants, folders, settings: as if it had never been here. */
export async function eraseAll(): Promise<void> {
  await erasePage();
  for (const { name } of await indexedDB.databases()) if (name) await dropDatabase(name);
  const root = await navigator.storage?.getDirectory?.();
  for await (const name of root?.keys() ?? []) await root?.removeEntry(name, { recursive: true });
  localStorage.clear();
  sessionStorage.clear();
}

function dropDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const dropping = indexedDB.deleteDatabase(name);
    dropping.onsuccess = () => resolve();
    dropping.onerror = () => reject(dropping.error);
    dropping.onblocked = () =>
      reject(new Error('Another tab has the files open. Close it, then try again.'));
  });
}
