/** The one OANIX of the benchmark's page: a second one would find its store taken. */
import { Page } from '../boot/page.ts';

let page: Page | undefined;

export async function live(): Promise<Page> {
  page ??= new Page({ safe: false, fleeting: false });
  await page.oanix.ready;
  return page;
}
