/** The clock, chance and what else a browser's worker gives the kernel; node/host.ts is the other one. */
import { jspi } from '../wasi/replay.ts';
import type { Rung } from '../wasi/runner.ts';

const NOT_ISOLATED =
  'programs need shared memory or WebAssembly Promise Integration, and here is neither: use a newer browser, or serve the page with `npm start`, which sends Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy';

/** The best that carries the calls of programs here (decisions/0010). */
export function rungOf(wanted: string | undefined): Rung {
  const shared = typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated;
  if (shared && wanted !== 'jspi') return 'shared';
  return jspi() ? 'jspi' : { unable: NOT_ISOLATED };
}

export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** A turn of the event loop, without a timer's delay. */
const pingPong = new MessageChannel();
const resume: (() => void)[] = [];
// One a turn, so that what else has come meanwhile is heard between two.
pingPong.port1.onmessage = () => resume.shift()?.();
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    resume.push(resolve);
    pingPong.port2.postMessage(0);
  });
}

/** SHA-256 as hex; pages that are no secure context have no crypto.subtle and cache nothing. */
export async function digest(bytes: Uint8Array): Promise<string> {
  if (!crypto.subtle) return crypto.getRandomValues(new Uint32Array(4)).join('-');
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Held until this worker is gone: another sees by it that we live. */
export function holdForLife(name: string): void {
  void navigator.locks?.request(name, () => new Promise(() => undefined));
}
