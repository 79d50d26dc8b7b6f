/** How large the parts of the page are, in px; kept in this browser. */
import { recall, remember } from './remembered.ts';
import { get, set } from './store.ts';

export type Sized = 'side' | 'inspector' | 'dock';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly first: number;
  /** Its width is set, not its height. */
  readonly isAcross: boolean;
  /** 1 where it grows to the right or below, -1 where it grows to the left or above. */
  readonly grows: 1 | -1;
}

export const sizes: Readonly<Record<Sized, Bounds>> = {
  side: { min: 180, max: 560, first: 272, isAcross: true, grows: 1 },
  inspector: { min: 220, max: 560, first: 300, isAcross: true, grows: -1 },
  dock: { min: 96, max: 720, first: 340, isAcross: false, grows: -1 },
};

const KEPT = 'sizes';

const within = (part: Sized, size: number): number =>
  Math.round(Math.max(sizes[part].min, Math.min(sizes[part].max, size)));

export function resize(part: Sized, size: number): void {
  apply({ ...get().sizes, [part]: within(part, size) });
  remember(KEPT, get().sizes);
}

export const resetSize = (part: Sized): void => resize(part, sizes[part].first);

export function loadSizes(): void {
  const kept = (recall(KEPT) ?? {}) as Partial<Record<Sized, unknown>>;
  const size = (part: Sized): number =>
    typeof kept[part] === 'number' ? within(part, kept[part]) : sizes[part].first;
  apply({ side: size('side'), inspector: size('inspector'), dock: size('dock') });
}

function apply(now: Readonly<Record<Sized, number>>): void {
  set({ sizes: now });
  for (const [part, size] of Object.entries(now))
    document.documentElement.style.setProperty(`--${part}`, `${size}px`);
}
