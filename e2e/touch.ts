/**
 * A person with a phone: where a story clicks a finger taps, and what lies in the drawer is fetched from there. The
 * driver has no long press: what would be a menu by the right button is not told so.
 */
import type { Locator, Page } from '@playwright/test';

/** Files and mounts are put away where there is little room. */
async function openDrawer(locator: Locator): Promise<void> {
  const page = locator.page();
  const button = page.getByRole('button', { name: 'Open files' });
  const isHidden = (await locator.count()) === 0 || !(await locator.first().isVisible());
  if (!isHidden || !(await button.isVisible())) return;
  // What is about to be drawn needs no drawer.
  const came = locator.first().waitFor({ timeout: 1000 });
  if (await came.then(() => true).catch(() => false)) return;
  await tap.call(button);
}

let tap: Locator['tap'];

async function click(this: Locator): Promise<void> {
  await openDrawer(this);
  await tap.call(this);
}

/** Until the returned end, every locator of this process is tapped. */
export function byFinger(page: Page): () => void {
  const prototype = Object.getPrototypeOf(page.locator('html')) as Record<string, unknown>;
  const before = prototype['click'];
  tap = prototype['tap'] as Locator['tap'];
  prototype['click'] = click;
  return () => {
    prototype['click'] = before;
  };
}
