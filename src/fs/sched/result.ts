/** How a job has ended, as it is told. */
import type { Json } from '../../kernel/service.ts';
import type { Job } from './jobs.ts';

/** What `result.json` tells of a job that is over. */
export function resultOf({ id, status, outcome }: Job): { readonly [name: string]: Json } {
  const { started_at, finished_at } = status;
  const from = started_at ?? finished_at;
  return {
    job_id: id,
    ...(status as unknown as { [name: string]: Json }),
    ...(from && finished_at ? { duration_ms: Date.parse(finished_at) - Date.parse(from) } : {}),
    ...(outcome?.value === undefined ? {} : { value: outcome.value }),
    ...(outcome?.limits_hit?.length ? { limits_hit: outcome.limits_hit } : {}),
    ...(outcome?.dropped ? { dropped: outcome.dropped } : {}),
  };
}
