/** The page of the benchmark: one measurement at a time, named by its driver. */
import fsbench from './fsbench.wasm?url';
import { measureNames, type Phases } from './names.ts';
import { nameSystems } from './peers/names.ts';
import { runtimes } from './peers/wasi.ts';
import { rows } from './rows.ts';

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

/** The rest of the table: each subject once, in the unit that its row names. */
async function one(row: string, subject: string): Promise<{ total: number }> {
  const measure = rows[row]?.[subject];
  if (!measure) throw new Error(`no subject ${subject} in ${row}`);
  return { total: await measure() };
}

Object.assign(window, {
  bench: {
    wasi,
    names,
    one,
    rows: Object.fromEntries(Object.entries(rows).map(([row, all]) => [row, Object.keys(all)])),
    runtimes: Object.keys(runtimes),
    systems: Object.keys(nameSystems),
  },
});
