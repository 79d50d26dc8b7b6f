/** The parts of the page that F6 goes through, as desktops do, and what takes the focus in each. */

const regions = [
  { region: '.side', targets: ['[role="treeitem"][tabindex="0"]', 'button'] },
  {
    region: '.pane.focused',
    targets: ['.listing, .cm-content, .hex, .csv-grid', 'button:enabled'],
  },
  { region: '.inspector', targets: ['button:enabled'] },
  { region: '.runs', targets: ['[role="tab"][aria-selected="true"]'] },
  { region: '.statusbar', targets: ['button:enabled'] },
  { region: '.topbar', targets: ['#path-bar'] },
] as const;

export function nextRegion(by: number): void {
  const at = regions.findIndex(({ region }) =>
    document.querySelector(region)?.contains(document.activeElement),
  );
  for (let step = 1; step <= regions.length; step++) {
    const next = regions[(at + by * step + regions.length * 2) % regions.length];
    const found = next?.targets.map((target) =>
      document.querySelector<HTMLElement>(`${next.region} ${target}`),
    );
    const target = found?.find((element) => element?.checkVisibility({ visibilityProperty: true }));
    if (!target) continue;
    target.focus();
    return;
  }
}

/** What is shown may be on its way: it is waited for so many frames. */
const FRAMES = 60;

/** What takes the focus in the pane that commands act on, once it is drawn and while it is still wanted. */
export function focusShownPane(isWanted = (): boolean => true): void {
  let left = FRAMES;
  const look = (): void => {
    if (!isWanted()) return;
    const view = document.querySelector('.pane.focused .view');
    const target =
      view?.querySelector<HTMLElement>('.listing, .cm-content, .hex, .csv-grid') ??
      view?.querySelector<HTMLElement>('[tabindex="0"]');
    if (target) target.focus();
    else if (left-- > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
