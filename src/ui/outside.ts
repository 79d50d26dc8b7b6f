/** Addresses outside the page: a person sees where one leads before it opens. */
import { confirm } from './dialogs.ts';
import { showName } from './text.ts';

/** Longer addresses are cut in the question, with their length. */
const SHOWN_MAX = 600;

/**
 * Asks whether to open an address in a new tab, and shows it whole: whoever wrote the link, a program perhaps, may have put
 * data of the namespace into the address, and the text of a link need not say where it leads.
 */
export async function openOutside(url: string): Promise<void> {
  if (!/^(https?:)?\/\//i.test(url))
    throw new Error('Only http and https addresses can be opened from here.');
  const { href } = new URL(url, location.href);
  const shown =
    href.length > SHOWN_MAX
      ? `${href.slice(0, SHOWN_MAX)}… (${href.length.toLocaleString('en')} characters)`
      : href;
  if (await confirm('Open this address in a new tab?', showName(shown), 'Open'))
    window.open(href, '_blank', 'noopener,noreferrer');
}
