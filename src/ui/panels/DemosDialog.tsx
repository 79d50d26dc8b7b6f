/** The gallery of demos. */

import { demos } from '../demos/gallery.ts';
import { startDemo } from '../demos/playing.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useClose } from './dialogid.ts';

export function DemosDialog({ chosen }: { chosen: string | undefined }) {
  const close = useClose();
  return (
    <Dialog title="Demos" className="wide" onClose={close}>
      <p className="quiet">Each of them really runs, in your namespace, step by step.</p>
      <ul className="gallery">
        {demos.map(({ id, title, about, steps }) => (
          <li key={id} className={id === chosen ? 'chosen' : undefined}>
            <h3>{title}</h3>
            <p>{about}</p>
            <button
              type="button"
              className={id === chosen ? 'button primary' : 'button'}
              aria-label={`Begin ${title}`}
              ref={id === chosen ? takesFocus : undefined}
              onClick={() => {
                close();
                startDemo(id);
              }}
            >
              Begin, {steps.length} steps
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** When the dialog opens. */
const takesFocus = (button: HTMLElement | null): void => button?.setAttribute('autofocus', '');
