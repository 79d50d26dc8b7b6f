/** The parts of the page that F6 goes through, as desktops do, and what takes the focus in each. */

const regions = [
  { region: '.side', targets: ['[role="treeitem"][tabindex="0"]', 'button'] },
  { region: '.pane.focused', targets: ['.listing, .cm-content, .hex', 'button:enabled'] },
  { region: '.inspector', targets: ['button:enabled'] },
  { region: '.runs', targets: ['[role="tab"][aria-selected="true"]'] },
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

/** What takes the focus in the pane that commands act on, once it is drawn; not from whoever has gone on from `from`. */
export function focusShownPane(from?: Element | null): void {
  requestAnimationFrame(() => {
    if (from !== undefined && document.activeElement !== from) return;
    const pane = '.pane.focused';
    const target = `${pane} .listing, ${pane} .cm-content, ${pane} .hex, ${pane} button`;
    document.querySelector<HTMLElement>(target)?.focus();
  });
}
