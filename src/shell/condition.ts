/** `[[ … ]]`, and the operators that `[ … ]` has too (bash(1) "CONDITIONAL EXPRESSIONS"). */
import { decimal } from './arguments.ts';
import type { Expander } from './expand.ts';
import { ExpansionError, ShellError } from './failure.ts';
import { joinPieces, type Piece, patternIn } from './fields.ts';
import { matches } from './pattern.ts';
import { matchRegexp } from './regexp.ts';
import type { Condition } from './syntax/tree.ts';
import { absolute } from './sys.ts';

/** Tells what is tested, with its operands expanded. */
type Show = (text: string) => Promise<void>;

/** Evaluates `[[ … ]]`. Returns 0 where it is true, 1 where it is false, and 2 after a mistake in a regular expression. */
export async function conditional(
  node: Condition,
  expander: Expander,
  show: Show,
): Promise<number> {
  switch (node.type) {
    case 'And':
      return (
        (await conditional(node.left, expander, show)) || conditional(node.right, expander, show)
      );
    case 'Or':
      return (
        (await conditional(node.left, expander, show)) && conditional(node.right, expander, show)
      );
    case 'Group':
      return conditional(node.condition, expander, show);
    case 'Not': {
      const inverted: Show = (text) => show(`! ${text}`);
      return (await conditional(node.condition, expander, inverted)) === 0 ? 1 : 0;
    }
    case 'Word':
    case 'Unary': {
      const operator = node.type === 'Word' ? '-n' : node.operator;
      const operand = await expander.text(node.word);
      await show(`${operator} ${operand || "''"}`);
      return (await unary(operator, operand, expander)) ? 0 : 1;
    }
    case 'Binary':
      return compared(node, expander, show);
  }
}

async function compared(
  { operator, left: leftWord, right: rightWord }: Extract<Condition, { type: 'Binary' }>,
  expander: Expander,
  show: Show,
): Promise<number> {
  const { state } = expander;
  const left = await expander.text(leftWord);
  const pieces = await expander.pieces(rightWord.parts, false);
  const isPattern = ['=', '==', '!=', '=~'].includes(operator);
  await show(`${left || "''"} ${operator} ${shownOperand(pieces, isPattern) || "''"}`);
  if (operator === '=~') return matchRegexp(left, pieces, state);
  if (isPattern) {
    const same = matches(patternIn(pieces), left, {
      ignoresCase: state.shopt.has('nocasematch'),
      isExtended: true,
    });
    return same === (operator !== '!=') ? 0 : 1;
  }
  const right = joinPieces(pieces);
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) {
    try {
      const values = [await expander.evaluate(left), await expander.evaluate(right)] as const;
      return compare(operator, ...values) ? 0 : 1;
    } catch (error) {
      if (error instanceof ShellError && !(error instanceof ExpansionError))
        throw new ShellError(`[[: ${error.message}`, error.status);
      throw error;
    }
  }
  return (await binary(operator, left, right, expander)) ? 0 : 1;
}

/** Of a pattern each character that is quoted has a backslash. */
const shownOperand = (pieces: readonly Piece[], isPattern: boolean): string =>
  pieces
    .map(({ text, quoted }) => (isPattern && quoted ? text.replace(/[\s\S]/gu, '\\$&') : text))
    .join('');

export const isBinary = (word: string): boolean =>
  /^(=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/.test(word);

/** Of `[ … ]`, where no operand is a pattern or an expression. */
export async function binaryWords(
  operator: string,
  left: string,
  right: string,
  expander: Expander,
  toInteger = integer,
): Promise<boolean> {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator))
    return compare(operator, toInteger(left), toInteger(right));
  return binary(operator, left, right, expander);
}

function integer(text: string): bigint {
  const value = decimal(text);
  if (value === undefined) throw new ShellError(`${text}: integer expression expected`, 2);
  return value;
}

function compare(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

async function binary(
  operator: string,
  left: string,
  right: string,
  { host, state }: Expander,
): Promise<boolean> {
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  const [a, b] = await Promise.all(
    [left, right].map((path) => host.sys.stat(absolute(state.cwd, path))),
  );
  if (operator === '-ef') return a !== undefined && a.dev === b?.dev && a.ino === b.ino;
  const [older, newer] = operator === '-nt' ? [b, a] : [a, b];
  return newer !== undefined && (older === undefined || older.mtime < newer.mtime);
}

/** Of `-v`: a variable, or an element of an array. */
async function isSet(operand: string, expander: Expander): Promise<boolean> {
  const { state } = expander;
  const [, name, subscript] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(operand) ?? [];
  if (name === undefined || subscript === undefined) return expander.value(operand) !== undefined;
  if (subscript === '@' || subscript === '*') return state.elements(name).length > 0;
  const value = state.element(name, await expander.subscript(name, subscript));
  await expander.warn();
  return value !== undefined;
}

export async function unary(
  operator: string,
  operand: string,
  expander: Expander,
): Promise<boolean> {
  const { host, state } = expander;
  if (operator === '-z') return operand === '';
  if (operator === '-n') return operand !== '';
  if (operator === '-v') return isSet(operand, expander);
  if (operator === '-R') return state.referenceOf(operand) !== undefined;
  if (operator === '-o') return state.options.has(operand);
  if (operator === '-t') return host.isTerminal(Number(operand));
  const follow = operator !== '-h' && operator !== '-L';
  const stat = operand === '' ? undefined : await host.stat(absolute(state.cwd, operand), follow);
  // What has no version is a stream: a device, or a pipe.
  const isStream = stat?.kind === 'file' && stat.version === '' && operand.startsWith('/dev/');
  switch (operator) {
    case '-e':
    case '-a':
    case '-r':
    case '-w':
      return stat !== undefined;
    case '-f':
      return stat?.kind === 'file' && !isStream;
    case '-d':
      return stat?.kind === 'dir';
    case '-h':
    case '-L':
      return stat?.kind === 'symlink';
    case '-s':
      // A directory has a size on Debian.
      return stat?.kind === 'dir' || (stat?.size ?? 0) > 0;
    case '-x':
      return (
        stat !== undefined &&
        (stat.kind === 'dir' ||
          ((stat.mode ?? 0) & 0o111) !== 0 ||
          (await host.isExecutable(absolute(state.cwd, operand))))
      );
    case '-c':
      return isStream && !(await host.isPipe(operand));
    case '-p':
      return host.isPipe(operand);
    case '-b':
    case '-S':
    case '-g':
    case '-k':
    case '-u':
      return false;
    case '-G':
    case '-O':
    case '-N':
      return stat !== undefined;
    default:
      throw new ShellError(`${operator}: unary operator expected`, 2);
  }
}
