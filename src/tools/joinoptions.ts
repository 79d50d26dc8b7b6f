/** The options of join(1). */
import { bytesOf } from '../kernel/rawtext.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';

/** A field of the output: of the first file, of the second one, or the join field. */
export interface FieldSpec {
  readonly file: 0 | 1 | 2;
  /** From 0. */
  readonly field: number;
}

export interface JoinRules {
  readonly names: readonly [string, string];
  /** The join fields of both files, from 0. */
  readonly fields: readonly [number, number];
  /** The separator; undefined for blanks, -1 where a line is one field. */
  readonly separator: number | undefined;
  readonly end: number;
  readonly ignoreCase: boolean;
  readonly showsPairs: boolean;
  readonly showsUnpaired: readonly [boolean, boolean];
  readonly empty: Uint8Array | undefined;
  /** `auto` for as many fields as the first lines have. */
  readonly format: readonly FieldSpec[] | 'auto' | undefined;
  readonly order: 'check' | 'warn' | 'ignore';
  readonly hasHeader: boolean;
}

const options = [
  'a=',
  'v=',
  'e=',
  'i|ignore-case',
  'j=',
  '1=',
  '2=',
  'o=',
  't=',
  'z|zero-terminated',
];

export function joinRules(host: Host): JoinRules {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE1 FILE2',
    options: [...options, 'check-order', 'nocheck-order', 'header'],
  });
  const unpaired = new Set<string>();
  for (const { name, value = '' } of flags.options) {
    if (name !== 'a' && name !== 'v') continue;
    if (value !== '1' && value !== '2') fail(`invalid field number: ${inQuotes(value)}`);
    unpaired.add(value);
  }
  const fields = fieldsOf(flags);
  const separator = separatorOf(flags);
  const empties = flags.options.filter(({ name }) => name === 'e').map(({ value = '' }) => value);
  if (new Set(empties).size > 1) fail('conflicting empty-field replacement strings');
  const { names, specs } = operandsOf(host, flags);
  const order = flags.last('check-order', 'nocheck-order');
  return {
    names,
    fields,
    separator,
    end: flags.has('zero-terminated') ? 0 : 10,
    ignoreCase: flags.has('ignore-case'),
    showsPairs: !flags.has('v'),
    showsUnpaired: [unpaired.has('1'), unpaired.has('2')],
    empty: empties[0] === undefined ? undefined : bytesOf(empties[0]),
    format: formatOf(specs),
    order: order === undefined ? 'warn' : order === 'check-order' ? 'check' : 'ignore',
    hasHeader: flags.has('header'),
  };
}

const fail = (message: string): never => {
  throw new ToolError(message);
};

/** The number of a field, from 0. */
function numberOf(text: string): number {
  if (!/^[ \t\n]*\+?\d+$/.test(text) || Number(text) === 0)
    fail(`invalid field number: ${inQuotes(text)}`);
  return Number(text) - 1;
}

function fieldsOf({ options: given }: Flags): [number, number] {
  const fields: (number | undefined)[] = [undefined, undefined];
  const isOfBoth = ({ name }: (typeof given)[number]): boolean => name === 'j';
  // What -j says is taken last.
  const ordered = [...given.filter((each) => !isOfBoth(each)), ...given.filter(isOfBoth)];
  for (const { name, value = '' } of ordered) {
    const files = name === 'j' ? [0, 1] : name === '1' ? [0] : name === '2' ? [1] : [];
    for (const file of files) {
      const field = numberOf(value);
      const before = fields[file];
      if (before !== undefined && before !== field)
        fail(`incompatible join fields ${before + 1}, ${field + 1}`);
      fields[file] = field;
    }
  }
  return [fields[0] ?? 0, fields[1] ?? 0];
}

function separatorOf({ options: given }: Flags): number | undefined {
  let separator: number | undefined;
  for (const { name, value = '' } of given) {
    if (name !== 't') continue;
    const bytes = bytesOf(value === '\\0' ? '\0' : value);
    if (bytes.length > 1) fail(`multi-character tab ${inQuotes(value)}`);
    const byte = bytes[0] ?? -1;
    if (separator !== undefined && separator !== byte) fail('incompatible tabs');
    separator = byte;
  }
  return separator;
}

/** The names of both files. Fields of the output may be written as operands behind `-o`. */
function operandsOf(
  { name: tool }: Host,
  { options: given, operands }: Flags,
): { readonly names: [string, string]; readonly specs: readonly string[] } {
  const specs = given.filter(({ name }) => name === 'o').map(({ value = '' }) => value);
  const more = specs.length > 0 ? operands.slice(0, Math.max(0, operands.length - 2)) : [];
  const isSpec = (text: string): boolean => /^[012.\d, \t]+$/.test(text);
  const names = more.every(isSpec) ? operands.slice(more.length) : operands;
  const [first, second, extra] = names;
  if (first === undefined) return misuse(tool, 'missing operand');
  if (second === undefined) return misuse(tool, `missing operand after ${inQuotes(first)}`);
  if (extra !== undefined) return misuse(tool, `extra operand ${quoted(extra)}`);
  if (first === '-' && second === '-') return fail('both files cannot be standard input');
  return { names: [first, second], specs: names === operands ? specs : [...specs, ...more] };
}

function formatOf(specs: readonly string[]): JoinRules['format'] {
  const lists = specs.filter((each) => each !== 'auto');
  if (lists.length === 0) return specs.length > 0 ? 'auto' : undefined;
  return lists.flatMap((list) => list.split(/[, \t]/)).map(specOf);
}

function specOf(text: string): FieldSpec {
  const file = text[0];
  if (file !== '0' && file !== '1' && file !== '2')
    fail(`invalid file number in field spec: ${inQuotes(text)}`);
  if (text === '0') return { file: 0, field: 0 };
  if (file === '0' || text[1] !== '.') fail(`invalid field specifier: ${inQuotes(text)}`);
  return { file: file === '1' ? 1 : 2, field: numberOf(text.slice(2)) };
}
