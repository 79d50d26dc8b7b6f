/** The work of sort(1): reading, sorting in memory, files in between, and merging. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { closing } from './closing.ts';
import { type Host, type OpenFile, type Sink, type Source, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { quotedIfNeeded } from './quote.ts';
import { type Batch, sortBatch } from './sortbatch.ts';
import type { LineCompare } from './sortlines.ts';
import type { SortRules } from './sortoptions.ts';
import { Output, reasonOf, transientBlocks } from './stdio.ts';

const failed = (what: string, name: string, error: unknown): never => {
  throw new ToolError(`${what}: ${quotedIfNeeded(name)}: ${reasonOf(error)}`, 2);
};

async function openNamed(host: Host, name: string): Promise<Source & { close?(): Promise<void> }> {
  if (name === '-') return { read: (count) => host.stdin.read(count) };
  try {
    return await host.open(name, OPEN.read);
  } catch (error) {
    return failed(hasCode(error, 'EISDIR') ? 'read failed' : 'cannot read', name, error);
  }
}

/** All inputs are there, before one is read. */
async function checkInputs(host: Host, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (name === '-') continue;
    try {
      await host.call('stat', { dir: -1, path: host.path(name), follow: true });
    } catch (error) {
      failed('cannot read', name, error);
    }
  }
}

export async function sortInputs(
  host: Host,
  rules: SortRules,
  compare: LineCompare,
  to: Sink,
): Promise<void> {
  await checkInputs(host, rules.names);
  const spills = new Spills(host, rules);
  try {
    const batch = await collect(host, rules, async (full) => {
      await spills.add(async (out) => writeSorted(host, rules, compare, full, out));
    });
    if (spills.count === 0) {
      await writeSorted(host, rules, compare, batch, to);
      return;
    }
    if (batch.length > 0)
      await spills.add(async (out) => writeSorted(host, rules, compare, batch, out));
    await merge(host, rules, compare, await spills.open(), to);
  } finally {
    await spills.remove();
  }
}

/** The bytes of all inputs, each line with its end. What fills the memory is handed on. */
async function collect(
  host: Host,
  { names, end, memory }: SortRules,
  spill: (batch: Batch) => Promise<void>,
): Promise<Batch> {
  let data = new Uint8Array(1 << 16);
  let length = 0;
  const grow = (by: number): void => {
    if (length + by <= data.length) return;
    const larger = new Uint8Array(Math.max(length + by, data.length * 2));
    larger.set(data.subarray(0, length));
    data = larger;
  };
  for (const name of names) {
    const source = await openNamed(host, name);
    try {
      for await (const block of transientBlocks(source, 1 << 18)) {
        grow(block.length + 1);
        data.set(block, length);
        length += block.length;
        if (length >= memory) {
          const whole = data.lastIndexOf(end, length - 1) + 1;
          if (whole > 0) {
            const rest = data.slice(whole, length);
            await spill({ data: data.subarray(0, whole), length: whole });
            data.set(rest);
            length = rest.length;
          }
        }
        await host.checkpoint();
      }
    } catch (error) {
      if (error instanceof ToolError) throw error;
      failed('read failed', name, error);
    } finally {
      await source.close?.();
    }
    if (length > 0 && data[length - 1] !== end) {
      grow(1);
      data[length++] = end;
    }
  }
  return { data: data.subarray(0, length), length };
}

async function writeSorted(
  host: Host,
  rules: SortRules,
  compare: LineCompare,
  batch: Batch,
  to: Sink,
): Promise<void> {
  const { starts, order } = await sortBatch(host, rules, compare, batch);
  const { data } = batch;
  const out = new Output(to);
  let before = -1;
  for (let i = 0; i < order.length; i++) {
    const line = order[i] as number;
    const from = starts[line] as number;
    const next = starts[line + 1] as number;
    if (rules.isUnique) {
      const isSame =
        before >= 0 &&
        compare.order(
          data,
          starts[before] as number,
          (starts[before + 1] as number) - 1,
          data,
          from,
          next - 1,
        ) === 0;
      if (isSame) continue;
      before = line;
    }
    out.range(data, from, next);
    if (out.isFull) {
      await out.flush();
      await host.checkpoint();
    }
  }
  await out.flush();
}

/** Sorted parts in files, which are gone when the tool ends. */
class Spills {
  readonly #host: Host;
  readonly #rules: SortRules;
  readonly #names: string[] = [];
  readonly #files: OpenFile[] = [];

