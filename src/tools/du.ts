/** du(1): how much files and directories take. Blocks are those that stat(1) shows; a directory takes none of its own. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { BYTES, blockSize, human, KIBIBYTES, type Sizes, sizeText } from './blocksize.ts';
import { join, list, stat, statIf } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { globRegex } from './globs.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted, quotedIfNeeded } from './quote.ts';
import type { Regex } from './regex/index.ts';
import { sectorsOf } from './stat.ts';
import { Output, readAll, reasonOf, warn } from './stdio.ts';

interface DuRules {
  readonly sizes: Sizes;
  readonly isApparent: boolean;
  readonly countsInodes: boolean;
  readonly showsFiles: boolean;
  readonly mostDepth: number;
  /** A directory is shown without those that are in it. */
  readonly isSeparate: boolean;
  /** A file with several names counts with each. */
  readonly countsLinks: boolean;
  readonly isOneDevice: boolean;
  readonly follow: 'none' | 'operands' | 'all';
  /** What is smaller is not shown, or what is larger where it is negative. */
  readonly threshold: number;
  readonly end: string;
  /** Everything is counted once, since it may be met again. */
  readonly countsOnce: boolean;
  isExcluded(path: string): boolean;
}

const OPTIONS = [
  ...[
    '0|null',
    'a|all',
    'apparent-size',
    'B|block-size=',
    'b|bytes',
    'c|total',
    'D|dereference-args',
  ],
  ...['H', 'd|max-depth=', 'files0-from=', 'h|human-readable', 'inodes', 'k', 'L|dereference'],
  ...['l|count-links', 'm', 'P|no-dereference', 'S|separate-dirs', 'si', 's|summarize'],
  ...['t|threshold=', 'time=?', 'time-style=', 'X|exclude-from=', 'exclude=', 'x|one-file-system'],
] as const;

export const du: Tool = async (host) => {
  const flags = flagsOf(host, { usage: '[OPTION]... [FILE]...', options: OPTIONS });
  refuse(flags, 'files0-from', 'time', 'time-style');
  const rules = await rulesOf(host, flags);
  const counter = new Counter(host, rules);
  for (const name of flags.operands.length > 0 ? flags.operands : ['.']) {
    if (name !== '') await counter.run(name);
    else await counter.fail('invalid zero-length file name');
  }
  if (flags.has('total')) counter.show(counter.total, 'total');
  await counter.flush();
  return counter.status;
};

async function rulesOf(host: Host, flags: Flags): Promise<DuRules> {
  const depth = depthOf(host, flags);
  const isSummary = flags.has('summarize');
  if (isSummary && flags.has('all'))
    misuse(host.name, 'cannot both summarize and show all entries');
  if (isSummary && depth === 0)
    await warn(host, 'warning: summarizing is the same as using --max-depth=0');
  if (isSummary && depth)
    misuse(host.name, `warning: summarizing conflicts with --max-depth=${depth}`);
  const excluded = await excludedBy(host, flags);
  const link = flags.last('dereference', 'dereference-args', 'H', 'no-dereference');
  const follow =
    link === 'dereference'
      ? 'all'
      : link === undefined || link === 'no-dereference'
        ? 'none'
        : 'operands';
  return {
    sizes: sizesOf(host, flags),
    isApparent: flags.has('apparent-size') || flags.has('bytes'),
    countsInodes: flags.has('inodes'),
    showsFiles: flags.has('all'),
    mostDepth: isSummary ? 0 : (depth ?? Number.POSITIVE_INFINITY),
    isSeparate: flags.has('separate-dirs'),
    countsLinks: flags.has('count-links'),
    isOneDevice: flags.has('one-file-system'),
    follow,
    threshold: thresholdOf(host, flags),
    end: flags.has('null') ? '\0' : '\n',
    countsOnce: flags.operands.length > 1 || follow === 'all',
    isExcluded: (path) => excluded.some((glob) => isMatch(glob, path)),
  };
}

function depthOf(host: Host, flags: Flags): number | undefined {
  const given = flags.options.filter(({ name }) => name === 'max-depth');
  for (const { value = '' } of given)
    if (!/^\s*\+?(0[xX][\da-fA-F]+|\d+)$/.test(value))
      misuse(host.name, `invalid maximum depth ${inQuotes(value)}`);
  const last = given.at(-1)?.value;
  if (last === undefined) return undefined;
  return /^\s*\+?0[0-7]+$/.test(last) ? Number.parseInt(last, 8) : Number(last);
}

