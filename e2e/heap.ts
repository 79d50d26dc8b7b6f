/** Bytes of the page and all its workers, measured at once after a collection instead of some time later. */
import { chromiumLaunch } from '../src/testing/browsers.ts';
import type { Page } from './oanix.ts';

export const measuringLaunch = {
  ...chromiumLaunch,
  args: [...chromiumLaunch.args, '--enable-blink-features=ForceEagerMeasureMemory'],
};

export const memory = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { bytes } = await (
      performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory();
    return bytes;
  });
