/** Every mount, in order: where, what serves it, and what may be done there. */
import { FolderLock, HardDrive, Info, Plus, RotateCcw, Undo2, X } from 'lucide-react';
import type { About, ServiceSpec } from '../../kernel/service.ts';
import { isInDialog, openDialog } from '../dialogs.ts';
import { allowFolder, blockedFolder } from '../folders.ts';
import { moveMount, retryMount, undoMount, unmount } from '../mountactions.ts';
import { fromNamespace, namespaceOf, OWN } from '../namespaces.ts';
import { capabilityAt } from '../networkactions.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { takesPaths } from '../parts/drag.ts';
import { intoView } from '../parts/intoview.ts';
import { type AppState, get, type MountRow, paneOf, set, useApp } from '../store.ts';
import { showName, showSize } from '../text.ts';
import { pathOfEnv } from '../work.ts';

export function Mounts() {
  const namespace = useApp(namespaceOf);
  return namespace === OWN ? <OwnMounts /> : <MountsOf id={namespace} />;
}

/** Of an environment: made with it, and not changed from outside. */
function MountsOf({ id }: { id: string }) {
  const mounts = useApp((s) => s.envMounts);
  const path = useApp((s) => paneOf(s).path);
  const isLocked = useApp(isStoreLocked);
  return (
    <section className="mounts-panel" aria-labelledby="mounts-title">
      <h2 className="section-title">
        <span id="mounts-title">Mounts of {showName(id)}</span>
        <span>
          <Button
            label={`About ${showName(id)}`}
            icon={Info}
            iconOnly
            look="plain"
            onClick={() => void open(pathOfEnv(id))}
          />
        </span>
      </h2>
      <ul className="mounts">
        {mounts.map((mount) => {
          const at = fromNamespace(mount.at, id);
          return (
            <li key={mount.at} ref={path === at ? intoView : undefined}>
              <MountButton mount={mount} at={at} access={accessOf(mount, isLocked)} />
              {mount.members.map(({ about }, index) => (
                <Use key={String(index)} about={about} />
              ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Another tab has the store, or safe mode: what lies in it cannot be changed here, whatever its mount says. */
const isStoreLocked = ({ store }: AppState): boolean => store?.state === 'read-only';

function accessOf({ members }: MountRow, isLocked: boolean): 'failed' | 'ro' | 'rw' {
  if (members.some(({ failed, about }) => failed ?? about?.blocked)) return 'failed';
  return members.every(({ ro, service }) => ro || (isLocked && service.kind === 'store'))
    ? 'ro'
    : 'rw';
}

function MountButton({
  mount,
  at,
  access,
  tag = access,
}: {
  mount: MountRow;
  at: string;
  access: string;
  tag?: string;
}) {
  const current = useApp((s) => paneOf(s).path === at);
  return (
    <button type="button" className="mount" aria-current={current} onClick={() => void open(at)}>
      <HardDrive size={15} aria-hidden />
      <span className="where">{showName(mount.at)}</span>
      <span className="what">{describe(mount)}</span>
      <span className={`tag ${access}`}>{tag}</span>
    </button>
  );
}

function OwnMounts() {
  const mounts = useApp((s) => s.mounts);
  return (
    <section className="mounts-panel" aria-labelledby="mounts-title">
      <h2 className="section-title">
        <span id="mounts-title">Mounts</span>
        <span>
          <Button
            label="Undo the last change of mounts"
            icon={Undo2}
            iconOnly
            look="plain"
            onClick={() => void undoMount()}
          />
          <Button
            label="Mount…"
            icon={Plus}
            iconOnly
            look="plain"
            onClick={() => openDialog({ kind: 'mount' })}
          />
        </span>
      </h2>
      <ul className="mounts">
        {mounts.map((mount) => (
          <Mount key={mount.at} mount={mount} />
        ))}
      </ul>
    </section>
  );
}

/** What shows at a mount point: the bound path, or the kind of service; layers of a union in order. */
const describe = ({ members }: MountRow): string =>
  members
    .map(({ from, service, original }) =>
      original ? 'original' : showName(from ?? whatOf(service)),
    )
    .join(' + ');

/** A folder by its name, other services by their kind. */
function whatOf({ kind, options }: ServiceSpec): string {
  if (kind !== 'workspace') return kind;
  return typeof options?.['name'] === 'string' ? options['name'] : 'private folder';
}

function Mount({ mount }: { mount: MountRow }) {
  const current = useApp((s) => paneOf(s).path === mount.at);
  const failed = mount.members
    .map((member) => member.failed ?? member.about?.blocked)
    .find((reason) => reason !== undefined);
  const folder = blockedFolder(mount);
  const access = accessOf(mount, useApp(isStoreLocked));
  return (
    <li ref={current || failed !== undefined ? intoView : undefined} {...handled(mount.at)}>
      <div style={{ display: 'flex' }}>
        <MountButton
          mount={mount}
          at={mount.at}
          access={access}
          tag={folder === undefined ? access : 'locked'}
        />
        {mount.at !== '/' && (
          <Button
            label={`Unmount ${showName(mount.at)}`}
            icon={X}
            iconOnly
            look="plain"
            onClick={() => void unmount(mount.at)}
          />
        )}
      </div>
      {mount.members.map(({ about }, index) => (
        <Use key={String(index)} about={about} />
      ))}
      {failed !== undefined && (
        <div className="mount-failed">
          <p>{failed}</p>
          {folder === undefined ? (
            <Button label="Try again" icon={RotateCcw} onClick={() => void retryMount(mount.at)} />
          ) : (
            <Button
              label="Allow…"
              icon={FolderLock}
              onClick={() => void allowFolder(mount, folder)}
            />
          )}
        </div>
      )}
    </li>
  );
}

const TYPE = 'application/x-oanix-mount';

/** Dragged to another place in the list, or names dropped on it; its menu by the right button. */
const handled = (at: string) => {
  const takes = takesPaths(at);
  const isMount = (event: React.DragEvent): boolean => event.dataTransfer.types.includes(TYPE);
  return {
    ...takes,
    draggable: true,
    onFocus: (): void => set({ mountCursor: at }),
    onBlur: (): void => {
      // A menu or a dialog is about it.
      if (!get().menu && !isInDialog()) set({ mountCursor: undefined });
    },
    onDragStart: (event: React.DragEvent): void => event.dataTransfer.setData(TYPE, at),
    onDragOver: (event: React.DragEvent<HTMLElement>): void => {
      if (isMount(event)) event.preventDefault();
      else takes.onDragOver(event);
    },
    onDrop: (event: React.DragEvent<HTMLElement>): void => {
      if (!isMount(event)) {
        takes.onDrop(event);
        return;
      }
      event.preventDefault();
      const moved = event.dataTransfer.getData(TYPE);
      if (moved !== at) void moveMount(moved, at);
    },
    onContextMenu: (event: React.MouseEvent): void => {
      event.preventDefault();
      set({ mountCursor: at });
      showMountMenu(event.clientX, event.clientY);
    },
    onKeyDown: (event: React.KeyboardEvent<HTMLElement>): void => {
      if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
      event.preventDefault();
      const { left, bottom } = event.currentTarget.getBoundingClientRect();
      showMountMenu(left + 30, bottom);
    },
  };
};

function showMountMenu(x: number, y: number): void {
  set({
    menu: {
      label: 'What to do with this mount',
      x,
      y,
      commands: [
        ...(capabilityAt(get().mountCursor ?? '/') === undefined ? [] : ['mount.policy']),
        'mount.readOnly',
        'mount.earlier',
        'mount.later',
        '',
        'mount.add',
        'mount.remove',
        '',
        'mount.undo',
        'mount.redo',
      ],
    },
  });
}

/** How much of a limit is used, and what is to be known of a mount. */
function Use({ about }: { about: About | undefined }) {
  const { used, limit, note } = about ?? {};
  const bytes = limit?.bytes;
  if (note === undefined && (used === undefined || bytes === undefined)) return null;
  return (
    <div className="mount-use">
      {used && bytes !== undefined && (
        <>
          <meter
            min={0}
            max={bytes}
            high={bytes * 0.9}
            value={used.bytes}
            aria-label={`${showSize(used.bytes)} of ${showSize(bytes)} used`}
          />
          <span>
            {showSize(used.bytes)} of {showSize(bytes)}
          </span>
        </>
      )}
      {note && <span>{note}</span>}
    </div>
  );
}
