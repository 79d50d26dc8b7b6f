/** Plays a demo: a step at a person's word, its commands one after the other. */
import { call } from '../commands/table.ts';
import { get, set } from '../store.ts';
import { explain } from '../text.ts';
import { demoOf } from './gallery.ts';
import { type Playing, stopDemo } from './playing.ts';

export async function nextStep(input = ''): Promise<void> {
  const { playing } = get();
  const step = playing && demoOf(playing.id)?.steps[playing.step];
  if (!step || playing.isBusy) return;
  set({ playing: { ...playing, isBusy: true, error: undefined } });
  try {
    for (const [id, args = {}] of step.commands) await call(id, withInput(args, input));
    goOn(playing, undefined);
  } catch (error) {
    goOn(playing, explain(error));
  }
}

/** To the next step, or to the same again where it failed; unless it was stopped meanwhile. */
function goOn({ id, step }: Playing, error: string | undefined): void {
  const { playing } = get();
  if (playing?.id !== id || playing.step !== step) return;
  const last = (demoOf(id)?.steps.length ?? 0) - 1;
  if (error === undefined && step === last) stopDemo();
  else set({ playing: { id, step: error === undefined ? step + 1 : step, isBusy: false, error } });
}

const withInput = (args: Readonly<Record<string, unknown>>, input: string) =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((each) => (each === '$input' ? input : each)) : value,
    ]),
  );
