/**
 * find(1): walks directories and evaluates an expression for each file. The entries of a directory come in the order in which
 * the file service lists them.
 */
import { closing } from '../closing.ts';
import { join, list } from '../files.ts';
import type { Tool } from '../host.ts';
import { inQuotes } from '../quote.ts';
import { reasonOf } from '../stdio.ts';
import { evaluate, type Program } from './expression.ts';
import { type Found, findPlace, type Place } from './found.ts';
import { parseCall } from './parse.ts';
import { Search } from './search.ts';

export const find: Tool = async (host) => {
  const search = new Search(host);
  return closing(search.outputs, async () => {
    const { starts, program } = await parseCall(search);
    for (const start of starts) {
      if (search.isOver) break;
      await new Walk(search, program).run(start);
    }
    for (const finish of search.atEnd) await finish();
    await search.outputs.flush();
    return search.status;
  });
};

/** A file to come to. A directory comes a second time, after its entries, where it is evaluated last. */
interface Step extends Place {
  /** The directories that it is in, the innermost first. */
  readonly within: Within | undefined;
  readonly found?: Found;
}

interface Within {
  readonly path: string;
  readonly key: string;
  readonly outer: Within | undefined;
}

class Walk {
  readonly #search: Search;
  readonly #program: Program;
  readonly #steps: Step[] = [];
  /** The device of the start point. */
  #device: number | undefined;

  constructor(search: Search, program: Program) {
    this.#search = search;
    this.#program = program;
  }

  async run(start: string): Promise<void> {
    const { host } = this.#search;
    this.#steps.push({ path: start, start, depth: 0, within: undefined });
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      if (this.#search.isOver) return;
      await host.checkpoint();
      if (step.found) await this.#evaluate(step.found);
      else await this.#visit(step);
    }
  }

  async #visit(step: Step): Promise<void> {
    const search = this.#search;
    const { isDepthFirst, mostDepth, isOneDevice } = search;
    let found: Found;
    try {
      found = await findPlace(search.host, step, search.follow);
    } catch (error) {
      await search.fail(`${inQuotes(step.path)}: ${reasonOf(error)}`);
      return;
    }
    this.#device ??= found.stat.dev;
    const within = withinOf(step, found);
    if (found.kind === 'dir' && (await this.#isLoop(step, within.key))) return;
    if (!isDepthFirst) await this.#evaluate(found);
    const isEntered =
      found.kind === 'dir' &&
      !found.isPruned &&
      step.depth < mostDepth &&
      !(isOneDevice && found.stat.dev !== this.#device);
    if (isDepthFirst) this.#steps.push({ ...step, found });
    if (isEntered && !search.isOver) await this.#enter(step, within);
  }

  async #enter(step: Step, within: Within): Promise<void> {
    const search = this.#search;
    try {
      const entries = await list(search.host, step.path);
      for (const { name } of entries.reverse())
        this.#steps.push({
          path: join(step.path, name),
          start: step.start,
          depth: step.depth + 1,
          within,
        });
    } catch (error) {
      await search.fail(`${inQuotes(step.path)}: ${reasonOf(error)}`);
    }
  }

  /** Whether a directory is one of those that it is in, as where a link that is followed leads up. */
  async #isLoop({ path, within }: Step, key: string): Promise<boolean> {
    if (this.#search.follow !== 'all') return false;
    for (let outer = within; outer; outer = outer.outer) {
      if (outer.key !== key) continue;
      await this.#search.fail(
        `File system loop detected; ${inQuotes(path)} is part of the same file system loop as ${inQuotes(outer.path)}.`,
      );
      return true;
    }
    return false;
  }

  async #evaluate(found: Found): Promise<void> {
    const search = this.#search;
    if (found.depth < search.leastDepth || found.depth > search.mostDepth) return;
    await evaluate(search.host, this.#program, found, () => search.isOver);
  }
}

const withinOf = ({ path, within }: Step, { stat }: Found): Within => ({
  path,
  key: `${stat.dev}:${stat.ino}`,
  outer: within,
});
