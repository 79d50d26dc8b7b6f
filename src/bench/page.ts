/** The page of the benchmark: one measurement at a time, named by its driver. */
import fsbench from './fsbench.wasm?url';
import { measureNames, type Phases } from './names.ts';
import { nameSystems } from './peers/names.ts';
import { runtimes } from './peers/wasi.ts';

/** The phases that the program itself printed: `name=ms …`. */
function phasesOf(printed: string): Record<string, number> {
  const phases = Object.fromEntries(
    [...printed.matchAll(/(\w+)=([\d.]+)/g)].map(([, name, ms]) => [name, Number(ms)]),
  );
  if (phases['total'] === undefined) throw new Error(`the workload failed: ${printed}`);
  return phases;
}

async function wasi(runtime: string): Promise<Record<string, number>> {
  const bytes = new Uint8Array(await (await fetch(fsbench)).arrayBuffer());
  return phasesOf(await (runtimes[runtime] as (typeof runtimes)[string])(bytes));
}

async function names(
  system: string,
  count: number,
  deep: boolean,
): Promise<Phases & { total: number }> {
  const fs = await (nameSystems[system] as (typeof nameSystems)[string])();
  const phases = await measureNames(fs, count, deep);
  return { ...phases, total: Object.values(phases).reduce((sum, ms) => sum + ms, 0) };
}

Object.assign(window, {
  bench: { wasi, names, runtimes: Object.keys(runtimes), systems: Object.keys(nameSystems) },
});
