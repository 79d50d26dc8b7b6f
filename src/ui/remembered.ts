/**
 * What the page remembers of how it was left, as JSON by short names. An embedded page remembers nothing, and
 * never touches what the page itself remembers in the same browser.
 */
import { isEmbedded } from './embed.ts';

const nameOf = (name: string): string => `oanix.${name}`;

/** Undefined where there is nothing, or what is there is damaged: the page begins with what it comes with. */
export function recall(name: string): unknown {
  if (isEmbedded) return undefined;
  try {
    return JSON.parse(localStorage.getItem(nameOf(name)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: unknown): void {
  if (!isEmbedded) localStorage.setItem(nameOf(name), JSON.stringify(value));
}

/** What this tab of the browser alone remembers: it is gone with the tab. */
export function recallInTab(name: string): unknown {
  if (isEmbedded) return undefined;
  try {
    return JSON.parse(sessionStorage.getItem(nameOf(name)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Where the storage is full or blocked nothing is remembered: the tab begins anew after a reload. */
export function rememberInTab(name: string, value: unknown): void {
  if (isEmbedded) return;
  try {
    sessionStorage.setItem(nameOf(name), JSON.stringify(value));
  } catch {
    forgetInTab(name);
  }
}

export function forgetInTab(name: string): void {
  if (isEmbedded) return;
  try {
    sessionStorage.removeItem(nameOf(name));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

export function forget(name: string): void {
  if (!isEmbedded) localStorage.removeItem(nameOf(name));
}
