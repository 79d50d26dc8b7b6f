/** Which demo is played, and how far it has come. */
import { isEmbedded } from '../embed.ts';
import { recall, remember } from '../remembered.ts';
import { get, set } from '../store.ts';
import { demoOf } from './gallery.ts';

const TOURED = 'toured';

export interface Playing {
  readonly id: string;
  /** The next one to be run. */
  readonly step: number;
  readonly isBusy: boolean;
  readonly error: string | undefined;
}

export function startDemo(id: string): void {
  if (!demoOf(id)) throw new Error(`There is no demo ${id}.`);
  set({ playing: { id, step: 0, isBusy: false, error: undefined } });
}

export function stopDemo(): void {
  set({ playing: undefined });
  remember(TOURED, 1);
}

/** The first visit begins with the tour. */
export function offerTour(): void {
  // Nothing can be run where nothing can be written.
  const isLocked = get().store?.state === 'read-only';
  if (!isEmbedded && !isLocked && recall(TOURED) === undefined) startDemo('hello');
}
