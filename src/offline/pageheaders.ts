/**
 * The HTTP headers of the built page. `vite preview`, which `npm start` runs, sends them with every answer; the
 * service worker adds those it can on hosts that send none. Any other host of the page should send the same ones.
 */

/** The page shares memory with its workers only when it is isolated (HTML, "cross-origin isolation"). */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The page loads nothing from another origin and sends nothing to one. */
export const pagePolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  'media-src blob:',
  "manifest-src 'self'",
  "worker-src 'self'",
  // PDF alone is framed: the viewer of the browser shows it (decision 44).
  'frame-src blob:',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A worker that runs a program needs its own script and nothing else. */
const programPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'";

/** The executors in the kernel's worker reach what the policies of mounts allow. */
const kernelPolicy = `${pagePolicy}; connect-src 'self' http: https: ws: wss:`;

/** The pattern is the whole path of a built script: a page that is served for an unknown path gets the policy of pages. */
const policies: readonly (readonly [RegExp, string])[] = [
  [/^\/assets\/program\.worker-[\w-]+\.js$/, programPolicy],
  [/^\/assets\/kernel\.worker-[\w-]+\.js$/, kernelPolicy],
];

/** Only the page with `?embed` may be shown inside another page: it has a namespace of its own and keeps nothing. */
const isForOtherPages = ({ pathname, searchParams }: URL): boolean =>
  (pathname === '/' || pathname === '/index.html') && searchParams.has('embed');

/** The headers of the answer to a request for `target`, a path with its query. */
export function headersFor(target: string): Readonly<Record<string, string>> {
  const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
  const policy = policies.find(([pattern]) => pattern.test(url.pathname))?.[1] ?? pagePolicy;
  const isShared = isForOtherPages(url);
  return {
    // A `frame-ancestors` directive in a <meta> element has no effect, so the header alone carries it.
    'Content-Security-Policy': isShared ? policy : `${policy}; frame-ancestors 'none'`,
    'Cross-Origin-Resource-Policy': isShared ? 'cross-origin' : 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The decoded path of a request; undefined where its escapes are no UTF-8. */
export function pathOf(target: string): string | undefined {
  try {
    return decodeURIComponent(target.split('?')[0] ?? '');
  } catch {
    return undefined;
  }
}
