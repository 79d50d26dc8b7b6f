/** Random mounts and binds beside a model of Plan 9's rules, and every namespace replayed from its text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MapFs } from '../fs/map/mapfs.ts';
import { caller, changesNow, codeOf, sourceOf } from '../testing/kernel.ts';
import { fromManifest, toManifest } from './manifest.ts';
import type { Member, MountFlags, MountTable, Source } from './mounts.ts';
import { Namespace } from './namespace.ts';
import { formatNs, parseNs } from './nstext.ts';
import { formatPath, type Path } from './path.ts';

/** Each service holds the same names; what a name leads to tells which service it is. */
const dirs = ['a', 'b', 'a/b'] as const;
const service = (id: string) =>
  new MapFs(
    { [`/only-${id}`]: id, ...Object.fromEntries(dirs.map((dir) => [`/${dir}/${id}`, id])) },
    { kind: id },
  );

type Layer = { id: string; base: string; create: boolean; ro: boolean };
/** The model: a mount point is a path with layers; everything else follows from the longest prefix. */
class Plan9 {
  points = new Map<string, Layer[]>();
  /** Mount points that came along with a bind, by where that was put. */
  came = new Map<string, string>();

  #cover(path: string): { at: string; rest: string } | undefined {
    const names = path.split('/').filter(Boolean);
    for (let n = names.length; n >= 0; n--) {
      const at = names.slice(0, n).join('/');
      if (this.points.has(at)) return { at, rest: names.slice(n).join('/') };
    }
    return undefined;
  }

  #has = (layer: Layer, path: string): boolean => {
    const full = [layer.base, path].filter(Boolean).join('/');
    return full === '' || (dirs as readonly string[]).includes(full);
  };

  /** The layers that show at a path: all at the root of a union, else the first that has the first name. */
  layers(path: string): Layer[] | undefined {
    const cover = this.#cover(path);
    if (!cover) return undefined;
    const layers = this.points.get(cover.at) as Layer[];
    if (cover.rest === '') return layers;
    const first = cover.rest.split('/')[0] as string;
    const found = layers.length === 1 ? layers[0] : layers.find((layer) => this.#has(layer, first));
    if (!found || !this.#has(found, cover.rest)) return undefined;
    return [{ ...found, base: [found.base, cover.rest].filter(Boolean).join('/') }];
  }

  /** The mount points that a bind of `from` brings along: after a union, behind what it shows. */
  inside(
    from: string,
    at: string,
    { order, ro }: Required<Omit<MountFlags, 'temporary'>>,
  ): [string, Layer[]][] {
    const below = [...this.points].filter(
      ([path]) => path !== from && (from === '' || path.startsWith(`${from}/`)),
    );
    if (from === at)
      return ro
        ? below.map(([path, layers]) => [path, layers.map((each) => ({ ...each, ro }))])
        : [];
    return below.map(([path, layers]) => {
      const to = [at, from === '' ? path : path.slice(from.length + 1)].filter(Boolean).join('/');
      const shown = order === 'after' ? this.shown(to) : [];
      return [to, [...shown, ...layers.map((layer) => ({ ...layer, ro: layer.ro || ro }))]];
    });
  }

  /** What a union there would begin with. */
  shown(at: string): Layer[] {
    return (
      this.points.get(at) ?? this.layers(at)?.map((layer) => ({ ...layer, create: false })) ?? []
    );
  }

  /** With what came along with a bind there. */
  unmount(at: string): void {
    this.points.delete(at);
    for (const [path, by] of this.came) {
      if (by !== at) continue;
      this.points.delete(path);
      this.came.delete(path);
    }
    this.came.delete(at);
  }

  put(at: string, layers: Layer[], order: MountFlags['order']): void {
    const present = this.shown(at);
    const union =
      order === 'before'
        ? [...layers, ...present]
        : order === 'after'
          ? [...present, ...layers]
          : layers;
    this.points.set(at, union);
  }
}

const at = fc.constantFrom('', 'a', 'b', 'a/b', 'x', 'x/y');
const flags = fc.record({
  order: fc.constantFrom('replace' as const, 'before' as const, 'after' as const),
  create: fc.boolean(),
  ro: fc.boolean(),
});
const step = fc.oneof(
  fc.record({ op: fc.constant('mount' as const), id: fc.constantFrom('p', 'q', 'r'), at, flags }),
  fc.record({ op: fc.constant('bind' as const), from: at, at, flags }),
  fc.record({ op: fc.constant('unmount' as const), at }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const shown = (table: MountTable): unknown =>
  table.points.map(({ at: path, members }) => [
    formatPath(path),
    members.map(
      ({ source, base, create, ro }: Member) =>
        `${source.service.spec.kind}:${formatPath(base)}${create ? ' c' : ''}${ro ? ' r' : ''}`,
    ),
  ]);

async function apply(ns: Namespace, s: Step): Promise<string> {
  if (s.op === 'mount')
    return codeOf(() => ns.mount(sourceOf(service(s.id)), `/${s.at}`, s.flags, caller));
  if (s.op === 'bind') return codeOf(() => ns.bind(`/${s.from}`, `/${s.at}`, s.flags, caller));
  return codeOf(() => ns.unmount(`/${s.at}`, undefined, caller));
}

function applyToModel(model: Plan9, s: Step): void {
  if (s.op === 'unmount') model.unmount(s.at);
  else if (s.op === 'mount')
    model.put(
      s.at,
      [{ id: s.id, base: '', create: s.flags.create, ro: s.flags.ro }],
      s.flags.order,
    );
  else {
    const layers = model.layers(s.from) as Layer[];
    const inside = model.inside(s.from, s.at, s.flags);
    model.put(
      s.at,
      layers.map((layer) => ({
        ...layer,
        create: s.flags.create,
        ro: layer.ro || s.flags.ro,
      })),
      s.flags.order,
    );
    for (const [path, found] of inside) {
      model.points.set(path, found);
      if (s.from !== s.at) model.came.set(path, s.at);
    }
  }
}

const modelShown = (model: Plan9): unknown =>
  [...model.points].map(([path, layers]) => [
    `/${path}`,
    layers.map(
      ({ id, base, create, ro }) => `${id}:/${base}${create ? ' c' : ''}${ro ? ' r' : ''}`,
    ),
  ]);

async function history(steps: readonly Step[], model = new Plan9()): Promise<Namespace> {
  const ns = new Namespace(changesNow());
  for (const each of steps) if ((await apply(ns, each)) === 'ok') applyToModel(model, each);
  return ns;
}

describe('a namespace beside a model of Plan 9', () => {
  it('has the same layers at every mount point after any mounts and binds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const model = new Plan9();
        const ns = await history(steps, model);
        expect(shown(ns.table)).toEqual(modelShown(model));
      }),
      { numRuns: 500 },
    );
  });

  it('lists at the root of a union what its layers hold, first wins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const ns = await history(steps);
        for (const { at: path, members } of ns.table.points) {
          const listed = new Set((await ns.list(path, caller)).map(({ name }) => name));
          for (const { source, base } of members) {
            for (const { name } of await source.service.readdir(base, caller.signal))
              expect(listed).toContain(name);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is made again by its text: replayed on an empty one it is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const ns = await history(steps);
        const text = formatNs(ns.table);
        const again = new Namespace(changesNow());
        for (const line of parseNs(text)) {
          if (line.verb === 'mount')
            await again.mount(sourceOf(service(line.spec.kind)), line.at, line.flags, caller);
          else if (line.verb === 'bind')
            await again.bind(line.from, line.at, { create: false, ...line.flags }, caller, true);
          else await again.unmount(line.at, line.what, caller);
        }
        expect(shown(again.table), text).toEqual(shown(ns.table));
        expect(sharing(again.table)).toEqual(sharing(ns.table));
      }),
      { numRuns: 500 },
    );
  });

  it('is made again by its manifest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const ns = await history(steps);
        const manifest: unknown = JSON.parse(JSON.stringify(toManifest(ns.table)));
        const table = await fromManifest(
          manifest,
          async (spec): Promise<Source> => sourceOf(service(spec.kind)),
        );
        expect(shown(table)).toEqual(shown(ns.table));
        expect(toManifest(table)).toEqual(toManifest(ns.table));
      }),
      { numRuns: 200 },
    );
  });
});

