/** A menu of commands at a place of the page: on the platform's popover, walked with the arrow keys. */
import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { showKeys } from '../commands/keys.ts';
import { commandOf, isAvailable, keysOf, perform, titleOf } from '../commands/table.ts';
import { set, useApp } from '../store.ts';

export function Menu() {
  const menu = useApp((s) => s.menu);
  const ref = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const list = ref.current;
    if (!menu || !list) return;
    // The press that opened it ends only now: the platform's own dismissal would take that for another.
    const dismiss = (event: PointerEvent): void => {
      if (!list.contains(event.target as Node)) set({ menu: undefined });
    };
    window.addEventListener('pointerdown', dismiss, true);
    back.current = document.activeElement as HTMLElement | null;
    list.showPopover();
    const { width, height } = list.getBoundingClientRect();
    list.style.left = `${Math.max(4, Math.min(menu.x, innerWidth - width - 4))}px`;
    list.style.top = `${Math.max(4, Math.min(menu.y, innerHeight - height - 4))}px`;
    rowsOf(list)[0]?.focus();
    return () => window.removeEventListener('pointerdown', dismiss, true);
  }, [menu]);
  if (!menu) return null;
  const close = (): void => {
    set({ menu: undefined });
    back.current?.focus();
  };
  const step = (by: number, from?: number): void => {
    const rows = rowsOf(ref.current);
    const at = from ?? rows.indexOf(document.activeElement as HTMLElement);
    rows[(at + by + rows.length) % rows.length]?.focus();
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => step(1, -1),
    End: () => step(-1, 0),
    Escape: close,
    Tab: close,
  };
  return (
    <div
      ref={ref}
      popover="manual"
      role="menu"
      tabIndex={-1}
      className="menu"
      aria-label={menu.label}
      onKeyDown={(event) => {
        const act = keys[event.key];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        act();
      }}
    >
      {menu.choices?.map(({ label, isChosen, choose }) => (
        <button
          key={label}
          type="button"
          role="menuitemradio"
          aria-checked={isChosen}
          tabIndex={-1}
          onClick={() => {
            close();
            choose();
          }}
        >
          <span>{label}</span>
          {isChosen && <Check size={14} aria-hidden />}
        </button>
      ))}
      {menu.commands.map((id, index) => {
        const command = commandOf(id);
        if (!command) return <hr key={`${String(index)} line`} />;
        return (
          <button
            key={id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            disabled={!isAvailable(command)}
            onClick={() => {
              close();
              perform(id);
            }}
          >
            <span>{titleOf(command)}</span>
            {keysOf(command) && <kbd aria-hidden>{showKeys(keysOf(command))}</kbd>}
          </button>
        );
      })}
    </div>
  );
}

const rowsOf = (list: HTMLElement | null): HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>('[role^="menuitem"]:enabled') ?? []),
];
