/** The tools by their names. Each is loaded when it is first run. */
import type { Tool } from './host.ts';

type Load = () => Promise<Tool>;

const loads: Readonly<Record<string, Load>> = {
  base32: async () => (await import('./base.ts')).base32,
  base64: async () => (await import('./base.ts')).base64,
  basenc: async () => (await import('./base.ts')).basenc,
  cat: async () => (await import('./cat.ts')).cat,
  comm: async () => (await import('./comm.ts')).comm,
  cut: async () => (await import('./cut.ts')).cut,
  egrep: async () => (await import('./grep.ts')).grep,
  expand: async () => (await import('./expand.ts')).expand,
  fgrep: async () => (await import('./grep.ts')).grep,
  fold: async () => (await import('./fold.ts')).fold,
  grep: async () => (await import('./grep.ts')).grep,
  head: async () => (await import('./head.ts')).head,
  nl: async () => (await import('./nl.ts')).nl,
  od: async () => (await import('./od.ts')).od,
  paste: async () => (await import('./paste.ts')).paste,
  rev: async () => (await import('./rev.ts')).rev,
  sort: async () => (await import('./sort.ts')).sort,
  tac: async () => (await import('./tac.ts')).tac,
  tail: async () => (await import('./tail.ts')).tail,
  tee: async () => (await import('./tee.ts')).tee,
  tr: async () => (await import('./tr.ts')).tr,
  unexpand: async () => (await import('./expand.ts')).unexpand,
  uniq: async () => (await import('./uniq.ts')).uniq,
  wc: async () => (await import('./wc.ts')).wc,
  yes: async () => (await import('./yes.ts')).yes,
};

const loaded = new Map<string, Promise<Tool>>();

export const toolNames: readonly string[] = Object.keys(loads);

/** A tool by its name; undefined where there is none. */
export function toolNamed(name: string): Promise<Tool> | undefined {
  if (!Object.hasOwn(loads, name)) return undefined;
  const known = loaded.get(name) ?? (loads[name] as Load)();
  loaded.set(name, known);
  // A failed load is tried again.
  known.catch(() => loaded.delete(name));
  return known;
}
