/** The headers that the service worker gives to a page that it has kept. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { headersFor } from './pageheaders.ts';

const script = readFileSync('src/offline/serviceworker.js', 'utf8').replace('__FILES__', '[]');
const scope = 'https://host.example/';
const worker = {
  self: { addEventListener: () => undefined, registration: { scope } },
  URL,
  Headers,
  Response,
};
const isolated = runInNewContext(`${script}; isolated`, worker) as (
  response: Response,
  request: { url: string },
) => Response;

/** The policy of a page that was kept with this one and is asked for at `path`. */
const policyAt = (path: string, kept?: string): string | null => {
  const headers = kept === undefined ? {} : { 'Content-Security-Policy': kept };
  const response = isolated(new Response('', { headers }), { url: scope + path });
  return response.headers.get('Content-Security-Policy');
};

const own = headersFor('/')['Content-Security-Policy'] ?? '';

test('an embed has the policy that the server sends for it, though the page itself was kept', () => {
  expect(own).toContain("frame-ancestors 'none'");
  expect(policyAt('?embed', own)).toBe(headersFor('/?embed')['Content-Security-Policy']);
  expect(policyAt('index.html?embed=light', own)).not.toContain('frame-ancestors');
});

test.each(['', '?safe', 'index.html', 'assets/a.js?embed', 'other?embed'])(
  'nobody may frame what is kept at /%s',
  (path) => {
    expect(policyAt(path, own)).toContain("frame-ancestors 'none'");
    expect(policyAt(path)).toBe("frame-ancestors 'none'");
  },
);

test('an embed keeps every other directive, and what a host allows by a list of its own', () => {
  for (const [kept, shown] of [
    ["frame-ancestors 'none'", ''],
    ["frame-ancestors 'none'; default-src 'self'", "default-src 'self'"],
    [
      "default-src 'self'; frame-ancestors 'none', img-src 'self'",
      "default-src 'self', img-src 'self'",
    ],
    ['frame-ancestors https://docs.example', 'frame-ancestors https://docs.example'],
  ] as const)
    expect(policyAt('?embed', kept)).toBe(shown);
});
