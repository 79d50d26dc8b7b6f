/** Back and Forward, before the path; the palette names where they lead. */
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { CommandButton } from '../parts/CommandButton.tsx';
import { useApp } from '../store.ts';

export function BackForward() {
  const back = useApp((s) => s.backTo);
  const forward = useApp((s) => s.forwardTo);
  return (
    <span className="back-forward">
      <CommandButton
        id="view.back"
        label="Back"
        icon={ArrowLeft}
        iconOnly
        look="plain"
        disabled={back === undefined}
      />
      <CommandButton
        id="view.forward"
        label="Forward"
        icon={ArrowRight}
        iconOnly
        look="plain"
        disabled={forward === undefined}
      />
    </span>
  );
}
