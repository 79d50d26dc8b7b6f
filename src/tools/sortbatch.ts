/** Sorts the lines of one byte array: a merge sort of their numbers, which gives others their turn. */
import type { Host } from './host.ts';
import { type LineCompare, prefixOf } from './sortlines.ts';
import type { SortRules } from './sortoptions.ts';

export interface Batch {
  /** Lines with their ends. */
  readonly data: Uint8Array;
  readonly length: number;
}

interface Sorted {
  /** Where each line begins, and after the last where it ends. */
  readonly starts: Uint32Array;
  /** The numbers of the lines in order. */
  readonly order: Uint32Array;
}

export async function sortBatch(
  host: Host,
  rules: SortRules,
  { order: compare }: LineCompare,
  { data, length }: Batch,
): Promise<Sorted> {
  const starts = startsOf(data, length, rules.end);
  const count = starts.length - 1;
  const prefix = prefixOf(rules);
  const numbers = new Float64Array(prefix ? count : 0);
  if (prefix)
    for (let i = 0; i < count; i++)
      numbers[i] = prefix(data, starts[i] as number, (starts[i + 1] as number) - 1);
  const rest = (a: number, b: number): number =>
    compare(
      data,
      starts[a] as number,
      (starts[a + 1] as number) - 1,
      data,
      starts[b] as number,
      (starts[b + 1] as number) - 1,
    );
  const both = prefix
    ? (a: number, b: number): number => {
        const difference = (numbers[a] as number) - (numbers[b] as number);
        return difference !== 0 ? difference : rest(a, b);
      }
    : rest;
  return { starts, order: await mergeSort(host, count, both) };
}

function startsOf(data: Uint8Array, length: number, end: number): Uint32Array {
  let starts = new Uint32Array(Math.max(16, length >> 5));
  let count = 0;
  for (let at = 0; at < length; ) {
    if (count + 2 > starts.length) {
      const larger = new Uint32Array(starts.length * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count++] = at;
    at = data.indexOf(end, at) + 1;
  }
  starts[count] = length;
  return starts.subarray(0, count + 1);
}

const RUN = 8;
/** Comparisons between two turns of others. */
const TURN = 1 << 16;

/** The numbers from 0 on in the order of `compare`; equal ones stay as they are. */
export async function mergeSort(
  host: Host,
  count: number,
  compare: (a: number, b: number) => number,
): Promise<Uint32Array> {
  let from = new Uint32Array(count);
  for (let i = 0; i < count; i++) from[i] = i;
  for (let start = 0; start < count; start += RUN) {
    insertionSort(from, start, Math.min(count, start + RUN), compare);
    if (start % TURN === 0) await host.checkpoint();
  }
  let to = new Uint32Array(count);
  let work = 0;
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(count, start + width);
      const end = Math.min(count, start + 2 * width);
      mergeRuns(from, to, start, middle, end, compare);
      work += end - start;
      if (work < TURN) continue;
      work = 0;
      await host.checkpoint();
    }
    [from, to] = [to, from];
  }
  return from;
}

function insertionSort(
  list: Uint32Array,
  start: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  for (let i = start + 1; i < end; i++) {
    const value = list[i] as number;
    let at = i;
    while (at > start && compare(list[at - 1] as number, value) > 0) {
      list[at] = list[at - 1] as number;
      at--;
    }
    list[at] = value;
  }
}

function mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
  compare: (a: number, b: number) => number,
): void {
  let left = start;
  let right = middle;
  let at = start;
  // Runs that are in order already are copied.
  if (middle >= end || compare(from[middle - 1] as number, from[middle] as number) <= 0) {
    to.set(from.subarray(start, end), start);
    return;
  }
  while (left < middle && right < end) {
    const a = from[left] as number;
    const b = from[right] as number;
    if (compare(a, b) <= 0) {
      to[at++] = a;
      left++;
    } else {
      to[at++] = b;
      right++;
    }
  }
  if (left < middle) to.set(from.subarray(left, middle), at);
  else to.set(from.subarray(right, end), at);
}
