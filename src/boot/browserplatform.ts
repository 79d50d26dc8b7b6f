/** The network as a browser gives it: it tells neither where redirects lead nor which address a name has. */
import type { Platform } from '../executors/platform.ts';

/** Chromium sends a body while it is written, over HTTP/2; an engine that cannot reads `duplex` not at all. */
function canStreamUp(): boolean {
  let asked = false;
  try {
    const init = {
      body: new ReadableStream(),
      method: 'POST',
      get duplex() {
        asked = true;
        return 'half';
      },
    };
    const { headers } = new Request('http://localhost/', init as RequestInit);
    return asked && !headers.has('Content-Type');
  } catch {
    return false;
  }
}

export const browserPlatform = (after: Platform['after']): Platform => ({
  now: () => Date.now(),
  random: () => Math.random(),
  after,
  fetch: (url, { method, headers, body, signal }) =>
    fetch(url, {
      method,
      headers,
      // Followed blindly, a redirect could reach what no policy names.
      redirect: 'manual',
      signal,
      // What the page has of this browser's user is none of the program's.
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      ...(body === undefined ? {} : { body, ...(body instanceof Blob ? {} : { duplex: 'half' }) }),
    } as RequestInit),
  seesRedirects: false,
  streamsUp: canStreamUp(),
  connect: (url, protocols) => new WebSocket(url, [...protocols]),
});
