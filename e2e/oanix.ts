/** What the stories share: a page that must keep its console silent, and the ways a person does things. */
import { readFileSync } from 'node:fs';
import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';
import { isWithoutPointer, withoutPointer } from './keyboard.ts';
import { byFinger } from './touch.ts';

export { expect, type Page } from '@playwright/test';

export type Way = 'pointer' | 'keyboard';
export const ways: readonly Way[] = ['pointer', 'keyboard'];

/**
 * Not told by the page: the driver blocks service workers for a story; Firefox ends the download of a font (by
 * NS_BINDING_ABORTED) because the page is left.
 */
const notOfThePage = [
  /Service Worker registration blocked by Playwright/,
  /^uncaught: download failed \(font-family: .* status=2152398850 /,
];

/** Console messages that a story expects, because it breaks something on purpose. */
export const expected: { patterns: RegExp[] } = { patterns: [] };

/** What a person has at hand. */
export interface Hands {
  readonly hands: 'pointer' | 'keyboard' | 'finger';
}

const take = {
  pointer: () => () => undefined,
  keyboard: withoutPointer,
  finger: byFinger,
} as const;

export const test = base.extend<Hands & { taken: void; silentConsole: void }>({
  hands: ['pointer', { option: true }],
  taken: [
    async ({ page, hands }, use) => {
      const end = take[hands](page);
      await use();
      end();
    },
    { auto: true },
  ],
  silentConsole: [
    async ({ context }, use) => {
      expected.patterns = [];
      const heard: string[] = [];
      const hear = (text: string): void => {
        if (![...notOfThePage, ...expected.patterns].some((pattern) => pattern.test(text)))
          heard.push(text);
      };
      context.on('console', (message: ConsoleMessage) => {
        if (!['error', 'warning', 'assert'].includes(message.type())) return;
        const said = `${message.type()}: ${message.text()}`;
        hear(said);
        // Some drivers tell of an error that it was one, and no more.
        const at = heard.lastIndexOf(said);
        const [first] = message.args();
        first
          ?.evaluate((value: unknown) => (value instanceof Error ? String(value.stack) : ''))
          .then((stack) => {
            if (at >= 0 && stack) heard[at] = `${said} ${stack}`;
          })
          .catch(() => undefined);
      });
      context.on('weberror', (error) => hear(`uncaught: ${error.error().message}`));
      await use();
      expect(heard, 'the console stays silent').toEqual([]);
    },
    { auto: true },
  ],
});

export async function start(page: Page, path = './'): Promise<void> {
  // The tour has stories of its own.
  await page.addInitScript(() => {
    // The empty page that a browser begins with has no storage.
    if (location.protocol.startsWith('http')) localStorage.setItem('oanix.toured', '1');
  });
  await page.goto(path);
  await expect(page.getByLabel('Path', { exact: true })).toBeVisible();
  await page.evaluate(() => window.oanix.ready);
}

/** Goes to a path by the path bar, which the pointer and the keyboard reach in their own ways. */
export async function goTo(page: Page, path: string, way: Way = 'pointer'): Promise<void> {
  const bar = page.getByLabel('Path', { exact: true });
  // Keys are heard once the page is there, not while it boots.
  await expect(bar).toBeVisible();
  if (way === 'pointer') await bar.click();
  else await page.keyboard.press('Control+p');
  await expect(bar).toBeFocused();
  await bar.fill(path);
  await page.keyboard.press('Enter');
}

/** Behind an open dialog nothing can be reached; which it is, is looked up at each try: a dialog may be closing. */
const inReach = ':root:has(dialog[open]) dialog[open], :root:not(:has(dialog[open])) body';

/** Presses a button; by keyboard it is reached with focus and Enter. */
export async function press(page: Page, name: string, way: Way = 'pointer'): Promise<void> {
  const button = page.locator(inReach).getByRole('button', { name, exact: true }).first();
  await expect(button).toBeEnabled();
  if (way === 'pointer') return button.click();
  // A dialog that is just opening takes the focus to itself first.
  await expect(async () => {
    await button.focus();
    expect(await button.evaluate((node) => node === document.activeElement)).toBe(true);
  }).toPass();
  await page.keyboard.press('Enter');
}

/** Drops files made from bytes onto the page, as the desktop would; without a pointer they are chosen. */
export async function drop(
  page: Page,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  if (isWithoutPointer()) return bring(page, 'keyboard', files);
  await dropped(page, files);
}

async function dropped(
  page: Page,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  const sent = files.map(({ name, bytes }) => ({
    name,
    base64: Buffer.from(bytes).toString('base64'),
  }));
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of dropped) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(
        new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }),
      );
    }
  }, sent);
}

