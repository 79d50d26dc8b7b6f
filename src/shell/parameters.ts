/** `$name` and `${…}` (bash(1) "Parameter Expansion"). */
import type { Expander } from './expand.ts';
import { ArithmeticError, Fatal, ShellError } from './failure.ts';
import { type Piece, separator, splitFields } from './fields.ts';
import { letterOf } from './optionnames.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { quoteForAssignment, quoteKey } from './quote.ts';
import type { State } from './state.ts';
import type { Operation, Parameter, Word } from './syntax/tree.ts';
import {
  changeCase,
  removeMatch,
  replaceMatch,
  substring,
  transformed,
} from './transformations.ts';

type Of<K extends Operation['type']> = Extract<Operation, { type: K }>;

/** What a parameter has: one text, or the many of `@`, `*`, `a[@]` and `a[*]`. */
interface Found {
  /** The name with its subscript, for errors. */
  readonly shown: string;
  readonly value: string | undefined;
  readonly all: readonly string[] | undefined;
  readonly isStar: boolean;
  /** Writes to it (`${x:=y}`). */
  assign(text: string): void;
}

export class Parameters {
  readonly #expander: Expander;

  constructor(expander: Expander) {
    this.#expander = expander;
  }

  get #state(): State {
    return this.#expander.state;
  }

  async pieces(parameter: Parameter, quoted: boolean): Promise<readonly Piece[]> {
    const { name, subscript, operation, isIndirect, source } = parameter;
    // A subshell gets a number of its own once it asks for it.
    if (name === 'BASHPID') this.#state.pid ??= await this.#expander.host.sys.enroll('sh', []);
    if (operation?.type === 'Bad') throw new ShellError(`${parameter.source}: bad substitution`);
    if (operation?.type === 'Keys') {
      const keys = this.#state.elements(name).map(([key]) => String(key));
      return this.#list(keys, operation.isStar, quoted, quoted);
    }
    if (operation?.type === 'Names') {
      const names = this.#state.names(name);
      // An empty IFS joins them where fields are split, too.
      if (operation.isStar && separator(this.#state) === '') return [plain(names.join(''), quoted)];
      return this.#list(names, operation.isStar, quoted, true);
    }
    if (!isIndirect) {
      const found = await this.#find(name, subscript);
      // An error tells these as they were written.
      const isShort = /^(?:\d|!)$/.test(name) && !source.startsWith('${');
      return this.#apply(isShort ? { ...found, shown: source } : found, operation, quoted);
    }
    const reference = this.#state.referenceOf(name);
    // Of a nameref it is the name that it refers to.
    if (reference !== undefined && subscript === undefined && !operation)
      return [plain(reference, quoted)];
    const found = await this.#find(name, subscript);
    const target = found.value;
    // An element that an array does not have, or a positional parameter, leads to nothing.
    const isKnown =
      /^\d/.test(name) || (subscript !== undefined && this.#state.variables.has(name));
    if (target === undefined && isKnown) return this.#apply(found, operation, quoted);
    const [all, base = '', inner] =
      /^([A-Za-z_]\w*|\d+|[@*#?$!_-])(?:\[(.*)\])?$/s.exec(target ?? '') ?? [];
    if (all === undefined) {
      if (target === undefined) throw new ShellError(`${found.shown}: invalid indirect expansion`);
      throw new ShellError(`${target}: invalid variable name`);
    }
    return this.#apply(await this.#find(base, inner), operation, quoted);
  }

  async #find(name: string, subscript: string | undefined): Promise<Found> {
    const state = this.#state;
    if (name === '@' || name === '*') {
      const all = state.args;
      return {
        shown: name,
        value: all.length > 0 ? all.join(name === '*' ? separator(state) : ' ') : undefined,
        all,
        isStar: name === '*',
        assign: () => this.#refuse(name),
      };
    }
    const element = subscript === undefined ? state.elementReferredTo(name) : undefined;
    if (element) return this.#find(element.name, element.key);
    if (state.isCircular(name))
      await this.#expander.host.complain(`warning: ${name}: circular name reference`);
    if (subscript === undefined)
      return {
        shown: name,
        value: this.value(name),
        all: undefined,
        isStar: false,
        assign: (text) => (/^\w*[A-Za-z_]/.test(name) ? state.set(name, text) : this.#refuse(name)),
      };
    if (subscript === '@' || subscript === '*') {
      const all = state.elements(name).map(([, value]) => value);
      return {
        shown: `${name}[${subscript}]`,
        value: all.length > 0 ? all.join(' ') : undefined,
        all,
        isStar: subscript === '*',
        assign: () => this.#refuse(`${name}[${subscript}]`),
      };
    }
    const key = await this.#expander.subscript(name, subscript);
    const value = state.element(name, key);
    if (key === '') state.warnings.push(`${name}: bad array subscript`);
    return {
      shown: `${name}[${subscript}]`,
      value,
      all: undefined,
      isStar: false,
      assign: (text) => {
        if (key === '') throw new ShellError(`${name}[${subscript}]: bad array subscript`);
        state.setElement(name, key, text);
      },
    };
  }

  #refuse(name: string): never {
    throw new ShellError(`$${name}: cannot assign in this way`);
  }

  /** The value of a parameter without a subscript; undefined where it is unset. */
  value(name: string): string | undefined {
    const state = this.#state;
    if (/^\d+$/.test(name)) return name === '0' ? state.name : state.args[Number(name) - 1];
    switch (name) {
      case '?':
        return String(state.status);
      case '#':
        return String(state.args.length);
      case '$':
        return String(state.shellPid);
      case '!':
        return state.lastBackground === undefined ? undefined : String(state.lastBackground);
      case '-':
        return flagsOf(state);
      case '@':
      case '*':
        return state.args.join(name === '*' ? separator(state) : ' ');
      default:
        return state.get(name);
    }
  }

  /**
   * A list as fields of its own ("$@"), joined ("$*"), or to be split. Where it is assigned, bash joins the parameters
   * themselves by a space, and a list that is derived from them by the first character of IFS.
   */
  #list(
    values: readonly string[],
    isStar: boolean,
    quoted: boolean,
    isDerived = false,
  ): readonly Piece[] {
    const isJoined = isStar && !this.#expander.isInHereDocument;
    const made = isDerived && this.#expander.isAssigning ? separator(this.#state) : '';
    const glue = isJoined ? separator(this.#state) : made || ' ';
    if (quoted && isJoined) return [{ text: values.join(glue), quoted }];
    return values.map((text, i) => ({ text, quoted, split: !quoted, ...(i > 0 ? { glue } : {}) }));
  }

  /** What is unset is no field, but "" where it is quoted. */
  #value({ value, all, isStar, shown }: Found, quoted: boolean): readonly Piece[] {
    if (all && isStar && this.#expander.isInHereDocument) return this.#starInDocument(all, shown);
    if (all) return this.#list(all, isStar, quoted);
    if (value !== undefined) return [plain(value, quoted)];
    this.#unbound(shown);
    return nothing(quoted);
  }

  /** `$*` in a here-document: the fields that it would be if it was not quoted; an array's elements are joined. */
  #starInDocument(all: readonly string[], shown: string): readonly Piece[] {
    const ifs = this.#state.get('IFS') ?? ' \t\n';
    const isArray = shown !== '*';
    if (isArray) return [{ text: all.join(separator(this.#state)), quoted: true }];
    const fields = splitFields(this.#list(all, true, false), ifs);
    const texts = fields.map((field) => field.map(({ text }) => text).join(''));
    return [{ text: texts.join(' '), quoted: true }];
  }

  #unbound(name: string): void {
    if (this.#state.options.has('nounset')) throw new Fatal(`${name}: unbound variable`);
  }

  async #apply(
    found: Found,
    operation: Operation | undefined,
    quoted: boolean,
  ): Promise<readonly Piece[]> {
    if (!operation) return this.#value(found, quoted);
    switch (operation.type) {
      case 'Length':
        return [plain(this.#length(found), quoted)];
      case 'Default':
      case 'Assign':
      case 'Error':
      case 'Alternative':
        return this.#fallback(found, operation, quoted);
      case 'Substring':
        if (found.all) return this.#slice(found, found.all, operation, quoted);
        break;
      case 'Transform':
        if (found.value === undefined) return this.#unsetTransformed(found, operation, quoted);
        if (!found.all && operation.operator === 'A')
          return [plain(this.#assignment(found.shown, found.value), quoted)];
        if (found.all && /[AKk]/.test(operation.operator))
          return this.#pairs(found, operation.operator, quoted);
        // Without attributes it is a list without elements.
        if (found.all && operation.operator === 'a' && !found.isStar && !this.#hasAttributes(found))
          return [];
        if (operation.operator === 'P') return this.#prompts(found, quoted);
        break;
    }
    const { all, value } = found;
    // What cannot change anything is not expanded, and has no effect.
    if (!all && (value === undefined || (value === '' && operation.type === 'Removal')))
      return this.#value(found, quoted);
    const change = await this.#change(found, operation);
    const isDerived = quoted || operation.type === 'Removal' || operation.type === 'Transform';
    if (all) return this.#list(all.map(change), found.isStar, quoted, isDerived);
    const isEmptied = value !== '' || operation.type === 'Replacement';
    return [{ ...plain(change(value ?? ''), quoted), isEmptied }];
  }

  #length({ all, value, shown }: Found): string {
    // An index before the first element is a mistake here, but of a variable that is unset.
    const isOutside = this.#state.warnings.splice(0).length > 0;
    const [name = '', index] = shown.split(/\[(.*)/s);
    if (isOutside && this.#state.isAssigned(name))
      throw new ShellError(`${index}: bad array subscript`);
    if (all) return String(all.length);
    if (value === undefined && name !== '!') this.#unbound(shown);
    return String([...(value ?? '')].length);
  }

  /** `:-` and its like. */
  async #fallback(
    found: Found,
    { type, isColon, word }: Of<'Default' | 'Assign' | 'Error' | 'Alternative'>,
    quoted: boolean,
  ): Promise<readonly Piece[]> {
    const { value, all, isStar } = found;
    const isJoined = quoted && isStar && separator(this.#state) === '';
    const isEmpty = all ? all.join('') === '' && (isJoined || all.length < 2) : value === '';
    const isMissing = value === undefined || (isColon && isEmpty);
    if (type === 'Alternative') {
      if (!isMissing) return this.#word(word, quoted);
      return all && !isStar ? [] : nothing(quoted);
    }
    if (!isMissing) return this.#value(found, quoted);
    if (type === 'Default') return this.#word(word, quoted);
    const isAssigned = type === 'Assign';
    const text = await (isAssigned
      ? this.#expander.assignedText(word, quoted)
      : this.#expander.text(word));
    if (isAssigned) {
      found.assign(text);
      return [plain(text, quoted)];
    }
    const reason = text || (isColon ? 'parameter null or not set' : 'parameter not set');
    throw new Fatal(`${found.shown}: ${reason}`);
  }

  async #word(word: Word, quoted: boolean): Promise<readonly Piece[]> {
    const pieces = await this.#expander.pieces(word.parts, quoted);
    if (pieces.length === 0) return nothing(quoted);
    // Words of a default that are not quoted are split.
    return pieces.map((piece) =>
      quoted
        ? { ...piece, quoted: true, split: false }
        : piece.quoted
          ? piece
          : { ...piece, split: true },
    );
  }

  async #slice(
    { shown, isStar }: Found,
    all: readonly string[],
    { offset, length }: Of<'Substring'>,
    quoted: boolean,
  ): Promise<readonly Piece[]> {
    const isArgs = shown === '@' || shown === '*';
    const elements: readonly (readonly [number, string])[] = isArgs
      ? [this.#state.name, ...all].map((value, i) => [i, value] as const)
      : this.#state
          .elements(shown.slice(0, shown.indexOf('[')))
          .map(([key, value], i) => [typeof key === 'number' ? key : i, value] as const);
    let from = await this.#substringNumber(shown, offset);
    if (from < 0) from += (elements.at(-1)?.[0] ?? -1) + 1;
    if (from < 0) return [];
    const rest = elements.filter(([key]) => key >= from).map(([, value]) => value);
    if (!length) return this.#list(rest, isStar, quoted, quoted);
    const count = await this.#substringNumber(shown, length);
    if (count < 0) throw new ArithmeticError(`${length.source}: substring expression < 0`);
    return this.#list(rest.slice(0, count), isStar, quoted, quoted);
  }

  /** The offset or the length of a substring of what is shown. */
  async #substringNumber(shown: string, word: Word): Promise<number> {
    try {
      return Number(await this.#expander.arithmetic(word));
    } catch (error) {
      throw error instanceof ArithmeticError
        ? new ArithmeticError(`${shown}: ${error.message}`)
        : error;
    }
  }

  /** What an operation makes of each value. */
  async #change(
    found: Found,
    operation: Exclude<Operation, Of<'Length' | 'Default' | 'Assign' | 'Error' | 'Alternative'>>,
  ): Promise<(value: string) => string> {
    const expander = this.#expander;
    switch (operation.type) {
      case 'Substring': {
        const offset = await this.#substringNumber(found.shown, operation.offset);
        const length =
          operation.length && (await this.#substringNumber(found.shown, operation.length));
        return (value) => substring(value, offset, length, operation.length?.source ?? '');
      }
      case 'Removal': {
        const pattern = await this.#pattern(operation.pattern);
        return (value) => removeMatch(value, pattern, operation);
      }
      case 'Replacement': {
        const ignoresCase = this.#state.shopt.has('nocasematch');
        const pattern = await this.#pattern(operation.pattern, ignoresCase);
        const by = await expander.pieces(operation.by.parts, false);
        return (value) => replaceMatch(value, pattern, by, operation.where, this.#state.shopt);
      }
      case 'Case': {
        const pattern = operation.pattern && (await this.#pattern(operation.pattern));
        return (value) => changeCase(value, pattern, operation);
      }
      case 'Transform':
        return (value) => transformed(value, operation.operator, found.shown, this.#state);
      default:
        return (value) => value;
    }
  }

  async #pattern(word: Word, ignoresCase = false): Promise<Pattern> {
    const isExtended = this.#state.hasExtendedPatterns;
    return patternOf(await this.#expander.pattern(word), { ignoresCase, isExtended });
  }

  /** `${a[@]@A}`, `${a[@]@K}`. */
  #pairs({ shown, isStar }: Found, operator: string, quoted: boolean): readonly Piece[] {
    const isArgs = shown === '@' || shown === '*';
    const name = isArgs ? shown : shown.slice(0, shown.indexOf('['));
    if (operator === 'A' && isArgs) {
      const words = [
        'set',
        '--',
        ...this.#state.args.map((arg) => quoteForAssignment(arg, 'single')),
      ];
      return [plain(words.join(' '), quoted)];
    }
    if (operator === 'A') return this.#declaration(name, isStar, quoted);
    const elements = this.#state.elements(name);
    if (operator === 'k')
      return this.#list(
        elements.flatMap(([key, value]) => [String(key), value]),
        isStar,
        quoted,
      );
    const pairs = elements.map(
      ([key, value]) =>
        `${typeof key === 'number' ? key : quoteKey(key)} ${quoteForAssignment(value)}`,
    );
    const end = this.#state.isAssoc(name) && pairs.length > 0 ? ' ' : '';
    return [plain(pairs.join(' ') + end, quoted)];
  }

  /** `${x@P}`: as a prompt is shown. */
  async #prompts({ value, all, isStar }: Found, quoted: boolean): Promise<readonly Piece[]> {
    const texts: string[] = [];
    for (const each of all ?? [value ?? '']) texts.push(await this.#expander.host.prompt(each));
    return all ? this.#list(texts, isStar, quoted, true) : [plain(texts[0] as string, quoted)];
  }

  /** Attributes are those of a variable without a value too; anything else is nothing. */
  #unsetTransformed(
    { shown, all, isStar }: Found,
    { operator }: Of<'Transform'>,
    quoted: boolean,
  ): readonly Piece[] {
    if (!all) this.#unbound(shown);
    const name = shown.replace(/\[.*/s, '');
    const attributes = this.#state.attributes(name);
    const isEmpty = this.#state.isAssigned(name);
    if (attributes !== '' && operator === 'a' && !(all && isEmpty))
      return [plain(attributes, quoted)];
    if (attributes !== '' && operator === 'A')
      return all && /[aA]/.test(attributes)
        ? this.#declaration(name, isStar, quoted)
        : [plain(`declare -${attributes} ${name}`, quoted)];
    return all ? this.#list(all, isStar, quoted) : nothing(quoted);
  }

  /** A command that makes a variable, where it is an array: of `@` its words are fields. */
  #declaration(name: string, isStar: boolean, quoted: boolean): readonly Piece[] {
    const plainValue = this.#state.isArray(name) ? undefined : this.#state.element(name, 0);
    if (plainValue !== undefined) return [plain(this.#assignment(name, plainValue), quoted)];
    const text = this.#state.declaration(name);
    const [, declare, flags, rest] = /^(declare) (-\w*[aA]\w*) (.*)$/s.exec(text) ?? [];
    if (isStar || declare === undefined) return [plain(text, quoted)];
    return this.#list([declare, flags as string, rest as string], false, quoted);
  }

  #hasAttributes({ shown }: Found): boolean {
    return this.#state.attributes(shown.replace(/\[.*/s, '')) !== '';
  }

  /** A command that makes a variable, or what is its element, with this value. */
  #assignment(shown: string, value: string): string {
    const name = shown.replace(/\[.*/s, '');
    const attributes = this.#state.attributes(name);
    const start = attributes === '' ? '' : `declare -${attributes} `;
    return `${start}${name}=${quoteForAssignment(value, 'single')}`;
  }
}

const plain = (text: string, quoted: boolean): Piece => ({ text, quoted, split: !quoted });
const nothing = (quoted: boolean): readonly Piece[] => (quoted ? [{ text: '', quoted: true }] : []);

function flagsOf(state: State): string {
  const on = [...state.options].flatMap((name) => letterOf(name) ?? []);
  const { interactive, readsInput, isCommandString } = state;
  const all = [
    ...on,
    ...(interactive ? ['i'] : []),
    ...(readsInput ? ['s'] : []),
    ...(isCommandString ? ['c'] : []),
  ];
  const order = 'abefhikmnprtuvxBCEHPTsc';
  return all.sort((a, b) => order.indexOf(a) - order.indexOf(b)).join('');
}
