/**
 * Expansion of words in the shell's order: braces, tildes, parameters, commands, arithmetic; then fields
 * are split, names are matched, quotes go (bash(1) "EXPANSION").
 */
import { type ArithHost, evaluate, parseExpression } from './arith.ts';
import { expandBraces } from './braces.ts';
import { unescaped } from './escapes.ts';
import { append, joinPieces, type Piece, separator, splitFields } from './fields.ts';
import {
  compile,
  hasPattern,
  matches,
  patternSource,
  quotePattern,
  unquotePattern,
} from './pattern.ts';
import { quoteWord } from './quote.ts';
import { ShellError, type State } from './state.ts';
import {
  type Arithmetic,
  type Of,
  type Operation,
  type Parameter,
  type Part,
  parseWord,
  type Script,
  type Word,
} from './syntax.ts';
import { absolute, type Sys } from './sys.ts';

export interface ExpandHost {
  readonly state: State;
  readonly sys: Sys;
  /** Runs a command substitution; gives what it printed without the last newlines. */
  substitute(script: Script): Promise<string>;
  /** Starts the commands of `<(…)` or `>(…)`; gives the name of the pipe. */
  processSubstitution(part: Of<Part, 'ProcessSubstitution'>): Promise<string>;
  /** Whether a descriptor is a person's terminal. */
  isTerminal(fd: number): boolean;
  /** Whether a file is a program or a script. */
  isExecutable(path: string): Promise<boolean>;
}

export class Expander implements ArithHost {
  readonly host: ExpandHost;
  /** The text of the expression that is being evaluated. */
  #source = '';

  constructor(host: ExpandHost) {
    this.host = host;
  }

  get state(): State {
    return this.host.state;
  }

  /** Words as the arguments that they become. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const out: string[] = [];
    for (const word of words)
      for (const plain of expandBraces(word)) append(out, await this.#wordFields(plain));
    return out;
  }

  /** One text, neither split nor matched: assignments, here-documents, redirections. */
  async text(word: Word): Promise<string> {
    const pieces = await this.#pieces(word.parts, false);
    return joinPieces(pieces, this.state);
  }

  /** A word as a pattern: what is quoted in it stands for itself. */
  async pattern(word: Word): Promise<string> {
    let pattern = '';
    for (const part of word.parts) {
      // In an expansion's pattern the parser leaves brackets among the literals.
      if (part.type === 'Literal' && /\[.+\]/.test(part.value)) pattern += part.value;
      else
        for (const { text, quoted } of await this.#part(part, false))
          pattern += quoted ? quotePattern(text) : text;
    }
    return pattern;
  }

  async expandText(source: string): Promise<string> {
    return this.text(parseWord(`"${source}"`));
  }

  async arithmetic({ expression, originalText = '' }: Arithmetic): Promise<bigint> {
    const outer = this.#source;
    this.#source = originalText;
    try {
      return await evaluate(expression, this);
    } finally {
      this.#source = outer;
    }
  }

  /** The parser gives numbers as doubles; the digits of larger ones are in the text. */
  exact(value: number): bigint {
    if (value < Number.MAX_SAFE_INTEGER) return BigInt(Math.trunc(value));
    const large = (this.#source.match(/\d{16,}/g) ?? []).find(
      (text) => BigInt(text) >= BigInt(Number.MAX_SAFE_INTEGER),
    );
    if (large === undefined) return BigInt(value);
    // Each is asked for once, from left to right.
    this.#source = this.#source.replace(large, '');
    return BigInt.asIntN(64, BigInt(large));
  }

  async #wordFields(word: Word): Promise<string[]> {
    const pieces = await this.#pieces(word.parts, false);
    const out: string[] = [];
    for (const field of splitFields(pieces, this.state.get('IFS') ?? ' \t\n')) {
      const pattern = field
        .map(({ text, quoted }) => (quoted ? quotePattern(text) : text))
        .join('');
      const globs = field.some(({ text, quoted }) => !quoted && /[*?[]/.test(text));
      if (globs && !this.state.options.has('noglob') && hasPattern(pattern)) {
        const names = await this.glob(pattern);
        if (names.length > 0 || this.state.shopt.has('nullglob')) {
          append(out, names);
          continue;
        }
      }
      out.push(field.map(({ text }) => text).join(''));
    }
    return out;
  }

  /** Names that match, sorted; none where none does. */
  async glob(pattern: string): Promise<string[]> {
    const parts = pattern.split('/');
    let found = [''];
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1;
      if (part === '') {
        found = index === 0 ? ['/'] : last ? found.map((each) => `${each}/`) : found;
        continue;
      }
      const next: string[] = [];
      for (const base of found) append(next, await this.#globPart(base, part, last));
      found = next;
    }
    return found.sort();
  }

  async #globPart(base: string, part: string, last: boolean): Promise<string[]> {
    const join = (name: string): string =>
      base === '' || base.endsWith('/') ? `${base}${name}` : `${base}/${name}`;
    if (!hasPattern(part)) {
      const path = join(unquotePattern(part));
      return (await this.host.sys.stat(absolute(this.state.cwd, path), false)) ? [path] : [];
    }
    const entries = await this.host.sys
      .list(absolute(this.state.cwd, base === '' ? '.' : base))
      .catch(() => []);
    const hidden = part.startsWith('.') || this.state.shopt.has('dotglob');
    const out: string[] = [];
    for (const { name, kind } of entries) {
      if (name.startsWith('.') && !hidden) continue;
      if (!matches(part, name, this.state.shopt.has('nocaseglob'))) continue;
      if (last || kind === 'dir') out.push(join(name));
      else if (
        kind === 'symlink' &&
        (await this.host.sys.stat(absolute(this.state.cwd, join(name))))?.kind === 'dir'
      )
        out.push(join(name));
    }
    return out;
  }

