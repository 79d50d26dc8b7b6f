/** The catalogue: programs of others, installed into /bin when a person asks. */
import { useEffect, useState } from 'react';
import type { CatalogueEntry } from '../../boot/catalogue.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { client } from '../session.ts';
import { explain, showSize } from '../text.ts';
import { useClose } from './dialogid.ts';

type Progress = { readonly [name: string]: number };

/** Installations that go on, also while the dialog is closed: each with what stops it. */
const underWay = new Map<string, AbortController>();
/** Told the bytes that have come for a package, and undefined when it is over: the dialog that is open. */
let tell: (name: string, bytes: number | undefined) => void = () => undefined;

export function CatalogueDialog() {
  const close = useClose();
  const [entries, setEntries] = useState<readonly CatalogueEntry[]>([]);
  const [progress, setProgress] = useState<Progress>(() =>
    Object.fromEntries([...underWay.keys()].map((name) => [name, 0])),
  );
  const [error, setError] = useState<string>();
  const { catalogue } = client().oanix;
  useEffect(() => {
    const list = (): void => void catalogue.list().then(setEntries, () => undefined);
    list();
    tell = (name, bytes) => {
      setProgress(({ [name]: _, ...rest }) =>
        bytes === undefined ? rest : { ...rest, [name]: bytes },
      );
      if (bytes === undefined) list();
    };
  }, [catalogue]);
  const change = async (
    name: string,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const abort = new AbortController();
    underWay.set(name, abort);
    tell(name, 0);
    setError(undefined);
    try {
      await work(abort.signal);
    } catch (failure) {
      setError(
        abort.signal.aborted ? `The installation of ${name} was stopped.` : explain(failure),
      );
    }
    underWay.delete(name);
    tell(name, undefined);
  };
  const install = (name: string): Promise<void> =>
    change(name, (signal) => catalogue.install(name, (bytes) => tell(name, bytes), signal));
  const remove = (name: string): Promise<void> => change(name, () => catalogue.remove(name));
  return (
    <Dialog title="Programs to install" onClose={close}>
      <ul className="catalogue">
        {entries.map((entry) => (
          <li key={entry.name}>
            <div>
              <h3>{entry.title}</h3>
              <p>{entry.about}</p>
              <p className="quiet">
                {showSize(entry.size)} · {entry.licence}
              </p>
              {entry.interrupted && progress[entry.name] === undefined && (
                <p>An installation was interrupted. Install it again, or remove its parts.</p>
              )}
              {entry.installed && (
                <p>
                  <code>{entry.sample}</code>
                </p>
              )}
            </div>
            {progress[entry.name] === undefined ? (
              <Choices
                entry={entry}
                install={() => void install(entry.name)}
                remove={() => void remove(entry.name)}
              />
            ) : (
              <div className="under-way">
                <progress
                  max={entry.size}
                  value={progress[entry.name]}
                  aria-label={`Installing ${entry.name}`}
                />
                <Button
                  label={`Stop ${entry.name}`}
                  onClick={() => underWay.get(entry.name)?.abort()}
                />
              </div>
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
        <Button label="Close" onClick={close} />
      </div>
    </Dialog>
  );
}

function Choices({
  entry: { name, installed, interrupted },
  install,
  remove,
}: {
  entry: CatalogueEntry;
  install: () => void;
  remove: () => void;
}) {
  if (installed) return <Button label={`Remove ${name}`} look="plain" onClick={remove} />;
  return (
    <div className="under-way">
      <Button label={`Install ${name}`} look="primary" onClick={install} />
      {interrupted && (
        <Button label={`Remove the parts of ${name}`} look="plain" onClick={remove} />
      )}
    </div>
  );
}