/** Of the options that choose a unit the last counts. */
function sizesOf(host: Host, flags: Flags): Sizes {
  let sizes = defaultSizes(host.env);
  for (const { name, value = '' } of flags.options) {
    if (name === 'block-size') sizes = blockSize(value, optionAs(host, 'B', 'block-size', value));
    if (name === 'bytes') sizes = BYTES;
    if (name === 'k') sizes = KIBIBYTES;
    if (name === 'm') sizes = { unit: 1 << 20, suffix: '' };
    if (name === 'human-readable') sizes = human(1024);
    if (name === 'si') sizes = human(1000);
  }
  return sizes;
}

/** The option as it was written: by its letter or by its name. */
export const optionAs = ({ args }: Host, letter: string, name: string, value: string): string =>
  args.some(
    (each, i) => each === `-${letter}${value}` || (each === `-${letter}` && args[i + 1] === value),
  )
    ? `-${letter}`
    : `--${name}`;

export function defaultSizes(env: Host['env'], name = 'DU_BLOCK_SIZE'): Sizes {
  const text = env[name] ?? env['BLOCK_SIZE'] ?? env['BLOCKSIZE'];
  if (text !== undefined) {
    try {
      return blockSize(text, name);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return BYTES;
    }
  }
  return env['POSIXLY_CORRECT'] === undefined ? KIBIBYTES : { unit: 512, suffix: '' };
}

function thresholdOf(host: Host, flags: Flags): number {
  let threshold = 0;
  for (const { name, value = '' } of flags.options) {
    if (name !== 'threshold') continue;
    const [, sign = '', size = ''] = /^(-?)([\s\S]*)$/.exec(value) ?? [];
    if (sign === '-' && size === '0')
      throw new ToolError(`invalid --threshold argument ${quoted(value)}`);
    const option = optionAs(host, 't', 'threshold', value);
    const { unit } = blockSize(size === '0' ? '1' : size, option);
    threshold = size === '0' ? 0 : sign === '-' ? -unit : unit;
  }
  return threshold;
}

async function excludedBy(host: Host, flags: Flags): Promise<Regex[]> {
  const globs: string[] = [];
  for (const { name, value = '' } of flags.options) {
    if (name === 'exclude') globs.push(value);
    if (name === 'exclude-from') globs.push(...(await linesOfFile(host, value)));
  }
  return globs.map((glob) => globRegex(glob));
}

async function linesOfFile(host: Host, name: string): Promise<string[]> {
  try {
    const file = name === '-' ? undefined : await host.open(name, OPEN.read);
    try {
      const text = textOf(await readAll(file ?? host.stdin));
      return text.split('\n').filter((line) => line !== '');
    } finally {
      await file?.close();
    }
  } catch (error) {
    return misuse(host.name, `${quotedIfNeeded(name)}: ${reasonOf(error)}`);
  }
}

/** A pattern matches a path, or what comes after a slash in it. */
function isMatch(glob: Regex, path: string): boolean {
  const has = (text: string): boolean => glob.find(bytesOf(text)) !== undefined;
  if (has(path)) return true;
  for (const { index } of path.matchAll(/\/(?=[^/])/g)) if (has(path.slice(index + 1))) return true;
  return false;
}

interface Amount {
  size: number;
  inodes: number;
}

/** A file to come to. A directory comes a second time, after its entries. */
interface Step {
  readonly name: string;
  readonly depth: number;
  readonly outer: Folder | undefined;
  readonly folder?: Folder;
}

/** A directory that is entered. */
interface Folder {
  readonly key: string;
  readonly outer: Folder | undefined;
  readonly stat: NamespaceStat;
  /** Of what is directly in it, and of what is in the directories below. */
  readonly own: Amount;
  readonly below: Amount;
}

const none = (): Amount => ({ size: 0, inodes: 0 });

function add(to: Amount, { size, inodes }: Amount): void {
  to.size += size;
  to.inodes += inodes;
}

class Counter {
  readonly #host: Host;
  readonly #rules: DuRules;
  readonly #out: Output;
  readonly #seen = new Set<string>();
  readonly total = none();
  status = 0;

