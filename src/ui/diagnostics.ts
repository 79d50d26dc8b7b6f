/** What helps to find a fault, without anything that a person wrote: no path, no name, no content, no secret. */
import { attempt, toast, type Undone } from './notices.ts';
import { get } from './store.ts';

export function diagnostics(failed?: Error): string {
  const { boot, stages, rung, store, mounts, runs, panes, drafts, settings, damaged } = get();
  const facts = {
    page: { boot, rung, isolated: crossOriginIsolated, online: navigator.onLine },
    browser: navigator.userAgent,
    size: { width: innerWidth, height: innerHeight, ratio: devicePixelRatio },
    stages: stages.map(({ name, ms }) => `${name} ${ms} ms`),
    store: store && { state: store.state, unsaved: store.unsaved },
    damaged: damaged.length,
    mounts: mounts.map(({ members }) => ({
      kinds: members.map(({ service }) => service.kind),
      failed: members.filter(({ failed: why }) => why !== undefined).length,
    })),
    programs: runs.map(({ status }) => status?.signal ?? status?.trap?.kind ?? status?.exit_code),
    panes: panes.map(({ tabs, view }) => ({ tabs: tabs.length, view: view.kind })),
    drafts: Object.keys(drafts).length,
    settings,
    ...(failed ? { failed: { name: failed.name, at: placesOf(failed) } } : {}),
  };
  return JSON.stringify(facts, undefined, 2);
}

/** Where it failed; its message may quote what a person wrote. */
const placesOf = ({ stack = '' }: Error): string[] =>
  [...stack.matchAll(/([\w$.]*)[@ (]+[^\s(]*\/(assets\/[^\s)]+:\d+:\d+)/g)]
    .slice(0, 12)
    .map(([, name, place]) => `${name ?? ''} ${place ?? ''}`);

export function copyDiagnostics(failed?: Error): Promise<Undone | undefined> {
  return attempt('Not copied', async () => {
    await navigator.clipboard.writeText(diagnostics(failed));
    toast('Copied: what this page stands on, and nothing of what you wrote.');
  });
}
