/** A function as text that defines it again, laid out as bash does (declare -f). */
import { quoteWord } from '../quote.ts';
import {
  type Assignment,
  type Body,
  type Command,
  type Compound,
  type Condition,
  type FunctionDefinition,
  isArray,
  type Pipeline,
  type Redirection,
  type SimpleCommand,
  type Statement,
} from './tree.ts';

const STEP = '    ';

export const printFunction = (definition: FunctionDefinition): string =>
  new Printer().definition(definition);

/** A command on its own, as BASH_COMMAND and messages show it. */
export const printCommand = (command: Command): string => new Printer().shown(command);

/** Text that is put together, with the here-documents that follow the line that announces them. */
class Printer {
  #pending: string[] = [];
  /** Here-documents were printed, and no semicolon since. */
  #isAfterDocuments = false;

  shown(command: Command): string {
    return this.#command(command, '');
  }

  definition({ name, body }: FunctionDefinition): string {
    return `${name} () \n${this.#braced(body, '')}${this.#documents()}\n`;
  }

  /** The body of a function: in braces also where it is another compound command. */
  #braced(body: Compound, indent: string): string {
    if (body.type === 'Group')
      return `{ \n${this.#lines(body.body, indent + STEP)}${indent}}${this.#redirections(body.redirections)}`;
    const inner = indent + STEP;
    return `{ \n${inner}${this.#compound(body, inner)}\n${indent}}`;
  }

  /** Statements, each on a line; `last` is what the last one ends with. */
  #lines(body: Body, indent: string, last: '' | ';' = ''): string {
    const text = indent + this.#list(body, indent) + this.#documents();
    return `${last === '' ? text : withSemicolon(text)}\n`;
  }

  /** Statements without an end: behind each that waits is a line break, what runs beside the next is on its line. */
  #list(body: Body, indent: string): string {
    let text = '';
    for (const [i, statement] of body.entries()) {
      text += this.#statement(statement, indent);
      if (i < body.length - 1)
        text += statement.background ? ' ' : `${this.#semicolon()}\n${indent}`;
    }
    return text;
  }

  /** What ends a statement: its here-documents, or a semicolon, which bash leaves out once after them. */
  #semicolon(): string {
    const documents = this.#documents();
    if (documents !== '') return documents;
    const end = this.#isAfterDocuments ? '' : ';';
    this.#isAfterDocuments = false;
    return end;
  }

  /** The here-documents that were announced, from the next line on; '' for none. */
  #documents(): string {
    if (this.#pending.length === 0) return '';
    const documents = this.#pending.join('');
    this.#pending = [];
    this.#isAfterDocuments = true;
    return `\n${documents}`;
  }

  /** An operator between two commands, with the here-documents that the first one announced. */
  #operator(operator: string): string {
    const documents = this.#documents();
    return documents === '' ? operator : `${operator}${documents} `;
  }

  /** The list of a condition and the word behind it. */
  #condition(body: Body, indent: string, word: string): string {
    return `${withSemicolon(this.#list(body, indent) + this.#documents())} ${word}\n`;
  }

  #statement({ pipelines, operators, background }: Statement, indent: string): string {
    let text = '';
    for (const [i, pipeline] of pipelines.entries()) {
      // Those of what is joined already come before the operator.
      if (i > 1 || (pipelines[0]?.commands.length ?? 0) > 1) text += this.#documents();
      if (i > 0) text += this.#operator(` ${operators[i - 1]} `);
      text += this.#pipeline(pipeline, indent);
    }
    return background ? text + this.#operator(' &') : text;
  }

  #pipeline({ commands, negated, timed, joinsErrors }: Pipeline, indent: string): string {
    const time = timed === 'no' ? '' : timed === 'posix' ? 'time -p ' : 'time ';
    let text = '';
    for (const [i, command] of commands.entries()) {
      if (i > 0) text += `${joinsErrors[i - 1] ? ' 2>&1' : ''}${this.#operator(' |')} `;
      text += this.#command(command, indent);
    }
    return `${time}${negated ? '! ' : ''}${text}`;
  }

  #command(command: Command, indent: string): string {
    switch (command.type) {
      case 'SimpleCommand':
        return this.#simple(command);
      case 'FunctionDefinition':
        return `function ${command.name} () \n${indent}${this.#braced(command.body, indent)}`;
      case 'Coproc':
        return `coproc ${command.name} ${this.#command(command.body, indent)}`;
      default:
        return this.#compound(command, indent);
    }
  }

  #simple({ assignments, words, redirections }: SimpleCommand): string {
    return (
      [...assignments.map(assignmentText), ...words.map(({ source }) => source)].join(' ') +
      this.#redirections(redirections, assignments.length + words.length === 0)
    );
  }

  #compound(command: Compound, indent: string): string {
    return this.#compoundBody(command, indent) + this.#redirections(command.redirections);
  }

  #compoundBody(command: Compound, indent: string): string {
    const inner = indent + STEP;
    const block = (body: Body): string => this.#lines(body, inner, ';');
    switch (command.type) {
      case 'If':
        return this.#if(command.clauses, command.otherwise, indent);
      case 'While':
      case 'Until':
        return `${command.type.toLowerCase()} ${this.#condition(command.condition, indent, 'do')}${block(command.body)}${indent}done`;
      case 'For':
      case 'Select': {
        const words = command.words?.map(({ source }) => source).join(' ') ?? '"$@"';
        return `${command.type.toLowerCase()} ${command.variable} in ${words};\n${indent}do\n${block(command.body)}${indent}done`;
      }
      case 'CStyleFor': {
        const parts = [command.init, command.condition, command.update];
        const head = parts.map(({ source }) => source.trim() || '1').join('; ');
        return `for ((${head}))\n${indent}do\n${block(command.body)}${indent}done`;
      }
      case 'Case':
        return this.#case(command, indent);
      case 'Group':
        return `{ \n${this.#lines(command.body, inner)}${indent}}`;
      case 'Subshell':
        return `( ${this.#list(command.body, indent)}${this.#documents()} )`;
      case 'Arithmetic':
        return `((${command.expression.source}))`;
      case 'Conditional':
        return `[[ ${conditionText(command.condition)} ]]`;
    }
  }

  /** `elif` is an `if` of its own, as bash shows it. */
  #if(
    [clause, ...more]: Extract<Compound, { type: 'If' }>['clauses'],
    otherwise: Body | undefined,
    indent: string,
  ): string {
    const inner = indent + STEP;
    const condition = this.#condition(clause?.condition ?? [], indent, 'then');
    const head = `if ${condition}${this.#lines(clause?.body ?? [], inner, ';')}`;
    const rest =
      more.length > 0
        ? `${indent}else\n${inner}${this.#if(more, otherwise, inner)};\n`
        : otherwise
          ? `${indent}else\n${this.#lines(otherwise, inner, ';')}`
          : '';
    return `${head}${rest}${indent}fi`;
  }

  #case({ word, items }: Extract<Compound, { type: 'Case' }>, indent: string): string {
    const inner = indent + STEP;
    const shown = items.map(({ patterns, body, terminator }) => {
      const lines = body.length > 0 ? this.#lines(body, inner + STEP) : '\n';
      return `${inner}${patterns.map(({ source }) => source).join(' | ')})\n${lines}${inner}${terminator}\n`;
    });
    return `case ${word.source} in \n${shown.join('')}${indent}esac`;
  }

  #redirections(redirections: readonly Redirection[], isFirst = false): string {
    const text = redirections.map((each) => ` ${this.#redirection(each)}`).join('');
    return isFirst ? text.slice(1) : text;
  }

  #redirection({ operator, fd, target, delimiter }: Redirection): string {
    const isInput = operator.startsWith('<') && operator !== '<>';
    const isDefault = fd === undefined || fd === (isInput ? 0 : 1);
    const number = isDefault ? '' : typeof fd === 'number' ? String(fd) : `{${fd}}`;
    if (delimiter) {
      this.#pending.push(`${target.source}${delimiter.text}\n`);
      const shown = delimiter.isQuoted ? quoteWord(delimiter.text) : delimiter.text;
      return `${number}<<${delimiter.stripsTabs ? '-' : ''}${shown}`;
    }
    if (operator === '<>') return `${fd === undefined ? 0 : number}<> ${target.source}`;
    if (operator !== '>&' && operator !== '<&') return `${number}${operator} ${target.source}`;
    const isNumber = /^(?:\d+-?|-)$/.test(target.source);
    const from = isDefault && isNumber ? (isInput ? 0 : 1) : number;
    return `${from}${target.source === '-' ? '>&' : operator}${target.source}`;
  }
}

/** A list ends with a semicolon, unless it ends with another separator. */
const withSemicolon = (text: string): string => (/[&\n]$/.test(text) ? text : `${text};`);

function assignmentText({ name, subscript, append, value }: Assignment): string {
  const at = subscript === undefined ? '' : `[${subscript}]`;
  const text = isArray(value)
    ? `(${value
        .map(({ key, append: more, value: each }) =>
          key === undefined ? each.source : `[${key}]${more ? '+=' : '='}${each.source}`,
        )
        .join(' ')})`
    : value.source;
  return `${name}${at}${append ? '+=' : '='}${text}`;
}

function conditionText(condition: Condition): string {
  switch (condition.type) {
    case 'And':
      return `${conditionText(condition.left)} && ${conditionText(condition.right)}`;
    case 'Or':
      return `${conditionText(condition.left)} || ${conditionText(condition.right)}`;
    case 'Not':
      return `! ${conditionText(condition.condition)}`;
    case 'Group':
      return `( ${conditionText(condition.condition)} )`;
    case 'Word':
      return `-n ${condition.word.source}`;
    case 'Unary':
      return `${condition.operator} ${condition.word.source}`;
    case 'Binary':
      return `${condition.left.source} ${condition.operator} ${condition.right.source}`;
  }
}
