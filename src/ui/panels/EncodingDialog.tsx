/** The encoding that a file is read in, or that its text is saved in. */
import { reopenIn, setFormat, shownText } from '../editing.ts';
import { encodings, formatName, saveFormats } from '../editor/encodings.ts';
import { Undone } from '../notices.ts';
import { nameOf, showName } from '../text.ts';
import { FormDialog } from './FormDialog.tsx';

const dialogs = {
  reopen: {
    title: 'Reopen with another encoding',
    action: 'Reopen',
    names: Object.entries(encodings),
    about: 'The file is read again as text in this encoding. Nothing is written.',
  },
  save: {
    title: 'Save with another encoding',
    action: 'Choose',
    names: Object.entries(saveFormats).map(([id, format]) => [id, formatName(format)] as const),
    about: 'The next save writes the text in this encoding.',
  },
} as const;

export function EncodingDialog({ path, how }: { path: string; how: 'reopen' | 'save' }) {
  const { title, action, names, about } = dialogs[how];
  const submit = async (data: FormData): Promise<void> => {
    const chosen = String(data.get('encoding'));
    const format = saveFormats[chosen];
    if (how === 'save') return format && setFormat(path, format);
    const undone = await reopenIn(path, chosen);
    if (undone instanceof Undone) throw undone.reason;
  };
  return (
    <FormDialog title={`${title}: ${showName(nameOf(path))}`} action={action} submit={submit}>
      <label className="field">
        <span>Encoding</span>
        <select
          className="input"
          name="encoding"
          defaultValue={shownText(path)?.format.encoding ?? 'windows-1252'}
        >
          {names.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p className="quiet">{about}</p>
    </FormDialog>
  );
}
