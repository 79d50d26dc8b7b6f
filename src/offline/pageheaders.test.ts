/** The headers of the page: who may frame it, and what each of its parts may reach. */
import { expect, test } from 'vitest';
import { headersFor } from './pageheaders.ts';

const policyOf = (target: string): string => headersFor(target)['Content-Security-Policy'] ?? '';

test.each([
  '/',
  '/index.html',
  '/?safe',
  '/?x=embed',
  '/other?embed',
  '/assets/a.js?embed',
  'x',
  '//embed?embed',
])('no other page may frame %s', (target) => {
  expect(policyOf(target)).toContain("frame-ancestors 'none'");
  expect(headersFor(target)['Cross-Origin-Resource-Policy']).toBe('same-origin');
});

test.each(['/?embed', '/?embed=light', '/index.html?safe&embed'])(
  'another page may frame %s, which has a namespace of its own',
  (target) => {
    expect(policyOf(target)).not.toContain('frame-ancestors');
    expect(headersFor(target)['Cross-Origin-Resource-Policy']).toBe('cross-origin');
  },
);

test('a program worker connects to nothing, and a query does not make a script one of the kernel', () => {
  expect(policyOf('/assets/program.worker-abc.js')).toContain("connect-src 'none'");
  expect(policyOf('/?x=/kernel.worker-')).not.toContain('connect-src');
});

test.each([
  '/a/kernel.worker-b.js',
  '/assets/kernel.worker-b.js/',
  '/kernel.worker-b',
  '/assets/kernel.worker-b.html',
  '//assets/kernel.worker-b.js',
])('%s, which is no built script, has the policy of the page', (target) => {
  expect(policyOf(target)).not.toContain('connect-src');
});