  constructor(host: Host, rules: DuRules) {
    this.#host = host;
    this.#rules = rules;
    this.#out = new Output(host.stdout);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  async run(operand: string): Promise<void> {
    let device: number | undefined;
    const steps: Step[] = [{ name: operand, depth: 0, outer: undefined }];
    for (let step = steps.pop(); step; step = steps.pop()) {
      await this.#host.checkpoint();
      if (step.folder) this.#leave(step, step.folder);
      else device = await this.#visit(step, steps, device);
      if (this.#out.isFull) await this.#out.flush();
    }
  }

  async #visit(step: Step, steps: Step[], only: number | undefined): Promise<number | undefined> {
    const { name, depth, outer } = step;
    const rules = this.#rules;
    if (rules.isExcluded(name)) return only;
    const found = await this.#stat(name, depth);
    if (!found) return only;
    const device = only ?? found.dev;
    if (rules.isOneDevice && found.dev !== device) return device;
    const key = `${found.dev}:${found.ino}`;
    if (this.#isCounted(key, found)) return device;
    const folder: Folder = { key, outer, stat: found, own: none(), below: none() };
    if (found.kind !== 'dir') this.#leave(step, folder);
    else await this.#enter(step, folder, steps);
    return device;
  }

  async #stat(name: string, depth: number): Promise<NamespaceStat | undefined> {
    const { follow } = this.#rules;
    try {
      return await stat(
        this.#host,
        name,
        follow === 'all' || (follow === 'operands' && depth === 0),
      );
    } catch (error) {
      const reason = reasonOf(error);
      // Of a link that is followed and leads nowhere, Debian's tells no reason.
      const isDangling = hasCode(error, 'ENOENT') && (await statIf(this.#host, name, false));
      await this.fail(`cannot access ${quoted(name)}${isDangling ? '' : `: ${reason}`}`);
      return undefined;
    }
  }

  #isCounted(key: string, { kind, nlink }: NamespaceStat): boolean {
    const { countsLinks, countsOnce } = this.#rules;
    if (countsLinks || !(countsOnce || (kind !== 'dir' && nlink > 1))) return false;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  async #enter(step: Step, folder: Folder, steps: Step[]): Promise<void> {
    const { name, depth } = step;
    for (let at = folder.outer; at; at = at.outer) if (at.key === folder.key) return;
    steps.push({ ...step, folder });
    try {
      const entries = await list(this.#host, name);
      for (const entry of entries.reverse())
        steps.push({ name: join(name, entry.name), depth: depth + 1, outer: folder });
    } catch (error) {
      await this.fail(`cannot read directory ${quoted(name)}: ${reasonOf(error)}`);
    }
  }

  /** Counts what is complete, in the directory that contains it and in the total. */
  #leave({ name, depth, outer }: Step, { stat: found, own, below }: Folder): void {
    const { isApparent, isSeparate, showsFiles, mostDepth } = this.#rules;
    const isFolder = found.kind === 'dir';
    const size = isApparent ? found.size : sectorsOf(found) * 512;
    const itself = { size, inodes: 1 };
    const shown = { ...itself };
    add(shown, own);
    if (!isSeparate) add(shown, below);
    if (outer) {
      add(outer.below, own);
      add(outer.below, below);
      if (!(isSeparate && isFolder)) add(outer.own, itself);
    }
    add(this.total, itself);
    if (depth === 0 || (depth <= mostDepth && (isFolder || showsFiles)))
      if (this.#isLarge(shown)) this.show(shown, name);
  }

  #isLarge({ size, inodes }: Amount): boolean {
    const { threshold, countsInodes } = this.#rules;
    const amount = countsInodes ? inodes : size;
    return threshold < 0 ? amount <= -threshold : amount >= threshold;
  }

  show({ size, inodes }: Amount, name: string): void {
    const { sizes, countsInodes, end } = this.#rules;
    // Numbers of files have no unit but that of -h.
    const text = countsInodes
      ? sizeText(inodes, sizes.human === undefined ? BYTES : sizes)
      : sizeText(size, sizes);
    this.#out.text(`${text}\t${name}${end}`);
  }

  async fail(message: string): Promise<void> {
    this.status = 1;
    await this.#out.flush();
    await warn(this.#host, message);
  }
}
