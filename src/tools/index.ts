/** The tools by their names. Each is loaded when it is first run. */
import type { Tool } from './host.ts';

type Load = () => Promise<Tool>;

const loads: Readonly<Record<string, Load>> = {
  cut: async () => (await import('./cut.ts')).cut,
  od: async () => (await import('./od.ts')).od,
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
