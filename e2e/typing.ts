/** What stories of the editor share: files with any bytes, and text that is typed. */
import type { Page } from './oanix.ts';

export const editor = (page: Page) => page.locator('.cm-content');
export const write = (page: Page, path: string, data: string | readonly number[]): Promise<void> =>
  page.evaluate(
    ([to, what]) =>
      window.oanix.fs.writeFile(to, typeof what === 'string' ? what : Uint8Array.from(what)),
    [path, data] as const,
  );
export const text = (page: Page, path: string): Promise<string> =>
  page.evaluate((from) => window.oanix.fs.readFile(from, 'utf8'), path);
export const bytes = (page: Page, path: string): Promise<number[]> =>
  page.evaluate(async (from) => [...(await window.oanix.fs.readFile(from))], path);

/** Writes at the start of the file that is open. */
export async function typeFirst(page: Page, what: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(what);
}
