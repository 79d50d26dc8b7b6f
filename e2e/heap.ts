/** Bytes of the page and all its workers, measured at once after a collection instead of some time later. */
import { wholeChromium } from '../src/testing/browsers.ts';
import type { Page } from './oanix.ts';

export const measuringLaunch = {
  ...wholeChromium,
  args: [...wholeChromium.args, '--enable-blink-features=ForceEagerMeasureMemory'],
};

export const memory = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { bytes } = await (
      performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory();
    return bytes;
  });
