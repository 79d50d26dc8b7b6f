/**
 * What every FileService must do, as named checks: one call runs all that apply and tells every
 * fault. What a service offers is declared and compared with what the object shows.
 */
import type { Check, Service, Subject } from './conformance/check.ts';
import { linking } from './conformance/linking.ts';
import { making } from './conformance/making.ts';
import { reading, sampled } from './conformance/reading.ts';

export const checks: readonly Check[] = [...reading, ...sampled, ...making, ...linking];

export const checksFor = ({ offers }: Subject): Check[] =>
  checks.filter(({ needs }) => needs.every((method) => offers.includes(method)));

/** All faults of a service, each with the name of its check; none for a good one. */
export async function faultsOf(subject: Subject): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, run } of checksFor(subject)) {
    try {
      await run((await subject.make()) as Service, subject);
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return faults;
}
