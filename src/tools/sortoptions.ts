/** The options of sort(1). */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Host, ToolError } from './host.ts';
import { numberOf } from './numbers.ts';
import { choiceOf, type Given, misuse } from './options.ts';
import { inQuotes, quoted, quotedIfNeeded } from './quote.ts';
import { type Key, type Ordering, plainOrdering } from './sortkey.ts';
import { readAll, reasonOf } from './stdio.ts';

export interface SortRules {
  readonly keys: readonly Key[];
  /** The reverse of the whole, where keys are equal. */
  readonly isReverse: boolean;
  readonly isUnique: boolean;
  readonly isStable: boolean;
  readonly isMerge: boolean;
  readonly check: '' | 'diagnose-first' | 'quiet';
  readonly output: string | undefined;
  /** The byte between fields; -1 for blanks. */
  readonly tab: number;
  readonly end: number;
  /** Bytes of lines that are held. */
  readonly memory: number;
  readonly folder: string;
  readonly names: readonly string[];
}

const letters: Readonly<Record<string, keyof Ordering>> = {
  n: 'isNumeric',
  g: 'isGeneral',
  h: 'isHuman',
  M: 'isMonth',
  V: 'isVersion',
  R: 'isRandom',
  r: 'isReverse',
  f: 'isFolded',
  d: 'isDictionary',
  i: 'isPrintable',
};

const global: Readonly<Record<string, string>> = {
  'ignore-leading-blanks': 'b',
  'dictionary-order': 'd',
  'ignore-case': 'f',
  'general-numeric-sort': 'g',
  'ignore-nonprinting': 'i',
  'human-numeric-sort': 'h',
  'month-sort': 'M',
  'numeric-sort': 'n',
  'random-sort': 'R',
  reverse: 'r',
  'version-sort': 'V',
};

const kinds: Readonly<Record<string, string>> = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  random: 'R',
  version: 'V',
};

const specs = [
  'b|ignore-leading-blanks',
  'd|dictionary-order',
  'f|ignore-case',
  'g|general-numeric-sort',
  'i|ignore-nonprinting',
  'M|month-sort',
  'h|human-numeric-sort',
  'n|numeric-sort',
  'R|random-sort',
  'random-source=',
  'r|reverse',
  'sort=',
  'V|version-sort',
  'batch-size=',
  'c',
  'check=?',
  'C',
  'compress-program=',
  'debug',
  'files0-from=',
  'k|key=',
  'm|merge',
  'o|output=',
  's|stable',
  'S|buffer-size=',
  't|field-separator=',
  'T|temporary-directory=',
  'parallel=',
  'u|unique',
  'y=',
  'z|zero-terminated',
];

/** Half of what a line needs besides its bytes is small: this much is sorted at a time. */
const MEMORY = 48 << 20;
const LEAST_MEMORY = 1 << 16;

const fail = (message: string): never => {
  throw new ToolError(message, 2);
};

