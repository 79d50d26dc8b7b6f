/** The tests of find(1) that compare names with patterns of the shell and with regular expressions. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { globRegex } from '../globs.ts';
import { inQuotes } from '../quote.ts';
import { compile, type Regex, RegexError, type Rules } from '../regex/index.ts';
import { warn } from '../stdio.ts';
import type { Words } from './arguments.ts';
import type { Test } from './expression.ts';
import type { Found } from './found.ts';

type Part = (found: Found) => string | undefined | Promise<string | undefined>;

/** A pattern that is none matches nothing. */
function globOf(pattern: string, ignoreCase: boolean): Regex | undefined {
  try {
    return globRegex(pattern, ignoreCase);
  } catch (error) {
    if (error instanceof RegexError) return undefined;
    throw error;
  }
}

const matches = (regex: Regex, text: string): boolean => regex.endOfAny(bytesOf(text)) >= 0;

function globTest(pattern: string, ignoreCase: boolean, part: Part): Test {
  const regex = globOf(pattern, ignoreCase);
  return async (found) => {
    const text = regex && (await part(found));
    return text !== undefined && matches(regex as Regex, text);
  };
}

const nameTest =
  (ignoreCase: boolean) =>
  async (words: Words): Promise<Test> => {
    const pattern = words.argument();
    const { search, name } = words;
    if (search.warns && pattern.includes('/') && !/^\/+$/.test(pattern))
      await warn(
        search.host,
        `warning: ‘${name}’ matches against basenames only, but the given pattern contains a directory separator (‘/’), thus the expression will evaluate to false all the time.  Did you mean ‘${ignoreCase ? '-iwholename' : '-wholename'}’?`,
      );
    const regex = globOf(pattern, ignoreCase);
    return (found) => regex !== undefined && matches(regex, found.name);
  };

const pathTest =
  (ignoreCase: boolean) =>
  async (words: Words): Promise<Test> => {
    const pattern = words.argument();
    const { search, name } = words;
    if (pattern.endsWith('/') && pattern !== '/')
      await warn(
        search.host,
        `warning: ${name} ${pattern} will not match anything because it ends with /.`,
      );
    return globTest(pattern, ignoreCase, ({ path }) => path);
  };

const linkTest =
  (ignoreCase: boolean) =>
  (words: Words): Test =>
    globTest(words.argument(), ignoreCase, (found) => found.target());

/** Emacs's expressions in POSIX's extended form: groups and alternatives are escaped, and there are no intervals. */
function fromEmacs(text: string): string {
  const parts = text.match(/\\.?|\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]|./gsu) ?? [];
  return parts
    .map((part, i) => {
      const [before, after] = [parts[i - 1], parts[i + 1]];
      if (/^\\[()|]$/.test(part)) return part.slice(1);
      if (/^[(){}|]$/.test(part)) return `\\${part}`;
      const isStart = before === undefined || before === '\\(' || before === '\\|';
      if (part === '^' && !isStart) return '\\^';
      if (/^[*+?]$/.test(part) && isStart) return `\\${part}`;
      const isEnd = after === undefined || after === '\\)' || after === '\\|';
      return part === '$' && !isEnd ? '\\$' : part;
    })
    .join('');
}

type Dialect = { readonly rules: Rules; readonly read?: (text: string) => string };

const BASIC: Dialect = { rules: { syntax: 'bre' } };
const EXTENDED: Dialect = { rules: { syntax: 'ere' } };
const LENIENT: Dialect = { rules: { syntax: 'ere', lenient: true } };
const AWK: Dialect = { rules: { syntax: 'ere', awk: true } };
const EMACS: Dialect = { rules: { syntax: 'ere' }, read: fromEmacs };

/** In the order in which find lists them. */
const dialects: Readonly<Record<string, Dialect>> = {
  'findutils-default': EMACS,
  ed: BASIC,
  emacs: EMACS,
  'gnu-awk': AWK,
  grep: { rules: { syntax: 'bre', lenient: true } },
  'posix-awk': AWK,
  awk: AWK,
  'posix-basic': BASIC,
  'posix-egrep': LENIENT,
  egrep: LENIENT,
  'posix-extended': EXTENDED,
  'posix-minimal-basic': BASIC,
  sed: BASIC,
};

const regexTest =
  (ignoreCase: boolean) =>
  (words: Words): Test => {
    const source = words.argument();
    const { rules, read } = dialects[words.search.regexType] as Dialect;
    try {
      const regex = compile(read ? read(source) : source, { ...rules, ignoreCase, whole: 'line' });
      return ({ path }) => matches(regex, path);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return words.fail(`failed to compile regular expression '${source}': ${error.message}`);
    }
  };

const regexType = (words: Words): Test => {
  const name = words.argument();
  if (!Object.hasOwn(dialects, name)) {
    const known = Object.keys(dialects).map((each) => inQuotes(each));
    words.fail(
      `Unknown regular expression type ${inQuotes(name)}; valid types are ${known.join(', ')}.`,
    );
  }
  words.search.regexType = name;
  return () => true;
};

export const nameTests = {
  '-name': nameTest(false),
  '-iname': nameTest(true),
  '-path': pathTest(false),
  '-wholename': pathTest(false),
  '-ipath': pathTest(true),
  '-iwholename': pathTest(true),
  '-lname': linkTest(false),
  '-ilname': linkTest(true),
  '-regex': regexTest(false),
  '-iregex': regexTest(true),
  '-regextype': regexType,
} as const;
