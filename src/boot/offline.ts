/** The page without a network: its service worker keeps the page's files, and says when there is a newer version. */

/** So long after the page is there, in ms: what is kept is not needed to begin with. */
const LATER_MS = 4000;

/** `ready` is called when a newer version waits; what it is given makes that the page, by a reload. */
export function keepPage(ready: (takeOver: () => void) => void): void {
  const { serviceWorker } = navigator;
  if (!import.meta.env.PROD || !serviceWorker || !isSecureContext) return;
  setTimeout(() => {
    serviceWorker.register(new URL('sw.js', document.baseURI)).then(
      // Where a browser forbids it, some give nothing in place of a failure.
      (registration?: ServiceWorkerRegistration) => registration && watch(registration, ready),
      // The page goes on without.
      () => undefined,
    );
  }, LATER_MS);
}

/** Once it is there; it does nothing where the page is kept already. */
function keep(): void {
  navigator.serviceWorker.ready.then(
    ({ active }) => active?.postMessage('keep'),
    () => undefined,
  );
}

function watch(
  registration: ServiceWorkerRegistration,
  ready: (takeOver: () => void) => void,
): void {
  const tell = (): void => {
    const { waiting } = registration;
    if (!waiting || !navigator.serviceWorker.controller) return;
    ready(() => {
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {
        once: true,
      });
      waiting.postMessage('take over');
    });
  };
  keep();
  tell();
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') tell();
    });
  });
}
