/** A form in a dialog: its error is shown in it, and it closes when it is done. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { closeDialog } from '../dialogs.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { explain } from '../text.ts';

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
  const [error, setError] = useState<string>();
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    submit(new FormData(event.currentTarget)).then(closeDialog, (failure: unknown) =>
      setError(explain(failure)),
    );
  };
  return (
    <Dialog title={title} onClose={closeDialog}>
      <form className="field" style={{ gap: 14 }} onSubmit={onSubmit}>
        {children}
        {error && (
          <p className="bad" role="alert">
            {error}
          </p>
        )}
        <div className="buttons">
          <Button label="Cancel" onClick={closeDialog} />
          <Button label={action} look="primary" type="submit" />
        </div>
      </form>
    </Dialog>
  );
}
