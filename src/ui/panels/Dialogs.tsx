/** The dialogs: a name, a question, taken names, a program before it runs, a new mount. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { closeDialog } from '../actions.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { client } from '../session.ts';
import { type DialogState, useApp } from '../store.ts';
import { explain, showName } from '../text.ts';
import { CapsuleDialog } from './CapsuleDialog.tsx';
import { CatalogueDialog } from './CatalogueDialog.tsx';
import { ProgramSheet } from './ProgramSheet.tsx';

type Of<K extends DialogState['kind']> = Extract<DialogState, { kind: K }>;

export function Dialogs() {
  const dialog = useApp((s) => s.dialog);
  if (!dialog) return null;
  if (dialog.kind === 'name') return <NameDialog {...dialog} />;
  if (dialog.kind === 'confirm') return <ConfirmDialog {...dialog} />;
  if (dialog.kind === 'conflict') return <ConflictDialog {...dialog} />;
  if (dialog.kind === 'program') return <ProgramSheet {...dialog} />;
  if (dialog.kind === 'capsule') return <CapsuleDialog {...dialog} />;
  if (dialog.kind === 'catalogue') return <CatalogueDialog />;
  return <MountDialog />;
}

/** A form whose error is shown in it, and that closes when it is done. */
function FormDialog({
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

function NameDialog({ title, label, value, done }: Of<'name'>) {
  return (
    <FormDialog
      title={title}
      action={value ? 'Rename' : 'Create'}
      submit={(data) => done(String(data.get('name') ?? ''))}
    >
      <label className="field">
        <span>{label}</span>
        <input
          className="input"
          name="name"
          defaultValue={value}
          spellCheck={false}
          autoComplete="off"
          ref={focusStem}
        />
      </label>
    </FormDialog>
  );
}

/** Focus, with the part before the extension selected, as people expect when renaming. */
function focusStem(input: HTMLInputElement | null): void {
  if (!input) return;
  input.focus();
  const dot = input.value.lastIndexOf('.');
  input.setSelectionRange(0, dot > 0 ? dot : input.value.length);
}

function ConfirmDialog({ title, text, confirm, answer }: Of<'confirm'>) {
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p>{text}</p>
      <div className="buttons">
        <Button label="Cancel" onClick={() => answer(false)} />
        <Button label={confirm} look="danger" onClick={() => answer(true)} />
      </div>
    </Dialog>
  );
}

function ConflictDialog({ names, answer }: Of<'conflict'>) {
  const shown = names.slice(0, 5).map(showName).join(', ');
  return (
    <Dialog title="Some names are taken" onClose={() => answer('skip')}>
      <p>
        {names.length === 1
          ? 'One file is already there'
          : `${names.length} files are already there`}
        : {shown}
        {names.length > 5 && ' …'}
      </p>
      <div className="buttons">
        <Button label="Skip these" onClick={() => answer('skip')} />
        <Button label="Keep both" onClick={() => answer('both')} />
        <Button label="Replace" look="danger" onClick={() => answer('replace')} />
      </div>
    </Dialog>
  );
}

function MountDialog() {
  const [what, setWhat] = useState<'mem' | 'bind'>('mem');
  const submit = async (data: FormData): Promise<void> => {
    const at = String(data.get('at') ?? '').trim();
    if (!at.startsWith('/')) throw new Error('A mount point is a path that begins with a slash.');
    const flags = {
      order: data.get('order') as 'replace' | 'before' | 'after',
      create: data.get('create') === 'on',
      ro: data.get('ro') === 'on',
    };
    if (what === 'mem') await client().oanix.mount({ kind: 'mem' }, at, flags);
    else await client().oanix.bind(String(data.get('from') ?? '').trim(), at, flags);
  };
  return (
    <FormDialog title="Mount" action="Mount" submit={submit}>
      <label className="field">
        <span>What</span>
        <select
          className="input"
          value={what}
          onChange={(event) => setWhat(event.target.value as 'mem' | 'bind')}
        >
          <option value="mem">A new memory file system</option>
          <option value="bind">A directory or file that is there (bind)</option>
        </select>
      </label>
      {what === 'bind' && (
        <label className="field">
          <span>From</span>
          <input className="input" name="from" placeholder="/home/workspace" spellCheck={false} />
        </label>
      )}
      <label className="field">
        <span>At</span>
        <input className="input" name="at" placeholder="/scratch" spellCheck={false} />
      </label>
      <label className="field">
        <span>What is there now</span>
        <select className="input" name="order">
          <option value="replace">is hidden</option>
          <option value="after">is searched first (union, after)</option>
          <option value="before">is searched last (union, before)</option>
        </select>
      </label>
      <label className="check">
        <input type="checkbox" name="create" defaultChecked /> New files go here
      </label>
      <label className="check">
        <input type="checkbox" name="ro" /> Read-only
      </label>
    </FormDialog>
  );
}
