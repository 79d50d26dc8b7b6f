/**
 * Where the host sends no headers of cross-origin isolation, a service worker adds them; for that the page is
 * loaded once more, and never twice: where it did not help, the page goes on without.
 */
const TRIED = 'oanix.isolation';
/** A service worker that takes longer, in ms, is done without. */
const PATIENCE_MS = 4000;

/** Resolves when the page may start; where it is loaded anew, never. Within another page only that one can isolate it. */
export async function isolate(): Promise<void> {
  const { serviceWorker } = navigator;
  if (crossOriginIsolated) {
    sessionStorage.removeItem(TRIED);
    return;
  }
  if (
    window.parent !== window ||
    !serviceWorker ||
    !isSecureContext ||
    sessionStorage.getItem(TRIED) !== null
  )
    return;
  sessionStorage.setItem(TRIED, '1');
  try {
    const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS));
    await Promise.race([register(serviceWorker), late]);
  } catch {
    return;
  }
  location.reload();
  await new Promise(() => undefined);
}

/** Resolves when a service worker controls the pages here. */
async function register(container: ServiceWorkerContainer): Promise<void> {
  await container.register(new URL('sw.js', document.baseURI));
  await container.ready;
  if (container.controller) return;
  await new Promise((resolve) =>
    container.addEventListener('controllerchange', resolve, { once: true }),
  );
}
