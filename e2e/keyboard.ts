/**
 * A person who has no pointer: where a story clicks, the keyboard goes there, by Tab from wherever the focus is and by
 * arrows within what arrows walk, and does what a click would. What cannot be reached fails the story.
 */
import { type ElementHandle, expect, type Locator, type Page } from '@playwright/test';

/** Stops of Tab in the page, of arrows in one widget. */
const TABS_MAX = 250;
const STEPS_MAX = 100;
/** What a key does may show so much later, in ms. */
const LATE_MS = 400;

type Role =
  | 'field'
  | 'press'
  | 'toggle'
  | 'radio'
  | 'row'
  | 'found'
  | 'menuitem'
  | 'tab'
  | 'treeitem'
  | 'area';

/** What a click on an element is meant for, and what of it takes the focus. */
interface Goal {
  readonly role: Role;
  readonly target: ElementHandle<HTMLElement>;
}

async function goalOf(locator: Locator): Promise<Goal> {
  const clicked = (await locator.elementHandle()) as ElementHandle<HTMLElement>;
  const role = await clicked.evaluate((element): Role => {
    const of = (selector: string): boolean => element.closest(selector) !== null;
    if (of('[role^="menuitem"]')) return 'menuitem';
    if (of('[role="treeitem"]')) return 'treeitem';
    if (of('dialog [role="option"]')) return 'found';
    if (of('[role="option"]')) return 'row';
    if (of('[role="tab"]')) return 'tab';
    const own = element.closest('label')?.control ?? element;
    if (own.matches('input[type="checkbox"]')) return 'toggle';
    if (own.matches('input[type="radio"]')) return 'radio';
    if (own.matches('input, textarea, select, [contenteditable="true"], .cm-content'))
      return 'field';
    return of('button, a[href], summary') ? 'press' : 'area';
  });
  const handle = await clicked.evaluateHandle((element, kind): HTMLElement => {
    if (kind === 'row' || kind === 'found')
      return element.closest<HTMLElement>('[role="option"]') ?? element;
    const control = element.closest('label')?.control;
    return (
      control ??
      element.closest<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [contenteditable="true"], [tabindex]',
      ) ??
      element
    );
  }, role);
  return { role, target: handle as ElementHandle<HTMLElement> };
}

/** Whether the focus is on the target, or on the widget that it is walked to in. */
const isThere = (target: ElementHandle<HTMLElement>): Promise<boolean> =>
  target.evaluate((element) => {
    const active = document.activeElement;
    if (active === element) return true;
    const widget = element.closest(
      '[role="listbox"], [role="menu"], [role="tree"], [role="tablist"], dialog.palette',
    );
    if (widget?.contains(active) && active !== document.body) return true;
    return (
      element instanceof HTMLInputElement &&
      element.type === 'radio' &&
      active instanceof HTMLInputElement &&
      active.name === element.name &&
      active.form === element.form
    );
  });

/** Which key brings the focus nearer: F6 to another part of the page, Tab within one, and the way out of what takes Tab. */
const nextKey = (target: ElementHandle<HTMLElement>): Promise<string> =>
  target.evaluate((element) => {
    const active = document.activeElement ?? document.body;
    const part = (each: Element): Element | null =>
      each.closest('dialog, [popover], .side, .pane, .inspector, .runs, .statusbar, .topbar');
    if (active.closest('.xterm') || part(active) !== part(element)) return 'F6';
    if (active.closest('.cm-editor')) return 'Escape';
    const isBehind = active.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
    return isBehind ? 'Shift+Tab' : 'Tab';
  });

/** How often F6 is tried: parts of the page, twice. */
const PARTS_MAX = 14;

