import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrived,
  departed,
  noVisits,
  renamed,
  VISITS_MAX,
  type Visits,
  visitAt,
  visitsIn,
} from './visits.ts';

const at = (path: string, pane = 0) => ({ pane, path });
/** Opens paths one after the other in one pane, as a person does. */
const walk = (...paths: string[]): Visits =>
  paths.reduce(
    (visits, path, index) =>
      arrived(visits, index === 0 ? undefined : at(paths[index - 1] as string), at(path)),
    noVisits,
  );
const paths = ({ list }: Visits): string[] => list.map(({ path }) => path);

describe('visits', () => {
  it('begin with the place that was shown before the first step', () => {
    const visits = arrived(noVisits, at('/home'), at('/tmp'));
    expect(paths(visits)).toEqual(['/home', '/tmp']);
    expect(visits.at).toBe(2);
  });

  it('of a step from a place in the middle forget what Forward would show', () => {
    const visits = { ...walk('/a', '/b', '/c'), at: 1 };
    expect(paths(arrived(visits, at('/a'), at('/d')))).toEqual(['/a', '/d']);
  });

  it('have the place that a pane showed, where a person has clicked into that pane', () => {
    const visits = arrived(walk('/a', '/b'), at('/x', 1), at('/y', 1));
    expect(visits.list.map(({ pane, path }) => `${pane} ${path}`)).toEqual([
      '0 /a',
      '0 /b',
      '1 /x',
      '1 /y',
    ]);
  });

  it('keep the place in the view that was left, and of no other', () => {
    const viewPlace = { name: '/b', place: { top: 9, anchor: 1, head: 2 } };
    const visits = walk('/a', '/b');
    expect(visitAt(departed(visits, { ...at('/b'), viewPlace }), 2)?.viewPlace).toBe(viewPlace);
    expect(departed(visits, { ...at('/c'), viewPlace })).toEqual(visits);
  });

  it('follow a folder that is renamed, with the places in it', () => {
    const visits = departed(walk('/a', '/old/b'), {
      ...at('/old/b'),
      viewPlace: { name: '/old/b//list', place: { top: 9, anchor: 0, head: 0 } },
      selected: '/old/b/c',
      marked: ['/old/b/c', '/other'],
    });
    expect(visitAt(renamed(visits, '/old', '/new'), 2)).toMatchObject({
      path: '/new/b',
      viewPlace: { name: '/new/b//list' },
      selected: '/new/b/c',
      marked: ['/new/b/c', '/other'],
    });
    expect(paths(renamed(visits, '/ol', '/new'))).toEqual(['/a', '/old/b']);
  });

  it('come back from what a tab kept, and damaged ones do not', () => {
    const visits = walk('/a', '/b');
    const kept: unknown = JSON.parse(JSON.stringify(visits.list));
    expect(visitsIn(kept, 1)).toEqual({ ...visits, at: 1 });
    for (const damaged of [undefined, 7, {}, [null], [{ number: 1, pane: 0 }], [{ path: '/a' }]])
      expect(visitsIn(damaged, 1)).toBe(noVisits);
    expect(visitsIn(kept, 3)).toBe(noVisits);
  });

  it('are the same as those of a list with a cursor, whatever a person does', () => {
    const step = fc.oneof(
      fc.record({ go: fc.constantFrom(-1, 1) }),
      fc.record({ open: fc.constantFrom('/a', '/b', '/c', '/d') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let visits = noVisits;
        let model: string[] = [];
        let cursor = -1;
        for (const each of steps) {
          const shown = model[cursor];
          if ('go' in each) {
            if (!visitAt(visits, visits.at + each.go)) continue;
            visits = { ...visits, at: visits.at + each.go };
            cursor += each.go;
          } else if (each.open !== shown) {
            visits = arrived(visits, shown === undefined ? undefined : at(shown), at(each.open));
            model = [...model.slice(0, cursor + 1), each.open].slice(-VISITS_MAX);
            cursor = model.length - 1;
          }
          expect(paths(visits)).toEqual(model);
          expect(visitAt(visits, visits.at)?.path).toBe(model[cursor]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
