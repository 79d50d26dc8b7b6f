/** Watches: who hears of what, and how much work a change is where many watch. */
import { describe, expect, it } from 'vitest';
import { Changes } from './changes.ts';
import { formatPath, type Path } from './path.ts';
import { Watches } from './watches.ts';

const path = (text: string): Path => text.split('/').filter((part) => part !== '');

/** Watches of processes whose namespaces show the source at `/a`, with the work that was done. */
function bench() {
  const runs: (() => void)[] = [];
  const work = { lookups: 0, listeners: 0 };
  const heard: [number, string[]][] = [];
  const changes = new Changes((run) => runs.push(run));
  const watches = new Watches(changes, (id, paths) => heard.push([id, paths]));
  const source = {};
  const process = () => {
    const ending = new AbortController();
    const { signal } = ending;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      work.listeners++;
      add(...args);
    };
    const pathsOf = (_source: object, inside: Path): Path[] => {
      work.lookups++;
      return [['a', ...inside]];
    };
    return { owner: { signal, namespace: { pathsOf } } as never, end: () => ending.abort() };
  };
  const deliver = (): [number, string[]][] => {
    for (const run of runs.splice(0)) run();
    return heard.splice(0);
  };
  const change = (text: string): void => changes.announce(source, path(text));
  return { watches, changes, process, change, deliver, work };
}

describe('watches', () => {
  it('a watch hears what changes at or below its path, and nothing beside it', () => {
    const { watches, process, change, deliver } = bench();
    const { owner } = process();
    const root = watches.add(owner, []);
    const dir = watches.add(owner, path('/a/dir'));
    const file = watches.add(owner, path('/a/dir/file'));
    watches.add(owner, path('/a/di'));
    change('/dir/file');
    change('/dir/file');
    change('/dir');
    expect(deliver().sort()).toEqual([
      [root, ['/a/dir/file', '/a/dir']],
      [dir, ['/a/dir/file', '/a/dir']],
      [file, ['/a/dir/file']],
    ]);
  });

  it('a watch hears nothing of what changed before it began, nor after it ended', () => {
    const { watches, process, change, deliver } = bench();
    const { owner, end } = process();
    const first = watches.add(owner, path('/a'));
    change('/one');
    const second = watches.add(owner, path('/a'));
    expect(deliver()).toEqual([[first, ['/a/one']]]);
    watches.remove(owner, first);
    watches.remove(process().owner, second);
    change('/two');
    expect(deliver()).toEqual([[second, ['/a/two']]]);
    end();
    change('/three');
    expect(deliver()).toEqual([]);
  });

  it('a change of the mounts is told to every watch', () => {
    const { watches, changes, process, deliver } = bench();
    const { owner } = process();
    const ids = [watches.add(owner, path('/x')), watches.add(owner, path('/y'))];
    changes.announceAll();
    expect(deliver()).toEqual(ids.map((id) => [id, []]));
  });

  it('two thousand watches make a change no more work than one', () => {
    const { watches, process, change, deliver, work } = bench();
    const { owner } = process();
    const ids = Array.from({ length: 2000 }, (_, i) => watches.add(owner, path(`/a/${i}`)));
    expect(work.listeners).toBe(1);
    for (let i = 0; i < 200; i++) change(`/${i}/file`);
    const heard = deliver();
    expect(work.lookups).toBe(200);
    expect(heard).toHaveLength(200);
    expect(heard[7]).toEqual([ids[7], [formatPath(path('/a/7/file'))]]);
  });

  it('more changes at once than are named are told once to each of two thousand watches, as anything', () => {
    const { watches, process, change, deliver, work } = bench();
    const { owner } = process();
    const ids = Array.from({ length: 2000 }, (_, i) => watches.add(owner, path(`/a/${i}`)));
    for (let i = 0; i < 300; i++) change(`/${i}/file`);
    expect(deliver()).toEqual(ids.map((id) => [id, []]));
    expect(work.lookups).toBe(0);
    change('/7/file');
    expect(deliver()).toEqual([[ids[7], ['/a/7/file']]]);
  });

  it('the last number of changes that are named is 256', () => {
    const { watches, process, change, deliver } = bench();
    const id = watches.add(process().owner, path('/a'));
    for (let i = 0; i < 256; i++) change(`/${i}`);
    expect(deliver()).toEqual([[id, Array.from({ length: 256 }, (_, i) => `/a/${i}`)]]);
    for (let i = 0; i < 257; i++) change(`/${i}`);
    expect(deliver()).toEqual([[id, []]]);
  });
});