  async #pieces(parts: readonly Part[], quoted: boolean): Promise<Piece[]> {
    const out: Piece[] = [];
    for (const part of parts) append(out, await this.#part(part, quoted));
    return out;
  }

  async #part(part: Part, quoted: boolean): Promise<Piece[]> {
    switch (part.type) {
      case 'Literal':
        return [{ text: part.value, quoted: true }];
      case 'Glob':
        return [{ text: part.pattern, quoted }];
      case 'SingleQuoted':
      case 'Escaped':
        return [{ text: part.value, quoted: true }];
      case 'DoubleQuoted': {
        const inner = await this.#pieces(part.parts, true);
        // "" is a field of its own; "$@" without arguments is none.
        const isArgs = part.parts.some(
          (each) => each.type === 'ParameterExpansion' && isAll(each.parameter),
        );
        return inner.length === 0 && !isArgs ? [{ text: '', quoted: true }] : inner;
      }
      case 'TildeExpansion':
        return [{ text: this.#tilde(part.user), quoted: true }];
      case 'ParameterExpansion':
        return this.#parameter(part, quoted);
      case 'CommandSubstitution':
        return [{ text: await this.host.substitute(part.body), quoted, split: !quoted }];
      case 'ArithmeticExpansion':
        return [
          {
            text: String(await this.arithmetic(part.expression)),
            quoted,
            split: !quoted,
          },
        ];
      case 'ProcessSubstitution':
        return [{ text: await this.host.processSubstitution(part), quoted: true }];
      case 'BraceExpansion': {
        // Only where braces are not expanded, such as in assignments: they stand for themselves.
        return [{ text: await this.#braceText(part), quoted: true }];
      }
    }
  }

  async #braceText(part: Of<Part, 'BraceExpansion'>): Promise<string> {
    const items = await Promise.all(
      part.items.map(async (item) =>
        item.type === 'Word'
          ? await this.text(item.word)
          : `${item.startStr ?? item.start}..${item.endStr ?? item.end}`,
      ),
    );
    return `{${items.join(',')}}`;
  }

  #tilde(user: string | null): string {
    if (user === null || user === '') return this.state.get('HOME') ?? '~';
    if (user === '+') return this.state.cwd;
    if (user === '-') return this.state.get('OLDPWD') ?? '~-';
    return `~${user}`;
  }

  // Parameters

  async #parameter({ parameter, operation }: Parameter, quoted: boolean): Promise<Piece[]> {
    const name = await this.#resolveSubscript(parameter);
    if (operation?.type === 'Length') return [this.#plain(await this.#length(name), quoted)];
    if (operation?.type === 'ArrayKeys') {
      const keys = this.state.elements(operation.array).map(([key]) => String(key));
      return this.#list(keys, operation.star, quoted);
    }
    if (operation?.type === 'VarNamePrefix') {
      const names = [...this.state.variables.keys()].filter((each) =>
        each.startsWith(operation.prefix),
      );
      return this.#list(names.sort(), operation.star, quoted);
    }
    if (operation?.type === 'BadSubstitution')
      throw new ShellError(`${operation.text}: bad substitution`);
    if (operation?.type === 'LengthSliceError') throw new ShellError('bad substitution');
    if (operation?.type === 'Indirection') return this.#indirect(name, operation, quoted);
    const all = this.#allOf(name);
    if (all) return this.#expandAll(name, all, operation, quoted);
    const value = this.value(name);
    return this.#apply(name, value, operation, quoted);
  }

  async #indirect(
    name: string,
    operation: Of<Operation, 'Indirection'>,
    quoted: boolean,
  ): Promise<Piece[]> {
    const target = this.value(name);
    if (target === undefined || target === '')
      throw new ShellError(`${name}: invalid indirect expansion`);
    return this.#parameter(
      { type: 'ParameterExpansion', parameter: target, operation: operation.innerOp ?? null },
      quoted,
    );
  }

  /** `a[1+1]` as `a[2]`, `m[$k]` with the key expanded; `a[@]` as it is. */
  async #resolveSubscript(parameter: string): Promise<string> {
    const [, name, subscript] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(parameter) ?? [];
    if (name === undefined || subscript === undefined) return parameter;
    if (subscript === '@' || subscript === '*') return parameter;
    return `${name}[${await this.subscript(name, subscript)}]`;
  }

  /** The key that a subscript's text stands for. */
  async subscript(name: string, text: string): Promise<string | number> {
    if (this.state.isAssoc(name))
      return this.text(parseWord(/["']/.test(text) ? text : `"${text}"`));
    return Number(await evaluate(parseExpression(text), this));
  }

  /** All values of `@`, `*`, `a[@]` and `a[*]`; undefined for anything else. */
  #allOf(name: string): string[] | undefined {
    if (name === '@' || name === '*') return this.state.args;
    const array = /^([A-Za-z_]\w*)\[[@*]\]$/.exec(name)?.[1];
    return array === undefined ? undefined : this.#elements(array).map(([, value]) => value);
  }

  #elements(name: string): ReturnType<State['elements']> {
    return name === 'PIPESTATUS'
      ? this.state.pipeStatus.map((status, i) => [i, String(status)] as const)
      : this.state.elements(name);
  }

  /** The value of a parameter; undefined where it is unset. */
  value(name: string): string | undefined {
    const { state } = this;
    if (/^\d+$/.test(name)) return name === '0' ? state.name : state.args[Number(name) - 1];
    switch (name) {
      case '?':
        return String(state.status);
      case '#':
        return String(state.args.length);
      case '$':
        return String(state.pid);
      case '!':
        return state.lastBackground === undefined ? undefined : String(state.lastBackground);
      case '-':
        return flagsOf(state);
      case '_':
        return state.get('_') ?? '';
      case '@':
      case '*':
        return state.args.join(name === '*' ? separator(state) : ' ');
      case 'PIPESTATUS':
        return String(state.pipeStatus[0] ?? 0);
    }
    const [, array, key] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name) ?? [];
    if (array === undefined) return state.get(name);
    const elements = this.#elements(array);
    if (state.isAssoc(array)) return elements.find(([each]) => each === key)?.[1];
    let index = Number(key);
    if (index < 0) index += Number(elements.at(-1)?.[0] ?? -1) + 1;
    return elements.find(([each]) => each === index)?.[1];
  }

  async #length(name: string): Promise<string> {
    if (name === '@' || name === '*') return String(this.state.args.length);
    const all = this.#allOf(name);
    if (all) return String(all.length);
    return String([...(this.#checked(name, this.value(name)) ?? '')].length);
  }

  #checked(name: string, value: string | undefined): string | undefined {
    if (value === undefined && this.state.options.has('nounset') && name !== '!')
      throw new ShellError(`${name}: unbound variable`, 127);
    return value;
  }

  #plain(text: string, quoted: boolean): Piece {
    return { text, quoted, split: !quoted };
  }

  /** A list as fields of its own ("$@"), joined ("$*"), or to be split. */
  #list(values: readonly string[], star: boolean, quoted: boolean): Piece[] {
    if (quoted && star) return [{ text: values.join(separator(this.state)), quoted }];
    return values.map((text, i) => ({
      text,
      quoted,
      split: !quoted,
      ...(i > 0 ? { breaks: true } : {}),
    }));
  }

  async #expandAll(
    name: string,
    all: readonly string[],
    operation: Parameter['operation'],
    quoted: boolean,
  ): Promise<Piece[]> {
    const star = name === '*' || name.endsWith('[*]');
    if (!operation) return this.#list(all, star, quoted);
    const fallback = await this.#fallback(
      name,
      all.length > 0 ? all.join(' ') : undefined,
      operation,
      quoted,
    );
    if (fallback) return fallback;
    if (operation.type === 'Substring') {
      const values = name === '@' || name === '*' ? [this.state.name, ...all] : all;
      const sliced = await this.#slice(values, operation, name === '@' || name === '*');
      return this.#list(sliced, star, quoted);
    }
    const changed: string[] = [];
    for (const value of all) changed.push(await this.#transform(name, value, operation));
    return this.#list(changed, star, quoted);
  }

  async #slice(
    values: readonly string[],
    { offset, length }: Of<Operation, 'Substring'>,
    args: boolean,
  ): Promise<string[]> {
    let from = Number(await this.arithmetic(offset));
    if (from < 0) from += values.length;
    if (from < 0) return [];
    const rest = values.slice(args && from === 0 ? 0 : from);
    if (!length) return rest;
    const count = Number(await this.arithmetic(length));
    if (count < 0) throw new ShellError(`${count}: substring expression < 0`);
    return rest.slice(0, count);
  }

  async #apply(
    name: string,
    value: string | undefined,
    operation: Parameter['operation'],
    quoted: boolean,
  ): Promise<Piece[]> {
    if (!operation) {
      const text = this.#checked(name, value);
      return text === undefined ? this.#unset(quoted) : [this.#plain(text, quoted)];
    }
    const fallback = await this.#fallback(name, value, operation, quoted);
    if (fallback) return fallback;
    if (operation.type === 'Transform' && value === undefined) return this.#unset(quoted);
    return [
      this.#plain(await this.#transform(name, this.#checked(name, value) ?? '', operation), quoted),
    ];
  }

  /** An unset parameter is no field, but "" where it is quoted. */
  #unset(quoted: boolean): Piece[] {
    return quoted ? [{ text: '', quoted: true }] : [];
  }

  /** `:-` and its like; undefined for other operations. */
  async #fallback(
    name: string,
    value: string | undefined,
    operation: Operation,
    quoted: boolean,
  ): Promise<Piece[] | undefined> {
    if (
      operation.type !== 'DefaultValue' &&
      operation.type !== 'AssignDefault' &&
      operation.type !== 'ErrorIfUnset' &&
      operation.type !== 'UseAlternative'
    )
      return undefined;
    const missing = value === undefined || (operation.checkEmpty && value === '');
    if (operation.type === 'UseAlternative')
      return missing ? this.#unset(quoted) : this.#wordPieces(operation.word, quoted);
    if (!missing) {
      const all = this.#allOf(name);
      return all
        ? this.#list(all, name === '*' || name.endsWith('[*]'), quoted)
        : [this.#plain(value as string, quoted)];
    }
    if (operation.type === 'DefaultValue') return this.#wordPieces(operation.word, quoted);
    if (operation.type === 'AssignDefault') {
      const text = await this.text(operation.word);
      const [, array, key] = /^(\w+)\[(.*)\]$/.exec(name) ?? [];
      if (/^\d|^[@*#?$!-]$/.test(name)) throw new ShellError(`$${name}: cannot assign in this way`);
      if (array !== undefined)
        this.state.setElement(
          array,
          this.state.isAssoc(array) ? (key as string) : Number(key),
          text,
        );
      else this.state.set(name, text);
      return [this.#plain(text, quoted)];
    }
    const said = operation.word ? await this.text(operation.word) : '';
    const reason =
      said || (operation.checkEmpty ? 'parameter null or not set' : 'parameter not set');
    throw new ShellError(`${name}: ${reason}`, 127);
  }

  async #wordPieces(word: Word, quoted: boolean): Promise<Piece[]> {
    const pieces = await this.#pieces(word.parts, quoted);
    if (pieces.length === 0) return quoted ? [{ text: '', quoted: true }] : [];
    if (quoted) return pieces.map((piece) => ({ ...piece, quoted: true, split: false }));
    // Literal words of a default are split, quoted ones are not.
    return pieces.map((piece, i) =>
      word.parts[i]?.type === 'Literal' && word.parts.length === pieces.length
        ? { ...piece, quoted: false, split: true }
        : piece,
    );
  }

  async #transform(name: string, value: string, operation: Operation): Promise<string> {
    switch (operation.type) {
      case 'Substring':
        return this.#substring(value, operation);
      case 'PatternRemoval': {
        const pattern = await this.pattern(operation.pattern);
        return removeMatch(value, pattern, operation.side, operation.greedy);
      }
      case 'PatternReplacement': {
        const pattern = await this.pattern(operation.pattern);
        const by = operation.replacement ? await this.text(operation.replacement) : '';
        return replaceMatch(value, pattern, by, operation.all, operation.anchor);
      }
      case 'CaseModification': {
        const pattern = operation.pattern ? await this.pattern(operation.pattern) : '?';
        const change = (char: string): string =>
          operation.direction === 'upper' ? char.toUpperCase() : char.toLowerCase();
        const chars = [...value];
        return chars
          .map((char, i) =>
            (operation.all || i === 0) && matches(pattern, char) ? change(char) : char,
          )
          .join('');
      }
      case 'Transform':
        return transformValue(operation.operator, name, value, this.state);
      default:
        return value;
    }
  }

  async #substring(value: string, { offset, length }: Of<Operation, 'Substring'>): Promise<string> {
    const chars = [...value];
    let from = Number(await this.arithmetic(offset));
    if (from < 0) from += chars.length;
    if (from < 0) return '';
    if (!length) return chars.slice(from).join('');
    const count = Number(await this.arithmetic(length));
    const end = count < 0 ? chars.length + count : from + count;
    if (count < 0 && end < from) throw new ShellError(`${count}: substring expression < 0`);
    return chars.slice(from, end).join('');
  }
}

