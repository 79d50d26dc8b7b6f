/** What a program prints, as it comes, and the keys that it is typed; searched within. */
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { resize, takesInput, type } from '../runs.ts';
import { type RunRow, useApp } from '../store.ts';
import { showName } from '../text.ts';
import { whenLoaded } from './late.ts';
import type { ShownTerminal } from './terminal.ts';

export function Screen({ run }: { run: RunRow }) {
  const parent = useRef<HTMLDivElement>(null);
  const shown = useRef<ShownTerminal | undefined>(undefined);
  const [searching, setSearching] = useState(false);
  const theme = useApp((s) => s.theme);
  const { id, output, name, kind } = run;
  const open_ = run.status === undefined;
  useEffect(() => {
    let gone = false;
    whenLoaded('The terminal', import('./terminal.ts'), ({ showTerminal }) => {
      if (gone || !parent.current) return;
      const label = kind === 'shell' ? `Terminal ${showName(name)}` : `Output of ${showName(name)}`;
      const input =
        open_ && takesInput(id)
          ? {
              type: (data: string) => type(id, data),
              resize: (cols: number, rows: number) => resize(id, cols, rows),
              open: (path: string) => void open(path),
            }
          : undefined;
      shown.current = showTerminal(parent.current, {
        output,
        theme,
        label,
        ...(input ? { input } : {}),
        find: () => setSearching(true),
      });
      // Who walks the tabs by keys stays there.
      const isWalking = document.querySelector('[role="tab"]:focus-visible') !== null;
      if (kind === 'shell' && !isWalking) shown.current.focus();
    });
    return () => {
      gone = true;
      shown.current?.end();
      shown.current = undefined;
    };
  }, [id, output, theme, name, kind, open_]);
  return (
    <div className="screen">
      {searching && (
        <Search
          find={(text, back) => shown.current?.search(text, back) ?? false}
          close={() => {
            setSearching(false);
            shown.current?.focus();
          }}
        />
      )}
      <div className="terminal" ref={parent} data-testid="terminal" />
    </div>
  );
}

function Search({ find, close }: { find(text: string, back: boolean): boolean; close(): void }) {
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <search className="search">
      <input
        ref={field}
        className="input"
        aria-label="Find in the terminal"
        placeholder="Find; Enter for the next"
        aria-invalid={missing}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          if (event.key !== 'Enter') return;
          setMissing(!find(event.currentTarget.value, event.shiftKey));
        }}
      />
      {missing && <span className="bad">not found</span>}
      <Button label="Close the search" icon={X} iconOnly look="plain" onClick={close} />
    </search>
  );
}