/** What is passed on the way may show other things meanwhile: then it is looked for again. */
async function tabTo(locator: Locator): Promise<Goal> {
  const page = locator.page();
  let goal: Goal | undefined;
  let parts = 0;
  for (let stops = 0; stops < TABS_MAX; stops++) {
    if (goal && !(await goal.target.evaluate((element) => element.isConnected))) goal = undefined;
    if (!goal) {
      const isShown = await locator.waitFor({ timeout: LATE_MS }).then(
        () => true,
        () => false,
      );
      if (isShown) goal = await goalOf(locator);
      else {
        await page.keyboard.press('F6');
        continue;
      }
    }
    if (await isThere(goal.target)) return goal;
    let key = await nextKey(goal.target);
    if (key === 'F6' && ++parts > PARTS_MAX) key = 'Tab';
    await page.keyboard.press(key);
    if (key === 'Escape') await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${locator.toString()}`);
}

/** Where the focus and a list's cursor are. */
const cursor = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const active = document.activeElement;
    const all = [...document.querySelectorAll('*')];
    return `${all.indexOf(active as Element)} ${active?.getAttribute('aria-activedescendant')} ${active?.textContent}`;
  });

/** The first key goes to an end, the second walks, a step at a time. */
async function walk(
  page: Page,
  [first, next]: readonly [string, string],
  isAt: () => Promise<boolean>,
): Promise<void> {
  let before = await cursor(page);
  const step = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    const until = Date.now() + LATE_MS;
    while ((await cursor(page)) === before && Date.now() < until) await page.waitForTimeout(10);
    before = await cursor(page);
  };
  if (await isAt()) return;
  await step(first);
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    if (await isAt()) return;
    await step(next);
  }
  throw new Error(`${next} does not reach it`);
}

/** Puts the focus, or a list's cursor, on what is to be acted on. */
async function reach(locator: Locator): Promise<Goal> {
  const page = locator.page();
  const { role, target } = await tabTo(locator);
  const isActive = (): Promise<boolean> =>
    target.evaluate((element) => element === document.activeElement);
  const isSelected = (): Promise<boolean> =>
    target.evaluate((element) => element.getAttribute('aria-selected') === 'true');
  if (role === 'row')
    await walk(page, ['Home', 'ArrowDown'], async () => {
      const seen = await target.evaluate(
        (element) =>
          element.id !== '' &&
          document.activeElement?.getAttribute('aria-activedescendant') === element.id,
      );
      return seen || (await isSelected());
    });
  else if (role === 'found') await walk(page, ['ArrowDown', 'ArrowDown'], isSelected);
  else if (role === 'menuitem' || role === 'treeitem')
    await walk(page, ['Home', 'ArrowDown'], isActive);
  else if (role === 'tab') await walk(page, ['ArrowRight', 'ArrowRight'], isActive);
  else if (role === 'radio')
    await walk(page, ['ArrowDown', 'ArrowDown'], () =>
      target.evaluate((element) => (element as HTMLInputElement).checked),
    );
  return { role, target };
}

/** What the key does that a click would. */
const acts: Readonly<Record<Role, string | undefined>> = {
  field: undefined,
  area: undefined,
  row: undefined,
  radio: undefined,
  press: 'Enter',
  menuitem: 'Enter',
  found: 'Enter',
  tab: 'Enter',
  treeitem: 'Enter',
  toggle: 'Space',
};

async function click(this: Locator, how?: { button?: string }): Promise<void> {
  const { keyboard } = this.page();
  await this.waitFor();
  // Until it can be pressed nothing takes the focus.
  await expect(this).toBeEnabled();
  const { role, target } = await reach(this);
  if (how?.button === 'right') return keyboard.press('Shift+F10');
  const isClosed = await target.evaluate(
    (element) => element.getAttribute('aria-expanded') === 'false',
  );
  if (role === 'treeitem' && isClosed) await keyboard.press('ArrowRight');
  const key = acts[role];
  if (key) await keyboard.press(key);
}

async function fill(this: Locator, text: string): Promise<void> {
  const { keyboard } = this.page();
  await this.waitFor();
  await reach(this);
  await keyboard.press('ControlOrMeta+a');
  if (text === '') await keyboard.press('Delete');
  else if (text.length > 200) await keyboard.insertText(text);
  else await keyboard.type(text);
}

async function setChecked(this: Locator, wanted: boolean): Promise<void> {
  if ((await this.isChecked()) !== wanted) await this.click();
}

async function selectOption(this: Locator, value: string): Promise<void> {
  await this.waitFor();
  await tabTo(this);
  await walk(this.page(), ['Home', 'ArrowDown'], async () => (await this.inputValue()) === value);
}

let without = false;
/** The story is told by the keyboard alone. */
export const isWithoutPointer = (): boolean => without;

/** Until the returned end, every locator of this process is used by the keyboard. */
export function withoutPointer(page: Page): () => void {
  const prototype = Object.getPrototypeOf(page.locator('html')) as Record<string, unknown>;
  const own = {
    click,
    fill,
    selectOption,
    check(this: Locator) {
      return setChecked.call(this, true);
    },
    uncheck(this: Locator) {
      return setChecked.call(this, false);
    },
  };
  const before = Object.fromEntries(Object.keys(own).map((name) => [name, prototype[name]]));
  Object.assign(prototype, own);
  without = true;
  return () => {
    Object.assign(prototype, before);
    without = false;
  };
}
