/** What is chosen, looked at closely: what it is, which mount serves it and what that hides, and who has it open. */
import { ChevronDown, ChevronUp, Layers, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { NamespaceStat } from '../../kernel/caller.ts';
import type { Layer } from '../../kernel/layers.ts';
import type { ServiceSpec } from '../../kernel/service.ts';
import type { LastTouch, Toucher } from '../../kernel/touched.ts';
import { beginningOf } from '../editor/encodings.ts';
import { chosen } from '../files/operations.ts';
import { peel, reorderUnion, unmount } from '../mountactions.ts';
import { capabilityAt, editPolicy } from '../networkactions.ts';
import { attempt } from '../notices.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { CommandButton } from '../parts/CommandButton.tsx';
import { Splitter } from '../parts/Splitter.tsx';
import { client, whileListed } from '../session.ts';
import { type MountRow, useApp } from '../store.ts';
import { explain, isProgram, nameOf, parentPath, showName, showSize, showTime } from '../text.ts';
import { isLive } from '../viewing.ts';

interface Found {
  readonly path: string;
  readonly stat?: NamespaceStat;
  readonly layers: readonly Layer[];
  readonly openIn: readonly string[];
  readonly touched: LastTouch;
  /** What it holds. */
  readonly content?: Content | undefined;
  readonly error?: string;
}

export function Inspector() {
  const path = useChosen();
  const found = useFound(path);
  const mount = useApp((s) => s.mounts.find(({ at }) => at === path));
  return (
    <aside className="inspector" aria-label="Inspector">
      <Splitter part="inspector" label="Width of the inspector" />
      <h2 className="section-title">
        <span>Inspector</span>
        <CommandButton
          id="inspector.toggle"
          label="Close the inspector"
          icon={X}
          iconOnly
          look="plain"
        />
      </h2>
      {found && (
        <>
          <div className="card">
            <p className="mono">{showName(found.path)}</p>
            {found.error && <p className="bad">{found.error}</p>}
            {found.stat && <Facts stat={found.stat} found={found} />}
          </div>
          <h2 className="section-title">Layers</h2>
          <LayerLens layers={found.layers} path={found.path} />
        </>
      )}
      {mount && <MountFacts mount={mount} />}
    </aside>
  );
}

/** What actions would take, the first of it. */
function useChosen(): string {
  // All that `chosen` looks at.
  useApp((s) => s.treeCursor);
  useApp((s) => s.panes);
  useApp((s) => s.focused);
  return chosen()[0] ?? useApp.getState().panes[0]?.path ?? '/';
}

/** Looked at again when the mounts or the directory have changed. */
function useFound(path: string): Found | undefined {
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    let gone = false;
    const stop = whileListed(parentPath(path), () => {
      void look(path).then(async (now) => {
        if (!gone) setFound(now);
        // Where the file cannot be read, everything else is shown all the same.
        const content = await contentOf(now).catch(() => undefined);
        if (!gone && content) setFound((then) => (then === now ? { ...now, content } : then));
      });
    });
    return () => {
      gone = true;
      stop();
    };
  }, [path]);
  return found;
}

async function look(path: string): Promise<Found> {
  try {
    const [stat, { layers, touched }, openIn] = await Promise.all([
      client().oanix.fs.lstat(path),
      client().call('layers', { path }),
      whoHasOpen(path),
    ]);
    const found = { path, stat, layers: layers as Layer[], openIn };
    return { ...found, touched: touched as LastTouch };
  } catch (error) {
    return { path, layers: [], openIn: [], touched: {}, error: explain(error) };
  }
}

interface Content {
  readonly words: string;
  /** What the name promises in its place. */
  readonly wrong: string | undefined;
}

