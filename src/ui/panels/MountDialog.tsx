/** A new mount: memory, something that is there already, or a folder of the browser or the computer. */
import { useRef, useState } from 'react';
import { canPick, mountCopy, pickFolder } from '../folders.ts';
import { client } from '../session.ts';
import { FormDialog } from './FormDialog.tsx';

type What = 'mem' | 'bind' | 'own' | 'folder' | 'copy';

const kinds: readonly (readonly [What, string])[] = [
  ['mem', 'A new memory file system'],
  ['bind', 'A directory or file that is there (bind)'],
  ['own', 'A folder of this browser, for this page alone'],
  canPick
    ? ['folder', 'A folder of this computer, live']
    : ['copy', 'A folder of this computer, as a read-only copy'],
];

function chosen(input: HTMLInputElement | null): FileList {
  if (!input?.files?.length) throw new Error('Choose a folder first.');
  return input.files;
}

export function MountDialog() {
  const [what, setWhat] = useState<What>('mem');
  const files = useRef<HTMLInputElement>(null);
  const submit = async (data: FormData): Promise<void> => {
    const at = String(data.get('at') ?? '').trim();
    if (!at.startsWith('/')) throw new Error('A mount point is a path that begins with a slash.');
    const flags = {
      order: data.get('order') as 'replace' | 'before' | 'after',
      create: data.get('create') === 'on',
      ro: data.get('ro') === 'on',
    };
    const { oanix } = client();
    if (what === 'mem') await oanix.mount({ kind: 'mem' }, at, flags);
    else if (what === 'own') {
      const own = at.slice(1).replaceAll('/', ' ');
      await oanix.mount({ kind: 'workspace', options: { own } }, at, flags);
    } else if (what === 'folder') await pickFolder(at, flags);
    else if (what === 'copy') await mountCopy(chosen(files.current), at);
    else await oanix.bind(String(data.get('from') ?? '').trim(), at, flags);
  };
  return (
    <FormDialog title="Mount" action="Mount" submit={submit}>
      <label className="field">
        <span>What</span>
        <select
          className="input"
          value={what}
          onChange={(event) => setWhat(event.target.value as What)}
        >
          {kinds.map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {what === 'copy' && (
        <label className="field">
          <span>Folder</span>
          <input ref={files} className="input" type="file" {...{ webkitdirectory: '' }} />
        </label>
      )}
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
