/** The catalogue: programs of others, installed into /bin when a person asks. */
import { useEffect, useState } from 'react';
import type { CatalogueEntry } from '../../boot/catalogue.ts';
import { Button } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { client } from '../session.ts';
import { explain, showSize } from '../text.ts';
import { useClose } from './dialogid.ts';

/** How many bytes of a package have been installed, or that it is being removed. */
type PackageProgress = number | 'removing';
type Progress = { readonly [name: string]: PackageProgress };

/** Installations and removals that go on, also while the dialog is closed. */
const underWay = new Map<string, { state: PackageProgress; readonly abort: AbortController }>();
/** Tells the dialog that is open how far a package is, and undefined when its installation or removal is over. */
let tell: (name: string, state: PackageProgress | undefined) => void = () => undefined;

export function CatalogueDialog() {
  const close = useClose();
  const [entries, setEntries] = useState<readonly CatalogueEntry[]>([]);
  const [progress, setProgress] = useState<Progress>(() =>
    Object.fromEntries([...underWay].map(([name, { state }]) => [name, state])),
  );
  const [error, setError] = useState<string>();
  const { catalogue } = client().oanix;
  useEffect(() => {
    const list = (): void => void catalogue.list().then(setEntries, () => undefined);
    list();
    tell = (name, state) => {
      const work = underWay.get(name);
      if (work && state !== undefined) work.state = state;
      setProgress(({ [name]: _, ...rest }) =>
        state === undefined ? rest : { ...rest, [name]: state },
      );
      if (state === undefined) list();
    };
  }, [catalogue]);
  const change = async (
    name: string,
    state: PackageProgress,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const abort = new AbortController();
    underWay.set(name, { state, abort });
    tell(name, state);
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
    change(name, 0, (signal) => catalogue.install(name, (bytes) => tell(name, bytes), signal));
  const remove = (name: string): Promise<void> =>
    change(name, 'removing', () => catalogue.remove(name));
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
              <UnderWay entry={entry} state={progress[entry.name] ?? 0} />
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

/** Shows how far an installation is, with the button that stops it. A removal is short, and nothing stops it. */
function UnderWay({
  entry: { name, size },
  state,
}: {
  entry: CatalogueEntry;
  state: PackageProgress;
}) {
  if (state === 'removing')
    return (
      <p className="quiet" role="status">
        Removing {name}…
      </p>
    );
  return (
    <div className="under-way">
      <progress max={size} value={state} aria-label={`Installing ${name}`} />
      <Button label={`Stop ${name}`} onClick={() => underWay.get(name)?.abort.abort()} />
    </div>
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
