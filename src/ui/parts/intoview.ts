/** As a ref: what gets it is scrolled into view, no further than it must. */
export const intoView = (element: HTMLElement | null): void =>
  element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
