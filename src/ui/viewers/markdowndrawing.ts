/** Draws the parts of a rendered Markdown document into the page, one after another. */
import type { Steps } from '../inparts.ts';
import { explain } from '../text.ts';
import type { Pictures } from './markdownpictures.ts';

/** A part that is drawn. */
export interface DrawnPart {
  readonly html: string;
  readonly element: HTMLElement;
}

/** Draws the parts that differ from what is drawn, one at each step, and then takes out what is left over. */
export function* drawParts(
  page: HTMLElement,
  drawn: DrawnPart[],
  parts: readonly string[],
  pictures: Pictures,
): Steps<void> {
  for (const [index, html] of parts.entries()) {
    const before = drawn[index];
    if (before?.html === html) continue;
    const element = before?.element ?? page.appendChild(document.createElement('div'));
    // markdown-it has escaped all HTML of the document and refused scripts in its links; nothing else makes this text.
    element.innerHTML = html;
    drawn[index] = { html, element };
    for (const picture of element.querySelectorAll<HTMLImageElement>('img[data-path]'))
      void show(picture, pictures);
    yield index;
  }
  for (const { element } of drawn.splice(parts.length)) element.remove();
}

/** Shows a picture of the namespace from its bytes. One that cannot be read says why in its place. */
async function show(picture: HTMLImageElement, pictures: Pictures): Promise<void> {
  const path = picture.dataset['path'] ?? '';
  try {
    picture.src = await pictures.addressOf(path);
  } catch (error) {
    const told = document.createElement('em');
    told.textContent = `${picture.alt || 'A picture'} (${path}: ${explain(error)})`;
    picture.replaceWith(told);
  }
}
