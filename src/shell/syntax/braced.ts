/** `${…}` (bash(1) "Parameter Expansion"). What stands in it is words again, which the parser of words reads. */
import { bracketed } from './brackets.ts';
import type { Scanner } from './scanner.ts';
import type { Operation, Parameter, Word } from './tree.ts';
import type { Double, Words } from './words.ts';

const NAME = /[A-Za-z_]\w*/y;
const SPECIAL = '@*#?-$!';

export class Braced {
  readonly #words: Words;

  constructor(words: Words) {
    this.#words = words;
  }

  /** `scanner` stands at the dollar, and afterwards behind the brace that closes. */
  parse(scanner: Scanner, isDouble: Double): Parameter {
    const start = scanner.at;
    const { line } = scanner;
    scanner.at += 2;
    const parameter = this.#parameter(scanner, isDouble);
    if (scanner.isAtEnd) scanner.unclosed('}', line);
    scanner.at++;
    const source = scanner.text.slice(start, scanner.at);
    return {
      ...parameter,
      source,
      ...(parameter.name === '' ? { operation: { type: 'Bad' } } : {}),
    };
  }

  #parameter(scanner: Scanner, isDouble: Double): Omit<Parameter, 'source'> {
    const length = scanner.match(/#(?=(?:[A-Za-z_]\w*(?:\[[^\]]+\])?|\d+|[@*#?$!_-])\})/y);
    if (length) {
      const named = this.#named(scanner);
      return { ...named, isIndirect: false, operation: { type: 'Length' } };
    }
    const isIndirect =
      scanner.match(/!(?=[A-Za-z_\d@*#?$!-])(?![-=+:]|\?[^}]|[@*]\})/y) !== undefined;
    const named = this.#named(scanner);
    const bare = { ...named, isIndirect };
    if (named.subscript === '') {
      this.#operand(scanner, isDouble, scanner.line);
      return { ...bare, operation: { type: 'Bad' } };
    }
    if (isIndirect) {
      const listed = scanner.match(/[@*](?=\})/y);
      if (listed && named.subscript === undefined)
        return { ...bare, operation: { type: 'Names', isStar: listed[0] === '*' } };
      if ((named.subscript === '@' || named.subscript === '*') && scanner.peek() === '}')
        return { ...bare, operation: { type: 'Keys', isStar: named.subscript === '*' } };
    }
    return { ...bare, operation: this.#operation(scanner, isDouble) };
  }

  #named(scanner: Scanner): Pick<Parameter, 'type' | 'name' | 'subscript'> {
    const [name = ''] = scanner.match(NAME) ?? scanner.match(/\d+/y) ?? [];
    if (name !== '') {
      const subscript =
        scanner.peek() === '[' && !/\d/.test(name[0] as string) ? bracketed(scanner) : undefined;
      return { type: 'Parameter', name, subscript };
    }
    const char = scanner.peek();
    if (char !== '' && SPECIAL.includes(char)) {
      scanner.at++;
      return { type: 'Parameter', name: char, subscript: undefined };
    }
    return { type: 'Parameter', name: '', subscript: undefined };
  }

  #operation(scanner: Scanner, isDouble: Double): Operation | undefined {
    const { line } = scanner;
    if (scanner.peek() === '}') return undefined;
    const test = scanner.match(/(:?)([-=?+])/y);
    if (test) {
      const [, colon, letter = ''] = test;
      const types = { '-': 'Default', '=': 'Assign', '?': 'Error', '+': 'Alternative' } as const;
      return {
        type: types[letter as '-'],
        isColon: colon === ':',
        word: this.#operand(scanner, isDouble, line),
      };
    }
    if (scanner.match(/:(?!\})/y)) return this.#substring(scanner, line);
    const removal = scanner.match(/##?|%%?/y)?.[0];
    if (removal)
      return {
        type: 'Removal',
        side: removal[0] === '#' ? 'prefix' : 'suffix',
        isLongest: removal.length === 2,
        pattern: this.#operand(scanner, false, line),
      };
    if (scanner.peek() === '/') return this.#replacement(scanner, line);
    const change = scanner.match(/\^\^?|,,?|~~?/y)?.[0];
    if (change) {
      const changes = { '^': 'upper', ',': 'lower', '~': 'toggle' } as const;
      const pattern = this.#operand(scanner, false, line);
      return {
        type: 'Case',
        change: changes[change[0] as '^'],
        isAll: change.length === 2,
        pattern: pattern.source === '' ? undefined : pattern,
      };
    }
    const transform = scanner.match(/@([QEPAKkaUuL])(?=\})/y);
    if (transform) return { type: 'Transform', operator: transform[1] as string };
    this.#operand(scanner, isDouble, line);
    return { type: 'Bad' };
  }

  /** Up to the brace that closes, or to `also`, where it does not begin with that. */
  #operand(scanner: Scanner, isDouble: Double, line: number, also = '', hasFirst = false): Word {
    const first = hasFirst ? scanner.at : -1;
    const word = this.#words.text(scanner, {
      isDouble,
      isEnd: (each) => each.peek() === '}' || (each.peek() === also && each.at !== first),
    });
    if (scanner.isAtEnd) scanner.unclosed('}', line);
    return word;
  }

  #replacement(scanner: Scanner, line: number): Operation {
    scanner.at++;
    const mark = scanner.match(/[/#%]/y)?.[0] ?? '';
    const where = { '': 'first', '/': 'all', '#': 'start', '%': 'end' } as const;
    // A slash that begins the pattern of `//` belongs to it.
    const pattern = this.#operand(
      scanner,
      false,
      line,
      '/',
      mark === '/' && scanner.peek() === '/',
    );
    const by = scanner.take('/') ? this.#operand(scanner, false, line) : { parts: [], source: '' };
    return { type: 'Replacement', where: where[mark as ''], pattern, by };
  }

  /** `:offset:length`; the colon of `?:` belongs to the expression. */
  #substring(scanner: Scanner, line: number): Operation {
    const text = (): string => {
      const start = scanner.at;
      let depth = 0;
      let questions = 0;
      while (!scanner.isAtEnd) {
        const char = scanner.peek();
        if (depth === 0 && (char === '}' || (char === ':' && questions === 0))) break;
        if (char === '(' || char === '[') depth++;
        else if (char === ')' || char === ']') depth--;
        else if (char === '?') questions++;
        else if (char === ':') questions--;
        if (char === '$' || char === '`') {
          if (!this.#words.expansion(scanner, 'quotes')) scanner.at++;
        } else if (char === '\\') scanner.at += 2;
        else scanner.at++;
      }
      if (scanner.isAtEnd) scanner.unclosed('}', line);
      return scanner.text.slice(start, scanner.at);
    };
    const offset = this.#words.quotedText(text(), line, 'dropped');
    const length = scanner.take(':') ? this.#words.quotedText(text(), line, 'dropped') : undefined;
    return { type: 'Substring', offset, length };
  }
}
