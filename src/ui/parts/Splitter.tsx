/** The line between two parts of the page, moved by pointer and by arrow keys (ARIA APG, window splitter). */
import { resetSize, resize, type Sized, sizes } from '../sizes.ts';
import { useApp } from '../store.ts';

const STEP = 16;

export function Splitter({ part, label }: { part: Sized; label: string }) {
  const size = useApp((s) => s.sizes[part]);
  const { min, max, isAcross, grows } = sizes[part];
  const byPointer = (event: React.PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    const line = event.currentTarget;
    const from = isAcross ? event.clientX : event.clientY;
    line.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void =>
      resize(part, size + grows * ((isAcross ? moved.clientX : moved.clientY) - from));
    line.addEventListener('pointermove', move);
    line.addEventListener(
      'lostpointercapture',
      () => line.removeEventListener('pointermove', move),
      {
        once: true,
      },
    );
  };
  const [less, more] = isAcross ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  const keys: Record<string, () => void> = {
    [less as string]: () => resize(part, size - grows * STEP),
    [more as string]: () => resize(part, size + grows * STEP),
    Home: () => resize(part, min),
    End: () => resize(part, max),
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      className={isAcross ? `splitter across ${part}` : `splitter ${part}`}
      aria-label={label}
      aria-orientation={isAcross ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={byPointer}
      onDoubleClick={() => resetSize(part)}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        act();
      }}
    />
  );
}
