/** Where one is, to be written: Enter goes there. */
import { useCallback, useEffect, useRef } from 'react';
import { fromNamespace, inNamespace, namespaceOf } from '../namespaces.ts';
import { open } from '../panes.ts';
import { focusShownPane } from '../regions.ts';
import { paneOf, useApp } from '../store.ts';

export function PathBar() {
  const namespace = useApp(namespaceOf);
  const path = useApp((s) => inNamespace(paneOf(s).path, namespace));
  const input = useRef<HTMLInputElement>(null);
  /** Where one has said to go, until one does something else here. */
  const going = useRef<string>(undefined);
  const show = useCallback((text: string): void => {
    if (input.current) input.current.value = text;
  }, []);
  // The field belongs to whoever types; it is set only when one has gone elsewhere.
  useEffect(() => show(path), [path, show]);
  return (
    <form
      className="path-bar"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = `/${(input.current?.value ?? '').split('/').filter(Boolean).join('/')}`;
        show(wanted);
        going.current = wanted;
        const isGoing = (): boolean =>
          going.current === wanted && document.activeElement === input.current;
        void open(fromNamespace(wanted, namespace)).then(() => focusShownPane(isGoing));
      }}
    >
      <input
        ref={input}
        id="path-bar"
        className="input"
        aria-label="Path"
        title="Path (Ctrl+P)"
        spellCheck={false}
        autoComplete="off"
        onPointerDown={() => {
          going.current = undefined;
        }}
        onKeyDown={(event) => {
          going.current = undefined;
          if (event.key === 'Escape') show(path);
        }}
      />
    </form>
  );
}