const isAll = (parameter: string): boolean => parameter === '@' || parameter.endsWith('[@]');

function flagsOf(state: State): string {
  const letters: Record<string, string> = {
    errexit: 'e',
    noglob: 'f',
    nounset: 'u',
    xtrace: 'x',
    noclobber: 'C',
  };
  const on = [...state.options].map((name) => letters[name] ?? '').join('');
  return `${on}hB${state.interactive ? 'i' : ''}`;
}

function removeMatch(
  value: string,
  pattern: string,
  side: 'prefix' | 'suffix',
  greedy: boolean,
): string {
  const chars = [...value];
  const cuts = Array.from({ length: chars.length + 1 }, (_, i) => i);
  const order = (side === 'prefix') === greedy ? cuts.reverse() : cuts;
  for (const cut of order) {
    const [head, tail] = [chars.slice(0, cut).join(''), chars.slice(cut).join('')];
    if (matches(pattern, side === 'prefix' ? head : tail)) return side === 'prefix' ? tail : head;
  }
  return value;
}

function replaceMatch(
  value: string,
  pattern: string,
  by: string,
  all: boolean,
  anchor: 'start' | 'end' | null,
): string {
  if (pattern === '')
    return anchor === 'start' ? by + value : anchor === 'end' ? value + by : value;
  const source = patternSource(pattern);
  const anchored = `${anchor === 'start' ? '^' : ''}(?:${source})${anchor === 'end' ? '$' : ''}`;
  return value.replace(compile(anchored, all ? 'gu' : 'u'), (match) => (match === '' ? '' : by));
}

function transformValue(
  operator: Of<Operation, 'Transform'>['operator'],
  name: string,
  value: string,
  state: State,
): string {
  const variable = state.variables.get(name);
  switch (operator) {
    case 'Q':
      return quoteWord(value);
    case 'U':
      return value.toUpperCase();
    case 'L':
      return value.toLowerCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'a':
      return `${variable?.assoc ? 'A' : typeof variable?.value === 'object' ? 'a' : ''}${variable?.integer ? 'i' : ''}${variable?.readonly ? 'r' : ''}${variable?.exported ? 'x' : ''}`;
    case 'A':
      return `${name}=${quoteWord(value)}`;
    case 'E':
      return unescaped(value, 'quote').text;
    default:
      return value;
  }
}