export async function sortOptions(host: Host): Promise<SortRules> {
  const { options, operands } = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    status: 2,
    options: specs,
  });
  const whole = plainOrdering();
  const keys: { key: Key; isPlain: boolean }[] = [];
  const state = {
    isUnique: false,
    isStable: false,
    isMerge: false,
    check: '' as SortRules['check'],
    output: undefined as string | undefined,
    tab: -1,
    end: 10,
    memory: MEMORY,
    folder: host.env['TMPDIR'] || '/tmp',
    list: undefined as string | undefined,
  };
  for (const given of options) {
    const { name, value } = given;
    const text = value ?? '';
    const letter =
      global[name] ??
      (name === 'sort'
        ? kinds[choiceOf(host.name, '--sort', text, Object.keys(kinds))]
        : undefined);
    if (letter === 'b') whole.skipsStart = whole.skipsEnd = true;
    else if (letter !== undefined) whole[letters[letter] as keyof Ordering] = true;
    else if (name === 'key') keys.push(keyOf(text));
    else await apply(host, given, state);
  }
  const { list, ...rest } = state;
  if (list !== undefined && operands[0] !== undefined)
    misuse(
      host.name,
      `extra operand ${quoted(operands[0])}\nfile operands cannot be combined with --files0-from`,
      2,
    );
  const names = list === undefined ? operands : await namesOf(host, list);
  const isPlainWhole = Object.values(whole).every((each) => !each);
  const { isReverse: _, ...withoutReverse } = whole;
  const resolved = keys.map(({ key, isPlain }) => (isPlain ? { ...key, ...whole } : key));
  const isKeyed = Object.values(withoutReverse).some((each) => each);
  if (resolved.length === 0 && !isPlainWhole && isKeyed)
    resolved.push({
      ...whole,
      fromField: 0,
      fromChar: 0,
      toField: Number.POSITIVE_INFINITY,
      toChar: 0,
    });
  for (const key of resolved.length > 0 ? resolved : [whole]) checkKinds(key);
  if (rest.check !== '') {
    const flag = rest.check === 'quiet' ? 'C' : 'c';
    if (names.length > 1)
      fail(`extra operand ${quoted(names[1] as string)} not allowed with -${flag}`);
    if (rest.output !== undefined) fail(`options '-${flag}o' are incompatible`);
  }
  return {
    ...rest,
    keys: resolved,
    isReverse: whole.isReverse,
    names: names.length > 0 ? names : ['-'],
  };
}

type State = {
  -readonly [K in keyof Omit<SortRules, 'keys' | 'isReverse' | 'names'>]: SortRules[K];
} & {
  list: string | undefined;
};

async function apply(host: Host, { name, value }: Given, state: State): Promise<void> {
  const text = value ?? '';
  const setCheck = (check: SortRules['check']): void => {
    if (state.check !== '' && state.check !== check) fail("options '-cC' are incompatible");
    state.check = check;
  };
  if (name === 'c') setCheck('diagnose-first');
  else if (name === 'check') setCheck(checkOf(host, value));
  else if (name === 'C') setCheck('quiet');
  else if (name === 'unique') state.isUnique = true;
  else if (name === 'stable') state.isStable = true;
  else if (name === 'merge') state.isMerge = true;
  else if (name === 'zero-terminated') state.end = 0;
  else if (name === 'temporary-directory') state.folder = text;
  else if (name === 'files0-from') state.list = text;
  else if (name === 'field-separator') setTab(state, text);
  else if (name === 'buffer-size') state.memory = memoryOf(text);
  else if (name === 'output') {
    if (state.output !== undefined && state.output !== text)
      fail('multiple output files specified');
    state.output = text;
  } else if (name === 'parallel') numberOf(text, { of: '--parallel argument', status: 2 });
  else if (name === 'batch-size') numberOf(text, { of: '--batch-size argument', status: 2 });
  else if (name === 'debug' || name === 'random-source') fail(`--${name} is not supported here`);
  // A program that compresses the files in between changes nothing of the result, and neither does -y.
}

function checkOf(host: Host, value: string | undefined): SortRules['check'] {
  if (value === undefined) return 'diagnose-first';
  const choice = choiceOf(host.name, '--check', value, ['quiet', 'silent', 'diagnose-first']);
  return choice === 'diagnose-first' ? choice : 'quiet';
}

function setTab(state: State, text: string): void {
  const bytes = bytesOf(text);
  if (bytes.length === 0) fail('empty tab');
  if (bytes.length > 1 && text !== '\\0') fail(`multi-character tab ${inQuotes(text)}`);
  const tab = text === '\\0' ? 0 : (bytes[0] as number);
  if (state.tab >= 0 && state.tab !== tab) fail('incompatible tabs');
  state.tab = tab;
}