/** By the first bytes. Files that a service makes when they are read, as those of the network, are not read for that. */
async function contentOf({ path, stat }: Found): Promise<Content | undefined> {
  if (stat?.kind !== 'file' || stat.size === 0 || isLive(stat)) return undefined;
  const { HEAD, mismatch, typeOf } = await import('../contenttypes.ts');
  const file = await client().oanix.fs.open(path);
  try {
    if (file.isStream) return undefined;
    const head = await file.readAt(0, HEAD);
    const type = typeOf(head, path);
    const isText = type === undefined && beginningOf(head) !== undefined;
    const words = type?.words.replace(/^an? /, '') ?? (isText ? 'text' : 'data');
    return {
      words: isProgram(path) && type?.id === 'wasm' ? 'WASI program' : capital(words),
      wrong: mismatch(path, type, isText),
    };
  } finally {
    await file.close();
  }
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Processes with a descriptor on the path, by `/proc/N/fd`. */
async function whoHasOpen(path: string): Promise<string[]> {
  const { oanix } = client();
  const alive = (await oanix.processes()).filter(({ exit_code }) => exit_code === null);
  const found = await Promise.all(
    alive.map(async ({ pid, name }) => {
      const lines = await oanix.fs.readFile(`/proc/${pid}/fd`, 'utf8').catch(() => '');
      const has = lines.split('\n').some((line) => line.endsWith(` ${path}`));
      return has ? [`${name} ${pid}`] : [];
    }),
  );
  return found.flat();
}

const kinds: Readonly<Record<string, string>> = {
  dir: 'Directory',
  file: 'File',
  symlink: 'Symbolic link',
};

function Facts({
  stat,
  found: { openIn, touched, content },
}: {
  stat: NamespaceStat;
  found: Found;
}) {
  const kind = content?.words ?? kinds[stat.kind] ?? stat.kind;
  return (
    <dl className="facts">
      <Fact name="Kind" value={kind} />
      {stat.kind === 'file' && (
        <Fact name="Size" value={`${showSize(stat.size)} (${stat.size.toLocaleString()} bytes)`} />
      )}
      {content?.wrong !== undefined && <Fact name="Name" value={content.wrong} />}
      {stat.mtime > 0n && <Fact name="Changed" value={showTime(stat.mtime)} />}
      {stat.mode !== undefined && <Fact name="Mode" value={showMode(stat.mode)} />}
      {stat.nlink > 1 && stat.kind !== 'dir' && <Fact name="Names" value={String(stat.nlink)} />}
      <Fact name="Inode" value={`${stat.ino} on device ${stat.dev}`} />
      <Fact name="Open in" value={openIn.length > 0 ? openIn.join(', ') : 'no program'} />
      {touched.reader && <Fact name="Last read by" value={toucher(touched.reader)} />}
      {touched.writer && <Fact name="Last written by" value={toucher(touched.writer)} />}
    </dl>
  );
}

/** As ls(1) shows it, and in octal digits. */
function showMode(mode: number): string {
  const letters = [...'rwxrwxrwx'].map((letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  return `${letters.join('')} (${mode.toString(8).padStart(3, '0')})`;
}

const toucher = ({ name, pid, time }: Toucher): string =>
  `${showName(name)} ${pid}, ${showTime(BigInt(time) * 1_000_000n)}`;

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

const whatOf = ({ from, original, service }: Layer): string =>
  original ? 'what was here' : showName(from ?? service.kind);

/** How a layer takes part. */
function part(layer: Layer): string {
  if (layer.failed !== undefined) return 'failed';
  if (layer.serves) return layer.kind === 'dir' ? 'shows' : 'serves it';
  return layer.kind === undefined ? 'has nothing here' : 'shadowed';
}

function LayerLens({ layers, path }: { layers: readonly Layer[]; path: string }) {
  const devicesOf = (at: string): number[] =>
    layers.filter((each) => each.at === at).map(({ dev }) => dev);
  const move = (layer: Layer, by: number): void => {
    const union = layers.filter(({ at }) => at === layer.at);
    const order = union.map(({ index }) => index);
    const to = layer.index + by;
    [order[layer.index], order[to]] = [order[to] as number, order[layer.index] as number];
    void reorderUnion(layer.at, order, devicesOf(layer.at));
  };
  const drop = (event: React.DragEvent, onto: Layer): void => {
    const [at, text] = event.dataTransfer.getData(TYPE).split('\n');
    if (at !== onto.at || text === undefined) return;
    event.preventDefault();
    const order = layers.filter((each) => each.at === at).map(({ index }) => index);
    order.splice(order.indexOf(Number(text)), 1);
    order.splice(onto.index, 0, Number(text));
    void reorderUnion(at, order, devicesOf(at));
  };
  const byPointer = (layer: Layer, isMany: boolean) => ({
    draggable: isMany,
    onDragStart: (event: React.DragEvent): void =>
      event.dataTransfer.setData(TYPE, `${layer.at}\n${layer.index}`),
    onDragOver: (event: React.DragEvent): void => {
      if (event.dataTransfer.types.includes(TYPE)) event.preventDefault();
    },
    onDrop: (event: React.DragEvent): void => drop(event, layer),
  });
  return (
    <ol className="layers" aria-label={`Layers of ${showName(nameOf(path)) || '/'}`}>
      {layers.map((layer) => {
        const union = layers.filter(({ at }) => at === layer.at).length;
        const isMany = union > 1;
        return (
          <li
            key={`${layer.at} ${layer.index}`}
            className={layer.serves ? 'layer hit' : 'layer off'}
            {...byPointer(layer, isMany)}
          >
            <Layers size={14} aria-hidden />
            <span className="layer-what">
              <button type="button" className="link mono" onClick={() => void open(layer.at)}>
                {showName(layer.at)}
              </button>
              <span>
                {whatOf(layer)}
                {layer.ro ? ', read-only' : layer.create && isMany ? ', new files go here' : ''}
              </span>
            </span>
            <span className="layer-part" title={layer.failed}>
              {part(layer)}
              {layer.kind === 'file' && layer.size !== undefined && ` · ${showSize(layer.size)}`}
            </span>
            {isMany && (
              <span className="layer-actions">
                <Button
                  label={`Search ${whatOf(layer)} earlier`}
                  icon={ChevronUp}
                  iconOnly
                  look="plain"
                  disabled={layer.index === 0}
                  onClick={() => move(layer, -1)}
                />
                <Button
                  label={`Search ${whatOf(layer)} later`}
                  icon={ChevronDown}
                  iconOnly
                  look="plain"
                  disabled={layer.index === union - 1}
                  onClick={() => move(layer, 1)}
                />
                {!layer.original && (
                  <Button
                    label={`Peel ${whatOf(layer)} off`}
                    icon={X}
                    iconOnly
                    look="plain"
                    onClick={() =>
                      void peel(layer.at, whatOf(layer), layer.index, devicesOf(layer.at))
                    }
                  />
                )}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

const TYPE = 'application/x-oanix-layer';

/** Where a capability leads, by its policy. */
function allowed({ options }: ServiceSpec): string | undefined {
  const { origins, relays } = (options?.['policy'] ?? {}) as Record<string, unknown>;
  const places = [origins, relays].find(Array.isArray) as readonly unknown[] | undefined;
  return places?.map((place) => showName(String(place))).join(', ');
}

function MountFacts({ mount: { at, members } }: { mount: MountRow }) {
  return (
    <>
      <h2 className="section-title">Mount</h2>
      {members.map(({ service, use, from, failed }, index) => (
        <div className="card" key={`${String(index)} ${service.kind}`}>
          <dl className="facts">
            <Fact name="Service" value={service.kind} />
            {from !== undefined && <Fact name="Bound from" value={showName(from)} />}
            {allowed(service) !== undefined && (
              <Fact name="May reach" value={allowed(service) ?? ''} />
            )}
            <Fact name="Calls" value={use.calls.toLocaleString()} />
            <Fact name="Read" value={showSize(use.read)} />
            <Fact name="Written" value={showSize(use.written)} />
            {failed !== undefined && <Fact name="Failed" value={failed} />}
          </dl>
        </div>
      ))}
      {at !== '/' && (
        <div className="card-actions">
          {capabilityAt(at) !== undefined && (
            <Button
              label="Policy…"
              onClick={() => void attempt('Not shown', () => editPolicy(at))}
            />
          )}
          <Button label={`Unmount ${showName(at)}…`} onClick={() => void unmount(at)} />
        </div>
      )}
    </>
  );
}
