/** cut(1). In C.UTF-8 Debian's -c counts bytes, as -b does. */
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Tool, ToolError } from './host.ts';
import { filterLines, type Output } from './stdio.ts';

const HINT = "Try 'cut --help' for more information.";

/** Positions from 1, in order, none of which touch. */
type Ranges = readonly (readonly [from: number, to: number])[];

export const cut: Tool = async (host) => {
  const { options, operands, has, value } = flagsOf(host, {
    usage: 'OPTION... [FILE]...',
    options: [
      'b|bytes=',
      'c|characters=',
      'd|delimiter=',
      'f|fields=',
      'n',
      's|only-delimited',
      'z|zero-terminated',
      'complement',
      'output-delimiter=',
    ],
  });
  const lists = options.filter(({ name }) => ['bytes', 'characters', 'fields'].includes(name));
  const [list = fail('you must specify a list of bytes, characters, or fields'), ...more] = lists;
  if (more.length > 0) fail('only one list may be specified');
  const isFields = list.name === 'fields';
  const delimiter = bytesOf(value('delimiter') ?? '\t');
  if (delimiter.length > 1) fail('the delimiter must be a single character');
  if (has('delimiter') && !isFields)
    fail('an input delimiter may be specified only when operating on fields');
  if (has('only-delimited') && !isFields)
    fail('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
  const ranges = rangesOf(list.value ?? '', isFields ? 'fields' : 'bytes');
  const chosen = has('complement') ? complement(ranges) : ranges;
  const end = has('zero-terminated') ? 0 : 10;
  // An empty one stands for NUL.
  const given = value('output-delimiter');
  const between = given === undefined ? undefined : bytesOf(given || '\0');
  const change = isFields
    ? fields(chosen, delimiter[0] ?? 0, {
        between: between ?? delimiter,
        onlyDelimited: has('only-delimited'),
        end,
      })
    : bytes(chosen, between, end);
  return filterLines(host, operands, change, end);
};

const words = {
  fields: { value: 'field value', range: 'field range', many: 'fields', number: 'field number' },
  bytes: {
    value: 'byte/character position',
    range: 'byte or character range',
    many: 'byte/character positions',
    number: 'byte/character offset',
  },
} as const;

const fail = (message: string): never => {
  throw new ToolError(`${message}\n${HINT}`);
};

/** Of a list as `1,3-5,7-`. */
function rangesOf(list: string, kind: keyof typeof words): Ranges {
  const { value, range, many, number } = words[kind];
  const position = (digits: string): number => {
    if (BigInt(digits) >= 1n << 64n || Number(digits) === 2 ** 64)
      fail(`${number} ‘${digits}’ is too large`);
    return Number(digits) || fail(`${many} are numbered from 1`);
  };
  const found: [number, number][] = [];
  let at = 0;
  for (const item of list.split(/[, \t]/)) {
    const [plain = '', first = '', dash = '', last = ''] = /^(\d*)(-?)(\d*)/.exec(item) ?? [];
    if (plain.length < item.length)
      fail(
        item[plain.length] === '-'
          ? `invalid ${range}`
          : `invalid ${value} ‘${list.slice(at + plain.length)}’`,
      );
    if (item === '') fail(`${many} are numbered from 1`);
    if (item === '-') fail('invalid range with no endpoint: -');
    const from = first === '' ? 1 : position(first);
    const to = dash === '' ? from : last === '' ? Number.POSITIVE_INFINITY : Number(last);
    if (to < from) fail('invalid decreasing range');
    found.push([from, to]);
    at += item.length + 1;
  }
  found.sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [from, to] of found) {
    const before = merged.at(-1);
    // Those that only touch stay apart: a delimiter of the output stands between them.
    if (before && from <= before[1]) before[1] = Math.max(before[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function complement(ranges: Ranges): Ranges {
  const out: [number, number][] = [];
  let next = 1;
  for (const [from, to] of ranges) {
    if (from > next) out.push([next, from - 1]);
    next = to + 1;
  }
  if (next !== Number.POSITIVE_INFINITY) out.push([next, Number.POSITIVE_INFINITY]);
  return out;
}

type Change = (line: Uint8Array, isWhole: boolean, out: Output) => void;

const bytes =
  (ranges: Ranges, between: Uint8Array | undefined, end: number): Change =>
  (line, _isWhole, out) => {
    let isFirst = true;
    for (const [from, to] of ranges) {
      if (from > line.length) break;
      if (!isFirst && between) out.bytes(between);
      isFirst = false;
      out.bytes(line.subarray(from - 1, Math.min(to, line.length)));
    }
    out.byte(end);
  };

interface FieldRules {
  readonly between: Uint8Array;
  readonly onlyDelimited: boolean;
  readonly end: number;
}

const fields =
  (ranges: Ranges, delimiter: number, { between, onlyDelimited, end }: FieldRules): Change =>
  (line, _isWhole, out) => {
    const first = line.indexOf(delimiter);
    if (first < 0) {
      if (onlyDelimited) return;
      out.bytes(line);
      out.byte(end);
      return;
    }
    let field = 1;
    let at = 0;
    let isFirst = true;
    let next = first;
    for (const [from, to] of ranges) {
      for (; at <= line.length && field <= to; field++) {
        const stop = next < 0 ? line.length : next;
        if (field >= from) {
          if (!isFirst) out.bytes(between);
          isFirst = false;
          out.bytes(line.subarray(at, stop));
        }
        at = stop + 1;
        next = at > line.length ? -1 : line.indexOf(delimiter, at);
      }
    }
    out.byte(end);
  };
