/** uniq(1): lines that follow their equals are left out, counted or grouped. */
import { OPEN } from '../kernel/operations.ts';
import { closing, writeError } from './closing.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Sink, type Source, type Tool, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { numberOf } from './numbers.ts';
import { choiceOf, misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { isBlank } from './sortkey.ts';
import { Output, reasonOf } from './stdio.ts';

type Group = 'none' | 'prepend' | 'append' | 'separate' | 'both';

interface Rules {
  skipFields: number;
  skipChars: number;
  most: number;
  isFolded: boolean;
  isCounted: boolean;
  /** Lines that have no equals. */
  isUniqueShown: boolean;
  isFirstShown: boolean;
  isLaterShown: boolean;
  /** What stands between groups of repeated lines. */
  delimit: 'none' | 'prepend' | 'separate';
  group: Group;
  end: number;
}

export const uniq: Tool = async (host) => {
  const { rules, operands } = rulesOf(host);
  const [input = '-', output = '-', extra] = operands;
  if (extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`);
  const open = (name: string, flags: number) =>
    host.open(name, flags).catch((error: unknown) => {
      throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    });
  const from = input === '-' ? undefined : await open(input, OPEN.read).catch(asRead);
  const source: Source = from ?? host.stdin;
  const compare = (sink: Sink): Promise<void> =>
    rules.isUniqueShown && rules.isFirstShown && !rules.isCounted && !rules.isLaterShown
      ? firsts(host, source, sink, rules)
      : repeats(host, source, sink, rules);
  try {
    if (output === '-') await compare(host.stdout);
    else {
      const to = await open(output, OPEN.write | OPEN.create | OPEN.truncate);
      await closing(to, () => compare(to), writeError());
    }
  } finally {
    await from?.close();
  }
  return 0;
};

/** A directory can be opened, and not be read. */
const asRead = (error: unknown): never => {
  const isDirectory = error instanceof ToolError && error.message.endsWith('Is a directory');
  throw isDirectory
    ? new ToolError(`error reading '${(error as Error).message.replace(/: Is a directory$/, '')}'`)
    : error;
};

function rulesOf(host: Host): { rules: Rules; operands: readonly string[] } {
  const { options, operands } = flagsOf(
    { ...host, args: oldForm(host.args) },
    {
      usage: '[OPTION]... [INPUT [OUTPUT]]',
      options: [
        'c|count',
        'd|repeated',
        'D',
        'all-repeated=?',
        'f|skip-fields=',
        'group=?',
        'i|ignore-case',
        's|skip-chars=',
        'u|unique',
        'w|check-chars=',
        'z|zero-terminated',
      ],
    },
  );
  const rules: Rules = {
    skipFields: 0,
    skipChars: 0,
    most: Number.POSITIVE_INFINITY,
    isFolded: false,
    isCounted: false,
    isUniqueShown: true,
    isFirstShown: true,
    isLaterShown: false,
    delimit: 'none',
    group: 'none',
    end: 10,
  };
  let isFiltered = false;
  const size = (text: string, of: string): number =>
    /^\d{19,}$/.test(text) ? Number.POSITIVE_INFINITY : sizeOf(text, of);
  for (const { name, value } of options) {
    const text = value ?? '';
    if (['count', 'repeated', 'D', 'all-repeated', 'unique'].includes(name)) isFiltered = true;
    if (name === 'count') rules.isCounted = true;
    else if (name === 'repeated') rules.isUniqueShown = false;
    else if (name === 'D' || name === 'all-repeated') {
      rules.isUniqueShown = false;
      rules.isLaterShown = true;
      if (value)
        rules.delimit = choiceOf(host.name, '--all-repeated', value, [
          'none',
          'prepend',
          'separate',
        ]);
      else rules.delimit = 'none';
    } else if (name === 'unique') rules.isFirstShown = false;
    else if (name === 'group')
      rules.group =
        value === undefined
          ? 'separate'
          : choiceOf(host.name, '--group', value, ['prepend', 'append', 'separate', 'both']);
    else if (name === 'ignore-case') rules.isFolded = true;
    else if (name === 'zero-terminated') rules.end = 0;
    else if (name === 'skip-fields') rules.skipFields = size(text, 'number of fields to skip');
    else if (name === 'skip-chars') rules.skipChars = size(text, 'number of bytes to skip');
    else rules.most = size(text, 'number of bytes to compare');
  }
  if (rules.group !== 'none' && isFiltered)
    misuse(host.name, '--group is mutually exclusive with -c/-d/-D/-u');
  if (rules.isCounted && rules.isLaterShown)
    misuse(host.name, 'printing all duplicated lines and repeat counts is meaningless');
  return { rules, operands };
}

function sizeOf(text: string, of: string): number {
  try {
    return numberOf(text, { of });
  } catch {
    throw new ToolError(`${text}: invalid ${of}`);
  }
}

const TAKES_VALUE = /^(-[^-]*[fsw]|--skip-fields|--skip-chars|--check-chars)$/;

/** `-3` skips three fields. */
const oldForm = (args: readonly string[]): string[] =>
  args.map((word, i) =>
    /^-\d+$/.test(word) && !TAKES_VALUE.test(args[i - 1] ?? '') ? `-f${word.slice(1)}` : word,
  );

/** Where the part of a line that is compared begins. */
function fieldStart(line: Uint8Array, { skipFields, skipChars }: Rules): number {
  let at = 0;
  for (let field = 0; field < skipFields && at < line.length; field++) {
    while (at < line.length && isBlank(line[at])) at++;
    while (at < line.length && !isBlank(line[at])) at++;
  }
  return Math.min(line.length, at + skipChars);
}

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

function isEqual(a: Uint8Array, b: Uint8Array, rules: Rules): boolean {
  const isPart = rules.skipFields > 0 || rules.skipChars > 0;
  const aFrom = isPart ? fieldStart(a, rules) : 0;
  const bFrom = isPart ? fieldStart(b, rules) : 0;
  const length = Math.min(rules.most, a.length - aFrom);
  if (length !== Math.min(rules.most, b.length - bFrom)) return false;
  for (let i = 0; i < length; i++) {
    const one = a[aFrom + i] as number;
    const other = b[bFrom + i] as number;
    if (one !== other && !(rules.isFolded && lower(one) === lower(other))) return false;
  }
  return true;
}

async function firsts(host: Host, source: Source, sink: Sink, rules: Rules): Promise<void> {
  const { group, end } = rules;
  const out = new Output(sink);
  const lines = new Lines(source, end);
  let before: Uint8Array | undefined;
  while (lines.step() || (await turn(host, out, lines))) {
    const { line } = lines;
    const isNew = before === undefined || !isEqual(line, before, rules);
    const isApart = group === 'append' || group === 'separate';
    if (isNew && (group === 'prepend' || group === 'both' || (isApart && before !== undefined)))
      out.byte(end);
    if (!isNew && group === 'none') continue;
    out.bytes(line);
    out.byte(end);
    before = line;
  }
  if ((group === 'both' || group === 'append') && before !== undefined) out.byte(end);
  await out.flush();
}

/** Hands on what there is, and goes to the next block. */
async function turn(host: Host, out: Output, lines: Lines): Promise<boolean> {
  await out.flush();
  await host.checkpoint();
  return lines.next();
}

async function repeats(host: Host, source: Source, sink: Sink, rules: Rules): Promise<void> {
  const { end, delimit } = rules;
  const out = new Output(sink);
  const lines = new Lines(source, end);
  const write = (line: Uint8Array, isMatch: boolean, count: number): void => {
    const isShown =
      count === 0 ? rules.isUniqueShown : isMatch ? rules.isLaterShown : rules.isFirstShown;
    if (!isShown) return;
    if (rules.isCounted) out.text(`${String(count + 1).padStart(7)} `);
    out.bytes(line);
    out.byte(end);
  };
  let before: Uint8Array | undefined;
  let count = 0;
  let isFirst = true;
  while (lines.step() || (await turn(host, out, lines))) {
    const { line } = lines;
    if (before === undefined) {
      before = line;
      continue;
    }
    const isMatch = isEqual(line, before, rules);
    if (isMatch) count++;
    if (!isMatch && count > 0) isFirst = false;
    if (isMatch && count === 1 && (delimit === 'prepend' || (delimit === 'separate' && !isFirst)))
      out.byte(end);
    if (isMatch && !rules.isLaterShown) continue;
    write(before, isMatch, count);
    before = line;
    if (!isMatch) count = 0;
  }
  if (before !== undefined) write(before, false, count);
  await out.flush();
}