/** Brings files in: dropped by pointer, chosen by keyboard. */
export async function bring(
  page: Page,
  way: Way,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  if (way === 'pointer') return drop(page, files);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+k');
  await expect(
    page.getByRole('combobox', { name: 'Search commands, paths and mounts' }),
  ).toBeFocused();
  await page.keyboard.type('Upload files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(
    files.map(({ name, bytes }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );
}

type CommandArgs = Readonly<Record<string, unknown>>;

/** Runs a command of the page to its end. */
export const command = (page: Page, id: string, args: CommandArgs = {}): Promise<void> =>
  page.evaluate(
    async ([name, given]) => {
      await window.oanix.commands.run(name, given);
    },
    [id, args] as const,
  );

/** Begins a command that does not succeed: the page tells the person why. */
export const attempt = (page: Page, id: string, args: object): Promise<void> =>
  page.evaluate(
    ([name, given]) => void window.oanix.commands.run(name, { ...given }).catch(() => undefined),
    [id, args] as const,
  );

/** Begins a command that a person goes on with: a dialog is open then. */
export const begin = (page: Page, id: string, args: CommandArgs = {}): Promise<void> =>
  page.evaluate(([name, given]) => void window.oanix.commands.run(name, given), [
    id,
    args,
  ] as const);

export const hello = (): Uint8Array => readFileSync('public/bin/hello-wasi.wasm');

/** The result of the program that was run last. */
export const result = (page: Page) => page.getByRole('region', { name: 'Result' });

/** An entry of a list, by its whole name. */
export const option = (page: Page, name: string) => page.getByRole('option', { name, exact: true });

export const content = (page: Page, path: string): Promise<string> =>
  page.evaluate((at) => window.oanix.fs.readFile(at, 'utf8'), path);

export const exists = (page: Page, path: string): Promise<boolean> =>
  page.evaluate(
    (at) =>
      window.oanix.fs.lstat(at).then(
        () => true,
        () => false,
      ),
    path,
  );

/** Changes the part that was stored last, which holds the file that was written last, as a failing disk would. */
export const changeLastPart = (page: Page, how: 'damage' | 'delete'): Promise<void> =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((done, failed) => {
        const opening = indexedDB.open('oanix');
        opening.onerror = () => failed(opening.error);
        opening.onsuccess = () => {
          const db = opening.result;
          const change = db.transaction('seg', 'readwrite');
          change.objectStore('seg').openCursor(null, 'prev').onsuccess = ({ target }) => {
            const { result: cursor } = target as IDBRequest<IDBCursorWithValue>;
            if (wanted === 'delete') cursor.delete();
            else cursor.update((cursor.value as Uint8Array).map((byte) => byte ^ 0x55));
          };
          change.oncomplete = () => {
            db.close();
            done();
          };
        };
      }),
    how,
  );

/** Someone else's transaction holds up every other of the store, until what is returned is called, or for `ms`. */
export async function holdStore(page: Page, ms = Infinity): Promise<() => Promise<void>> {
  await page.evaluate(
    (limit) =>
      new Promise<void>((held) => {
        Object.assign(window, { letGo: false });
        const until = Date.now() + limit;
        const opening = indexedDB.open('oanix');
        opening.onsuccess = () => {
          const db = opening.result;
          const store = db.transaction([...db.objectStoreNames], 'readwrite').objectStore('meta');
          const again = (): void => {
            const asked = store.get('super');
            asked.onsuccess = () => {
              if ((window as { letGo?: boolean }).letGo || Date.now() > until) db.close();
              else again();
              held();
            };
          };
          again();
        };
      }),
    ms,
  );
  return async () => {
    await page.evaluate(() => Object.assign(window, { letGo: true }));
  };
}
