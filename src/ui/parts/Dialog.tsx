/** A modal dialog on the platform's own: focus stays inside, Escape closes, focus returns. */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useApp } from '../store.ts';

export function Dialog({
  title,
  className,
  onClose,
  children,
}: {
  title: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed while it is still in the document: only then the browser returns the focus to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={className}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog">
        <h2 id={heading}>{title}</h2>
        {children}
        <OthersWaiting />
      </div>
    </dialog>
  );
}

/** Says that other dialogs wait for this one: the work that asks a question goes on only after the answer. */
function OthersWaiting() {
  const count = useApp((s) => s.dialogs.waiting.length);
  if (count === 0) return null;
  return (
    <p className="quiet" role="status">
      {count === 1 ? 'Another question waits' : `${count} other questions wait`} until this is
      closed.
    </p>
  );
}
