/*
 * The service worker of the built page: keeps its files, so that the page opens without a network, and adds the
 * headers of cross-origin isolation, so that it may share memory with its workers on hosts that send none.
 * The build puts its version and the list of its files in the place of the two constants.
 */
const VERSION = '__VERSION__';
const FILES = __FILES__;

const CACHE = `oanix-${VERSION}`;

/**
 * The cache holds each file once, by its path. A server that answers cross-origin requests sends `Vary: Origin`, and
 * the requests that cached the files carried no origin: a match that heeded `Vary` would find nothing.
 */
const BY_PATH = { ignoreVary: true, ignoreSearch: true };

/**
 * The first one takes over at once, so that the page can be isolated, and keeps the page when that asks for it; a
 * later one waits, with everything kept, until a person agrees to it.
 */
self.addEventListener('install', (event) => {
  if (self.registration.active) event.waitUntil(keep());
});

/** Put last: without it what is kept is not whole. */
const WHOLE = './kept';

/** A file that cannot be had fails all of it: half a page is worse than none. */
async function keep() {
  const cache = await caches.open(CACHE);
  const old = await previous();
  for (const file of FILES) {
    // Names with a hash are the same in every version that has them.
    const known = /\/assets\//.test(`/${file}`) && (await old?.match(file, BY_PATH));
    if (known) await cache.put(file, known);
    else await cache.add(new Request(file, { cache: 'reload' }));
  }
  await cache.put(WHOLE, new Response(VERSION));
}

/** The version before, whose pages may still be open. */
async function previous() {
  const names = (await caches.keys()).filter((name) => name.startsWith('oanix-') && name !== CACHE);
  const last = names[names.length - 1];
  return last === undefined ? undefined : caches.open(last);
}

self.addEventListener('activate', (event) => {
  event.waitUntil(begin());
});

async function begin() {
  const names = (await caches.keys()).filter((name) => name.startsWith('oanix-') && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page asks: to keep it, when it has nothing better to do; to take over, when a person has agreed to a reload. */
self.addEventListener('message', (event) => {
  const { data } = event;
  if (data === 'take over') self.skipWaiting();
  if (data === 'keep') event.waitUntil(keepOnce());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

async function keepOnce() {
  const cache = await caches.open(CACHE);
  if (!(await cache.match(WHOLE, BY_PATH))) await keep();
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept =
    (await cache.match(WHOLE, BY_PATH)) && (await cache.match(wantedOf(request), BY_PATH));
  const response =
    kept ?? (await (await previous())?.match(request, BY_PATH)) ?? (await fetch(request));
  return isolated(response, request);
}

/** The page itself by any of its addresses; other files that are gone to are what they are. */
function wantedOf(request) {
  return request.mode === 'navigate' && isPage(request.url) ? './' : request;
}

function isPage(url) {
  const scope = new URL(self.registration.scope).pathname;
  const { pathname } = new URL(url);
  return pathname === scope || pathname === `${scope}index.html`;
}

/** The policies as the page's own server sends them for an embed. They were kept with the page itself, which nobody may frame. */
function embeddable(policies) {
  const isOther = (directive) => directive.trim().toLowerCase() !== "frame-ancestors 'none'";
  const one = (policy) => policy.split(';').filter(isOther).join(';');
  return policies.split(',').map(one).join(',');
}

/** Adds the headers that the page's own server sends (see pageheaders.ts). Only the embedded page is for other origins. */
function isolated(response, { url }) {
  if (response.type === 'opaque' || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const isForOthers = isPage(url) && new URL(url).searchParams.has('embed');
  headers.set('Cross-Origin-Resource-Policy', isForOthers ? 'cross-origin' : 'same-origin');
  const policy = headers.get('Content-Security-Policy');
  if (!isForOthers) headers.append('Content-Security-Policy', "frame-ancestors 'none'");
  else if (policy !== null) headers.set('Content-Security-Policy', embeddable(policy));
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