/** Which members share one source, by order of appearance. */
function sharing(table: MountTable): number[] {
  const seen: Source[] = [];
  return table.points.flatMap(({ members }) =>
    members.map(({ source }) => {
      if (!seen.includes(source)) seen.push(source);
      return seen.indexOf(source);
    }),
  );
}

describe('ns text', () => {
  it('quotes as rc does, and reads its own quoting back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const path: Path = [name.replaceAll(/[/\0]/g, '_')];
        const from = formatPath(path);
        const text = `bind '${from.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll("'", "''")}' /x\n`;
        const [line] = parseNs(text);
        expect(line).toEqual({ verb: 'bind', from, at: '/x', flags: {} });
      }),
    );
  });

  it.each([
    ['mount mem', 'line 1: mount takes two paths'],
    ['\n\nbind -z /a /b', 'line 3: flags'],
    ['frob /a /b', "line 1: cannot read 'frob'"],
    ['mount mem /x [1]', 'line 1: options are one JSON object'],
    ['unmount', 'line 1: unmount takes'],
  ])('%j is EINVAL with its line', (text, why) => {
    expect(() => parseNs(text)).toThrow(why);
  });
});

describe('manifests', () => {
  it.each([
    [null],
    [{}],
    [{ version: 2 }],
    [{ version: 1, sources: [{}], mounts: [] }],
    [{ version: 1, sources: [], mounts: [{ at: 'x' }] }],
    [
      {
        version: 1,
        sources: [],
        mounts: [{ at: '/x', kind: 'dir', members: [{ source: 3, base: '/' }] }],
      },
    ],
  ])('%j is EINVAL', async (manifest) => {
    await expect(fromManifest(manifest, async () => sourceOf(service('p')))).rejects.toThrow(
      'EINVAL',
    );
  });
});
