/** Where the focus is when a dialog has closed: where it was, or where its command leads. */
import { begin, expect, goTo, type Page, press, start, test } from './oanix.ts';

const list = (page: Page) => page.getByRole('listbox', { name: 'Contents of /home' });
const path = (page: Page) => page.getByLabel('Path', { exact: true });

async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

test('a dialog that closes gives the focus back to what had it', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await list(page).focus();
  await page.keyboard.press('Alt+n');
  await expect(page.getByRole('dialog', { name: 'New file' }).getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeFocused();
  await choose(page, 'Settings');
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await press(page, 'Done', 'keyboard');
  await expect(list(page)).toBeFocused();
  // A question that comes after another one closes to the same place.
  await begin(page, 'storage.open');
  await press(page, 'Erase everything…', 'keyboard');
  await expect(page.getByRole('dialog', { name: 'Erase everything?' })).toBeVisible();
  await press(page, 'Cancel', 'keyboard');
  await expect(list(page)).toBeFocused();
});

test('a command of the palette takes the focus to where it leads', async ({ page }) => {
  await start(page);
  await goTo(page, '/home');
  await list(page).focus();
  await choose(page, 'Go to path');
  await expect(path(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await list(page).focus();
  await choose(page, 'Take a snapshot');
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeFocused();
  await choose(page, '/home/notes.md');
  await expect(path(page)).toHaveValue('/home/notes.md');
  await choose(page, 'New terminal');
  await expect(page.locator('.xterm-helper-textarea')).toBeFocused();
});
