/**
 * A person with a phone: where a story clicks a finger taps, and what lies in the drawer is fetched from there. A long
 * press is what the right button would be.
 */
import type { Locator, Page } from '@playwright/test';

const PRESS_MS = 700;

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

async function longPress(locator: Locator): Promise<void> {
  const page = locator.page();
  const box = await locator.boundingBox();
  if (!box) throw new Error('nothing to press');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const client = await page.context().newCDPSession(page);
  await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  await page.waitForTimeout(PRESS_MS);
  await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await client.detach();
}

async function click(this: Locator, how?: { button?: string }): Promise<void> {
  await openDrawer(this);
  if (how?.button === 'right') return longPress(this);
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
