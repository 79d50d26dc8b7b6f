/** A new mount: memory, something that is there already, or a folder of the browser or the computer. */
import { type FormEvent, useEffect, useState } from 'react';
import type { MountFlags } from '../../kernel/mounts.ts';
import { type Effect, effectOf } from '../dryrun.ts';
import { canPick, mountCopy, mountOwn, pickFolder } from '../folders.ts';
import { open } from '../panes.ts';
import { client } from '../session.ts';
import { showName } from '../text.ts';
import { FormDialog } from './FormDialog.tsx';

interface Kind {
  readonly words: string;
  /** Says whether it was mounted. */
  mount(at: string, flags: MountFlags, data: FormData): Promise<boolean>;
  /** A field of its own. */
  readonly field?: 'from' | 'files';
  /** It is always read-only, in the place of what is there. */
  readonly isFixed?: boolean;
}

const kinds: Readonly<Record<string, Kind>> = {
  mem: {
    words: 'Memory, empty after a reload',
    mount: async (at, flags) => {
      await client().oanix.mount({ kind: 'mem' }, at, flags);
      return true;
    },
  },
  bind: {
    words: 'Something that is there (bind)',
    field: 'from',
    mount: async (at, flags, data) => {
      await client().oanix.bind(String(data.get('from') ?? '').trim(), at, flags);
      return true;
    },
  },
  own: {
    words: 'A folder of this browser',
    mount: async (at, flags) => {
      await mountOwn(at, flags);
      return true;
    },
  },
  ...(canPick
    ? { folder: { words: 'A folder of this computer', mount: pickFolder } }
    : {
        copy: {
          words: 'A copy of a folder, read-only',
          field: 'files',
          isFixed: true,
          mount: async (at, _, data) => {
            const files = data.getAll('files') as File[];
            if (!files.some(({ name }) => name !== '')) throw new Error('Choose a folder first.');
            await mountCopy(files, at);
            return true;
          },
        } satisfies Kind,
      }),
};

async function submit(data: FormData): Promise<void> {
  const at = String(data.get('at') ?? '').trim();
  if (!at.startsWith('/')) throw new Error('A mount point is a path that begins with a slash.');
  const flags = {
    order: (data.get('order') ?? 'replace') as 'replace' | 'before' | 'after',
    create: data.get('create') === 'on',
    ro: data.get('ro') === 'on',
  };
  const kind = kinds[String(data.get('what'))] as Kind;
  if (await kind.mount(at, flags, data)) await open(at.replace(/\/+$/, '') || '/');
}

/** What is written in the form, as far as a dry run needs it. */
interface Wanted {
  readonly what: string;
  readonly from: string;
  readonly at: string;
  readonly order: string;
}

export function MountDialog() {
  const [what, setWhat] = useState('mem');
  const [wanted, setWanted] = useState<Wanted>({ what, from: '', at: '', order: 'replace' });
  const kind = kinds[what] as Kind;
  const written = (event: FormEvent<HTMLDivElement>): void => {
    const { form } = event.target as HTMLInputElement;
    if (!form) return;
    const data = new FormData(form);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    setWanted({
      what: text('what'),
      from: text('from'),
      at: text('at'),
      order: text('order') || 'replace',
    });
  };
  return (
    <FormDialog title="Mount" action="Mount" submit={submit}>
      <div className="field mount-form" onInput={written}>
        <label className="field">
          <span>What</span>
          <select
            className="input"
            name="what"
            value={what}
            onChange={(event) => setWhat(event.target.value)}
          >
            {Object.entries(kinds).map(([name, { words }]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {kind.field === 'files' && (
          <label className="field">
            <span>Folder</span>
            <input className="input" name="files" type="file" {...{ webkitdirectory: '' }} />
          </label>
        )}
        {kind.field === 'from' && (
          <label className="field">
            <span>From</span>
            <input className="input" name="from" placeholder="/home/workspace" spellCheck={false} />
          </label>
        )}
        <label className="field">
          <span>At</span>
          <input className="input" name="at" placeholder="/scratch" spellCheck={false} />
        </label>
        {!kind.isFixed && <Flags />}
        <DryRun wanted={wanted} />
      </div>
    </FormDialog>
  );
}

const NAMES_SHOWN = 4;
const list = (names: readonly string[]): string =>
  `${names.slice(0, NAMES_SHOWN).map(showName).join(', ')}${names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ''}`;

/** What the mount would change, before anything is changed. */
function DryRun({ wanted: { what, from, at, order } }: { wanted: Wanted }) {
  const [effect, setEffect] = useState<Effect>();
  useEffect(() => {
    let gone = false;
    effectOf(what === 'bind' ? from : undefined, at, order).then(
      (found) => {
        if (!gone) setEffect(found);
      },
      () => setEffect(undefined),
    );
    return () => {
      gone = true;
    };
  }, [what, from, at, order]);
  if (!effect) return null;
  const { hides, shadows, shows, isNew, isMounted } = effect;
  return (
    <section className="dry-run" aria-label="What it would change" aria-live="polite">
      {isNew && <p>{showName(at)} is not there yet: it appears.</p>}
      {isMounted && order === 'replace' && (
        <p>What is mounted there now is put aside; undo brings it back.</p>
      )}
      {hides.length > 0 && <p className="warn">Hidden: {list(hides)}</p>}
      {shadows.length > 0 && (
        <p className="warn">Shadowed by another of the name: {list(shadows)}</p>
      )}
      {shows.length > 0 && <p className="ok">Shown: {list(shows)}</p>}
      {!isNew && hides.length + shadows.length + shows.length === 0 && <p>No name changes.</p>}
    </section>
  );
}

function Flags() {
  return (
    <>
      <label className="field">
        <span>What is there now</span>
        <select className="input" name="order">
          <option value="replace">is hidden</option>
          <option value="after">is searched first (after)</option>
          <option value="before">is searched last (before)</option>
        </select>
      </label>
      <label className="check">
        <input type="checkbox" name="create" defaultChecked /> New files go here
      </label>
      <label className="check">
        <input type="checkbox" name="ro" /> Read-only
      </label>
    </>
  );
}
