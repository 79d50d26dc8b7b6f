/** The dialogs; the larger ones have files of their own. */
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { type DialogState, useApp } from '../store.ts';
import { showName } from '../text.ts';
import { ArchiveNamesDialog } from './ArchiveNamesDialog.tsx';
import { CapsuleDialog } from './CapsuleDialog.tsx';
import { CatalogueDialog } from './CatalogueDialog.tsx';
import { CompareDialog } from './CompareDialog.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { DemosDialog } from './DemosDialog.tsx';
import { DialogId } from './dialogid.ts';
import { EncodingDialog } from './EncodingDialog.tsx';
import { FormDialog } from './FormDialog.tsx';
import { KeyDialog, SecretDialog, UnlockDialog } from './KeyDialogs.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { LeftOutDialog } from './LeftOutDialog.tsx';
import { MountDialog } from './MountDialog.tsx';
import { AskDialog, GrantDialog, PolicyDialog } from './NetworkDialogs.tsx';
import { Palette } from './Palette.tsx';
import { ProgramSheet } from './ProgramSheet.tsx';
import { ReportDialog } from './ReportDialog.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import { StorageDialog } from './StorageDialog.tsx';
import { EnvironmentDialog, JobDialog, TrialDialog } from './WorkDialogs.tsx';

type Of<K extends DialogState['kind']> = Extract<DialogState, { kind: K }>;

/** The dialogs that are open, from the bottom to the top. */
export function Dialogs() {
  const dialogs = useApp((s) => s.dialogs.open);
  return dialogs.map(({ id, dialog }) => (
    // A question that follows another one begins anew, also when it is about the same thing.
    <DialogId key={id} value={id}>
      <DialogOf dialog={dialog} />
    </DialogId>
  ));
}

function DialogOf({ dialog }: { dialog: DialogState }) {
  if (dialog.kind === 'name') return <NameDialog {...dialog} />;
  if (dialog.kind === 'confirm') return <ConfirmDialog {...dialog} />;
  if (dialog.kind === 'conflict') return <ConflictDialog {...dialog} />;
  if (dialog.kind === 'report') return <ReportDialog {...dialog} />;
  if (dialog.kind === 'encoding') return <EncodingDialog {...dialog} />;
  if (dialog.kind === 'archiveNames') return <ArchiveNamesDialog {...dialog} />;
  if (dialog.kind === 'unsaved') return <UnsavedDialog {...dialog} />;
  if (dialog.kind === 'program') return <ProgramSheet {...dialog} />;
  if (dialog.kind === 'capsule') return <CapsuleDialog {...dialog} />;
  if (dialog.kind === 'leftOut') return <LeftOutDialog {...dialog} />;
  if (dialog.kind === 'catalogue') return <CatalogueDialog />;
  if (dialog.kind === 'palette') return <Palette {...dialog} />;
  if (dialog.kind === 'demos') return <DemosDialog {...dialog} />;
  if (dialog.kind === 'keys') return <KeysDialog />;
  if (dialog.kind === 'compare') return <CompareDialog {...dialog} />;
  if (dialog.kind === 'settings') return <SettingsDialog />;
  if (dialog.kind === 'storage') return <StorageDialog />;
  if (dialog.kind === 'folder') return <FolderDialog {...dialog} />;
  if (dialog.kind === 'environment') return <EnvironmentDialog />;
  if (dialog.kind === 'job') return <JobDialog {...dialog} />;
  if (dialog.kind === 'trial') return <TrialDialog {...dialog} />;
  if (dialog.kind === 'grant') return <GrantDialog />;
  if (dialog.kind === 'policy') return <PolicyDialog {...dialog} />;
  if (dialog.kind === 'ask') return <AskDialog {...dialog} />;
  if (dialog.kind === 'unlock') return <UnlockDialog {...dialog} />;
  if (dialog.kind === 'secret') return <SecretDialog />;
  if (dialog.kind === 'key') return <KeyDialog />;
  return <MountDialog />;
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

function ConfirmDialog({ title, text, confirm, look, answer }: Of<'confirm'>) {
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p className="as-is">{text}</p>
      <div className="buttons">
        <Button label="Cancel" onClick={() => answer(false)} />
        <Button label={confirm} look={look} onClick={() => answer(true)} />
      </div>
    </Dialog>
  );
}

function UnsavedDialog({ paths, answer }: Of<'unsaved'>) {
  return (
    <Dialog title="Save the text before closing?" onClose={() => answer('cancel')}>
      <p>These files have text that is not saved:</p>
      <ul className="as-is">
        {paths.map((path) => (
          <li key={path}>{showName(path)}</li>
        ))}
      </ul>
      <div className="buttons">
        <Button label="Cancel" onClick={() => answer('cancel')} />
        <Button label="Discard" look="danger" onClick={() => answer('discard')} />
        <Button label="Save" look="primary" onClick={() => answer('save')} />
      </div>
    </Dialog>
  );
}

function FolderDialog({ name, answer }: Of<'folder'>) {
  return (
    <Dialog title={`Bring in the folder ${showName(name)}`} onClose={() => answer(undefined)}>
      <p>
        A copy is yours to change, and stays here. Mounted, it is the folder itself, as long as the
        browser allows it.
      </p>
      <div className="buttons">
        <Button label="Cancel" onClick={() => answer(undefined)} />
        <Button label="Mount, to change it" onClick={() => answer('writable')} />
        <Button label="Mount, read-only" onClick={() => answer('read-only')} />
        <Button label="Copy it here" look="primary" onClick={() => answer('copy')} />
      </div>
    </Dialog>
  );
}