/** Kilobytes where no unit is given; a share of the memory is the usual amount. */
function memoryOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(.*)$/s.exec(text) ?? [];
  if (digits === '' || !/^(|%|b|[kKMGTPEZY](i?B)?)$/.test(unit))
    return fail(
      digits === ''
        ? `invalid -S argument ${quoted(text)}`
        : `invalid suffix in -S argument ${quoted(text)}`,
    );
  if (unit === '%') return MEMORY;
  const power = 'KMGTPEZY'.indexOf((unit[0] ?? 'K').toUpperCase()) + 1;
  const bytes = unit === 'b' ? Number(digits) : Number(digits) * 1024 ** power;
  return Math.min(MEMORY, Math.max(LEAST_MEMORY, bytes));
}

async function namesOf(host: Host, list: string): Promise<readonly string[]> {
  const file =
    list === '-'
      ? undefined
      : await host.open(list, OPEN.read).catch((error: unknown) => {
          throw new ToolError(`open failed: ${quotedIfNeeded(list)}: ${reasonOf(error)}`, 2);
        });
  try {
    const names = textOf(await readAll(file ?? host.stdin)).split('\0');
    if (names.at(-1) === '') names.pop();
    if (names.length === 0) fail(`no input from ${quoted(list)}`);
    const empty = names.indexOf('');
    if (empty >= 0) fail(`${quotedIfNeeded(list)}:${empty + 1}: invalid zero-length file name`);
    return names;
  } finally {
    await file?.close();
  }
}

/** `POS1[,POS2]`, each `F[.C][OPTS]`. */
function keyOf(text: string): { key: Key; isPlain: boolean } {
  let rest = text;
  const bad = (message: string, at = text): never =>
    fail(`${message}: invalid field specification ${inQuotes(at)}`);
  const number = (message: string): number => {
    const digits = /^\d+/.exec(rest)?.[0];
    if (digits === undefined)
      return fail(`${message}: invalid count at start of ${inQuotes(rest)}`);
    rest = rest.slice(digits.length);
    return Number(digits);
  };
  const ordering = plainOrdering();
  const options = (isEnd: boolean): void => {
    for (; rest !== ''; rest = rest.slice(1)) {
      const letter = rest[0] as string;
      if (letter === 'b') {
        if (isEnd) ordering.skipsEnd = true;
        else ordering.skipsStart = true;
      } else if (Object.hasOwn(letters, letter)) ordering[letters[letter] as keyof Ordering] = true;
      else return;
    }
  };
  const fromField = number('invalid number at field start') - 1;
  if (fromField < 0) bad('field number is zero');
  let fromChar = 0;
  if (rest.startsWith('.')) {
    rest = rest.slice(1);
    fromChar = number("invalid number after '.'") - 1;
    if (fromChar < 0) bad('character offset is zero');
  }
  options(false);
  let toField = Number.POSITIVE_INFINITY;
  let toChar = 0;
  if (rest.startsWith(',')) {
    rest = rest.slice(1);
    toField = number("invalid number after ','") - 1;
    if (toField < 0) bad('field number is zero');
    if (rest.startsWith('.')) {
      rest = rest.slice(1);
      toChar = number("invalid number after '.'");
    }
    options(true);
  }
  if (rest !== '') bad('stray character in field spec');
  const isPlain = Object.values(ordering).every((each) => !each);
  return { key: { ...ordering, fromField, fromChar, toField, toChar }, isPlain };
}

/** Kinds of order that exclude one another. */
function checkKinds(key: Ordering): void {
  const ignores = key.isDictionary || key.isPrintable;
  const kinds = [
    key.isNumeric,
    key.isGeneral,
    key.isHuman,
    key.isMonth,
    key.isVersion || key.isRandom || ignores,
  ];
  if (kinds.filter((each) => each).length < 2) return;
  const shown = [...'dfghiMnRrV'].filter(
    (letter) =>
      letter !== 'r' &&
      !(letter === 'i' && key.isDictionary) &&
      key[letters[letter] as keyof Ordering],
  );
  fail(`options '-${shown.join('')}' are incompatible`);
}
