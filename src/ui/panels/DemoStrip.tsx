/** The step of the demo that is played, above what it shows. */
import { useEffect, useRef } from 'react';
import { demoOf } from '../demos/gallery.ts';
import { nextStep } from '../demos/player.ts';
import { stopDemo } from '../demos/playing.ts';
import { Button } from '../parts/Button.tsx';
import { useApp } from '../store.ts';

export function DemoStrip() {
  const playing = useApp((s) => s.playing);
  const next = useRef<HTMLFormElement>(null);
  const demo = playing && demoOf(playing.id);
  const at = playing?.step ?? 0;
  const busy = playing?.isBusy ?? false;
  // Whoever plays it by keys goes on where the last step left the focus to the page.
  useEffect(() => {
    if (at > 0 && !busy && document.activeElement === document.body)
      next.current?.querySelector<HTMLElement>('[type="submit"]')?.focus();
  }, [at, busy]);
  const step = demo?.steps[at];
  if (!demo || !step) return null;
  return (
    <form
      ref={next}
      className="demo-strip"
      aria-label={demo.title}
      onSubmit={(event) => {
        event.preventDefault();
        void nextStep(String(new FormData(event.currentTarget).get('input') ?? '').trim());
      }}
    >
      <span className="demo-count">
        {at + 1}/{demo.steps.length}
      </span>
      <p aria-live="polite">
        <strong>{/[.?!]$/.test(demo.title) ? demo.title : `${demo.title}.`}</strong> {step.words}
        {playing.error !== undefined && (
          <span className="bad" role="alert">
            {' '}
            {playing.error}
          </span>
        )}
      </p>
      {step.ask && (
        <input
          className="input"
          name="input"
          type="url"
          required
          aria-label={step.ask.label}
          placeholder={step.ask.placeholder}
          spellCheck={false}
        />
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {busy ? 'At it…' : step.button}
      </button>
      <Button label="Skip" onClick={stopDemo} />
    </form>
  );
}
