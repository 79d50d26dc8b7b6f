/**
 * A form in a dialog. Its action runs once at a time; the form closes when that succeeds, and shows why when it fails,
 * with everything that was typed.
 */
import { type FormEvent, type ReactNode, useContext, useState } from 'react';
import { closeDialog, hasDialog, submitting } from '../dialogs.ts';
import { toast } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { useApp } from '../store.ts';
import { explain } from '../text.ts';
import { DialogId } from './dialogid.ts';

export function FormDialog({
  title,
  action,
  submit,
  children,
}: {
  title: string;
  action: string;
  submit: (data: FormData) => Promise<void>;
  children: ReactNode;
}) {
  const id = useContext(DialogId);
  const isBusy = useApp((s) => s.dialogs.open.some((each) => each.id === id && each.isBusy));
  const [error, setError] = useState<string>();
  const close = (): void => closeDialog(id);
  const failed = (failure: unknown): void => {
    // A person who has closed the form hears of it all the same.
    if (hasDialog(id)) setError(explain(failure));
    else toast(`${title}: ${explain(failure)}`, { bad: true });
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isBusy) return;
    setError(undefined);
    const data = new FormData(event.currentTarget);
    submitting(id, () => submit(data)).catch(failed);
  };
  return (
    <Dialog title={title} onClose={close}>
      <form className="field" style={{ gap: 14 }} onSubmit={onSubmit} aria-busy={isBusy}>
        {children}
        {error && (
          <p className="bad" role="alert">
            {error}
          </p>
        )}
        <div className="buttons">
          <Button label="Cancel" onClick={close} />
          <Button label={action} look="primary" type="submit" />
        </div>
      </form>
    </Dialog>
  );
}
