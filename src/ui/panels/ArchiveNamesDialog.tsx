/** The encoding of the names in an archive that tells none, with names as they would read, before anything is done. */
import { useEffect, useState } from 'react';
import { archiveEncodings, browseArchive, namesIn, TOLD } from '../archives.ts';
import { extractHere } from '../files/extracting.ts';
import { Undone } from '../notices.ts';
import { explain, nameOf, showName } from '../text.ts';
import { FormDialog } from './FormDialog.tsx';

export function ArchiveNamesDialog({ path, encoding }: { path: string; encoding: string }) {
  const [chosen, choose] = useState(encoding);
  const submit = async (data: FormData): Promise<void> => {
    const named = chosen === TOLD ? undefined : chosen;
    // It tells of its progress and its outcome itself, once this form is closed.
    if (data.get('then') === 'extract') return void extractHere([path], named);
    const undone = await browseArchive(path, named ?? TOLD);
    if (undone instanceof Undone) throw undone.reason;
  };
  return (
    <FormDialog
      title={`Names in ${showName(nameOf(path))}`}
      action="Use this encoding"
      submit={submit}
    >
      <label className="field">
        <span>Encoding of the names</span>
        <select className="input" value={chosen} onChange={({ target }) => choose(target.value)}>
          {archiveEncodings.map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <Preview path={path} encoding={chosen} />
      <label className="field">
        <span>Then</span>
        <select className="input" name="then" defaultValue="browse">
          <option value="browse">Browse it</option>
          <option value="extract">Extract it here</option>
        </select>
      </label>
    </FormDialog>
  );
}

/** A person who goes on to the next encoding does not want to see this one. */
const WAIT_MS = 150;

function Preview({ path, encoding }: { path: string; encoding: string }) {
  const [names, setNames] = useState<readonly string[]>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    setError(undefined);
    setNames(undefined);
    const due = setTimeout(() => {
      namesIn(path, encoding, signal).then(
        (found) => !signal.aborted && setNames(found),
        (failure: unknown) => !signal.aborted && setError(explain(failure)),
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(due);
      stop.abort();
    };
  }, [path, encoding]);
  return (
    <section className="dry-run" aria-label="Some names" aria-live="polite">
      {error !== undefined && <p className="bad">{error}</p>}
      {names?.length === 0 && <p>All names are plain ASCII: they read the same in any encoding.</p>}
      {names?.map((name) => (
        <p key={name} className="mono">
          {showName(name)}
        </p>
      ))}
    </section>
  );
}
