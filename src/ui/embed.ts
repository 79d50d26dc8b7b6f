/** The page within another one, for documentation: `?embed`, or `?embed=light` for a theme. It keeps nothing. */

const asked = new URLSearchParams(location.search).get('embed');

export const isEmbedded = asked !== null;

/**
 * Another page shows this one in a frame without `?embed`. The page must not start then: a person who clicks in the
 * frame would act on their own files. Hosts that send headers prevent such a frame; this holds on all others.
 */
export const isFramedAsIs = window.top !== window && !isEmbedded;

/** The theme that the page around it wants; any word, '' for none. */
export const embeddedTheme = asked ?? '';

/** The same place in the page itself. */
export const addressOutside = (path: string): string =>
  `${location.origin}${location.pathname}#${new URLSearchParams({ path })}`;
