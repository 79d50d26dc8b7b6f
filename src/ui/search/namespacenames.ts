/** The search for names in the namespace that the page shows: its directories, and the mounts that are entered only if asked. */
import { liveServices } from '../../boot/liveservices.ts';
import { LIST_MAX, OPEN } from '../../kernel/operations.ts';
import { fromNamespace, namespaceOf, OWN, rootOf } from '../namespaces.ts';
import { client } from '../session.ts';
import { get } from '../store.ts';
import { Finder } from './finder.ts';
import type { OpenDirectory } from './names.ts';

const CWD = -1;

async function openAt(path: string, signal: AbortSignal): Promise<OpenDirectory> {
  const page = client();
  const flags = OPEN.read | OPEN.directory;
  const { fd, stat } = await page.call('open', { dir: CWD, path, flags }, signal);
  return {
    id: `${stat.dev}:${stat.ino}`,
    async *parts() {
      for (let from = 0, total = 1; from < total; ) {
        const listed = await page.call('list', { fd, from, count: LIST_MAX }, signal);
        if (listed.entries.length === 0) return;
        yield listed.entries;
        from += listed.entries.length;
        total = listed.total;
      }
    },
    close: () => void page.call('close', { fd }).catch(() => undefined),
  };
}

export interface NamespaceSearch {
  readonly finder: Finder;
  /** The mounts that are not entered, by their paths. */
  readonly skipped: readonly string[];
}

export function searchNamespace(): NamespaceSearch {
  const state = get();
  const namespace = namespaceOf(state);
  const mounts = namespace === OWN ? state.mounts : state.envMounts;
  const skipped = mounts
    .filter(({ members }) => members.every(({ service }) => liveServices.has(service.kind)))
    .map(({ at }) => fromNamespace(at, namespace));
  return {
    finder: new Finder({ openAt, roots: [rootOf(namespace)], skipped: new Set(skipped) }),
    skipped,
  };
}