  constructor(host: Host, rules: SortRules) {
    this.#host = host;
    this.#rules = rules;
  }

  get count(): number {
    return this.#names.length;
  }

  async add(write: (to: Sink) => Promise<void>): Promise<void> {
    const { folder } = this.#rules;
    const name = `${folder}/sort${crypto.randomUUID().slice(0, 8)}`;
    const file = await this.#host
      .open(name, OPEN.write | OPEN.create | OPEN.exclusive)
      .catch((error: unknown) => failed('cannot create temporary file in', folder, error));
    this.#names.push(name);
    await closing(
      file,
      () => write(file),
      (reason) => new ToolError(`close failed: ${quotedIfNeeded(name)}: ${reason}`, 2),
    );
  }

  async open(): Promise<OpenFile[]> {
    for (const name of this.#names) this.#files.push(await this.#host.open(name, OPEN.read));
    return this.#files;
  }

  async remove(): Promise<void> {
    for (const file of this.#files) await file.close();
    for (const name of this.#names)
      await this.#host
        .call('unlink', { dir: -1, path: this.#host.path(name) })
        .catch(() => undefined);
  }
}

export async function mergeInputs(
  host: Host,
  rules: SortRules,
  compare: LineCompare,
  to: Sink,
): Promise<void> {
  await checkInputs(host, rules.names);
  const sources: (Source & { close?(): Promise<void> })[] = [];
  try {
    for (const name of rules.names) sources.push(await openNamed(host, name));
    // A file that is written may be one of those that are read.
    if (rules.output === undefined) return await merge(host, rules, compare, sources, to);
    const parts: Uint8Array[] = [];
    await merge(host, rules, compare, sources, {
      write: async (data) => void parts.push(data.slice()),
    });
    for (const part of parts) await to.write(part);
  } finally {
    for (const source of sources) await source.close?.();
  }
}

/** The first line of each part stands in a heap. Of equal lines that of the earlier part is first. */
async function merge(
  host: Host,
  rules: SortRules,
  compare: LineCompare,
  sources: readonly Source[],
  to: Sink,
): Promise<void> {
  const heap: Lines[] = [];
  const isBefore = (a: Lines, b: Lines): boolean => {
    const order = compare.order(a.data, a.from, a.to, b.data, b.from, b.to);
    return order < 0 || (order === 0 && a.index < b.index);
  };
  const sink = (): void => {
    let at = 0;
    for (;;) {
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++)
        if (isBefore(heap[child] as Lines, heap[least] as Lines)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least] as Lines, heap[at] as Lines];
      at = least;
    }
  };
  for (const [index, source] of sources.entries()) {
    const lines = new Lines(source, rules.end, index);
    if (await lines.next()) heap.push(lines);
  }
  heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const out = new Output(to);
  let before: Uint8Array | undefined;
  while (heap[0]) {
    const [first] = heap;
    const isSame =
      before !== undefined &&
      compare.order(before, 0, before.length, first.data, first.from, first.to) === 0;
    if (!isSame) {
      out.range(first.data, first.from, first.to);
      out.byte(rules.end);
      if (rules.isUnique) before = first.data.slice(first.from, first.to);
    }
    if (out.isFull) {
      await out.flush();
      await host.checkpoint();
    }
    const isMore = first.step() || (await first.next());
    if (!isMore) {
      const last = heap.pop() as Lines;
      if (heap.length === 0) break;
      heap[0] = last;
    }
    sink();
  }
  await out.flush();
}

export async function checkOrder(
  host: Host,
  rules: SortRules,
  compare: LineCompare,
): Promise<number> {
  const [name = '-'] = rules.names;
  await checkInputs(host, rules.names);
  const source = await openNamed(host, name);
  try {
    const lines = new Lines(source, rules.end, 0);
    let before: Uint8Array | undefined;
    for (let number = 1; lines.step() || (await lines.next()); number++) {
      const line = lines.data.slice(lines.from, lines.to);
      if (before) {
        const order = compare.order(before, 0, before.length, line, 0, line.length);
        if (order > 0 || (order === 0 && rules.isUnique)) {
          if (rules.check === 'diagnose-first')
            throw new ToolError(`${quotedIfNeeded(name)}:${number}: disorder: ${textOf(line)}`);
          return 1;
        }
      }
      before = line;
      if ((number & 1023) === 0) await host.checkpoint();
    }
    return 0;
  } finally {
    await source.close?.();
  }
}
