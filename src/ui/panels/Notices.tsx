/** What needs attention: banners on top of the page, toasts in its corner. */
import { dismiss } from '../notices.ts';
import { Button } from '../parts/Button.tsx';
import { restart } from '../session.ts';
import { set, type Toast, useApp } from '../store.ts';
import { showName } from '../text.ts';

export function Banners() {
  const { store, storeFree, damaged, rung, takeOver } = useApp();
  return (
    <>
      {rung === 'none' && (
        <div className="notice" role="status">
          <p>
            Programs do not run here: this page has no shared memory, and this browser no
            WebAssembly Promise Integration. Files, mounts and editing work. Use a newer browser, or
            start the page with <code>npm start</code>.
          </p>
        </div>
      )}
      {store?.state === 'read-only' && (
        <div className="notice" role="status">
          <p>
            {storeFree
              ? 'The other tab is gone: your files can be changed here now.'
              : `Your files are read-only in this tab: ${store.reason}.`}
          </p>
          {storeFree && <Button label="Take over" look="primary" onClick={() => void restart()} />}
        </div>
      )}
      {takeOver && (
        <div className="notice" role="status">
          <p>A newer version of OANIX is here. What runs ends with a reload; your files stay.</p>
          <Button label="Later" onClick={() => set({ takeOver: undefined })} />
          <Button label="Reload" look="primary" onClick={takeOver} />
        </div>
      )}
      {store?.state === 'failed' && (
        <div className="notice" role="alert">
          <p className="bad">Your last changes are not saved: {store.reason}.</p>
        </div>
      )}
      {damaged.length > 0 && (
        <div className="notice" role="alert">
          <p>
            {damaged.length === 1 ? 'One record' : `${damaged.length} records`} of the store could
            not be read and {damaged.length === 1 ? 'was' : 'were'} set aside:{' '}
            {damaged
              .slice(0, 3)
              .map(({ name, reason }) => `${showName(name)} (${reason})`)
              .join(', ')}
            . Everything else is here.
          </p>
          <Button label="Dismiss" onClick={() => set({ damaged: [] })} />
        </div>
      )}
    </>
  );
}

export function Toasts() {
  const toasts = useApp((s) => s.toasts);
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function OneToast({ toast }: { toast: Toast }) {
  const { id, text, bad, progress, cancel, action, details } = toast;
  return (
    <div className={bad ? 'toast bad' : 'toast'} role={bad ? 'alert' : 'status'}>
      <p>{text}</p>
      {/* Work that tells of no part done moves without end. */}
      {progress !== undefined && <progress value={progress || undefined} aria-label={text} />}
      <div className="buttons">
        {[details, action].map(
          (each) =>
            each && (
              <Button
                key={each.label}
                label={each.label}
                onClick={() => {
                  dismiss(id);
                  each.run();
                }}
              />
            ),
        )}
        {cancel ? (
          <Button label="Cancel" onClick={cancel} />
        ) : (
          (bad || action || details) && <Button label="Dismiss" onClick={() => dismiss(id)} />
        )}
      </div>
    </div>
  );
}
