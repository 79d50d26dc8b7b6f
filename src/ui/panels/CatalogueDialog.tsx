/** The catalogue: programs of others, installed into /bin when a person asks. */
import { useEffect, useState } from 'react';
import type { CatalogueEntry } from '../../boot/catalogue.ts';
import { closeDialog } from '../dialogs.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { client } from '../session.ts';
import { explain, showSize } from '../text.ts';

type Progress = { readonly [name: string]: number };

export function CatalogueDialog() {
  const [entries, setEntries] = useState<readonly CatalogueEntry[]>([]);
  const [progress, setProgress] = useState<Progress>({});
  const [error, setError] = useState<string>();
  const { catalogue } = client().oanix;
  useEffect(() => void catalogue.list().then(setEntries, () => undefined), [catalogue]);
  const change = async (name: string, work: () => Promise<void>): Promise<void> => {
    setError(undefined);
    try {
      await work();
    } catch (failure) {
      setError(explain(failure));
    }
    setProgress(({ [name]: _, ...rest }) => rest);
    setEntries(await catalogue.list());
  };
  const install = (name: string): Promise<void> =>
    change(name, () =>
      catalogue.install(name, (bytes) => setProgress((now) => ({ ...now, [name]: bytes }))),
    );
  return (
    <Dialog title="Programs to install" onClose={closeDialog}>
      <ul className="catalogue">
        {entries.map((entry) => (
          <li key={entry.name}>
            <div>
              <h3>{entry.title}</h3>
              <p>{entry.about}</p>
              <p className="quiet">
                {showSize(entry.size)} · {entry.licence}
              </p>
              {entry.installed && (
                <p>
                  <code>{entry.sample}</code>
                </p>
              )}
            </div>
            {progress[entry.name] === undefined ? (
              <Button
                label={`${entry.installed ? 'Remove' : 'Install'} ${entry.name}`}
                look={entry.installed ? 'plain' : 'primary'}
                onClick={() => {
                  setProgress((now) => ({ ...now, [entry.name]: 0 }));
                  void (entry.installed
                    ? change(entry.name, () => catalogue.remove(entry.name))
                    : install(entry.name));
                }}
              />
            ) : (
              <progress
                max={entry.size}
                value={progress[entry.name]}
                aria-label={`Installing ${entry.name}`}
              />
            )}
          </li>
        ))}
      </ul>
      {error && (
        <p className="bad" role="alert">
          {error}
        </p>
      )}
      <div className="buttons">
        <Button label="Close" onClick={closeDialog} />
      </div>
    </Dialog>
  );
}
