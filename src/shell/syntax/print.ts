/** A function as text that defines it again, laid out as bash does (declare -f). */
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

  shown(command: Command): string {
    return this.#command(command, '');
  }

  definition({ name, body }: FunctionDefinition): string {
    return `${name} () \n${this.#braced(body, '')}\n`;
  }

  /** The body of a function: in braces also where it is another compound command. */
  #braced(body: Compound, indent: string): string {
    if (body.type === 'Group')
      return `{ \n${this.#lines(body.body, indent + STEP)}${indent}}${this.#redirections(body.redirections)}`;
    const inner = indent + STEP;
    return `{ \n${inner}${this.#compound(body, inner)}\n${indent}}`;
  }

  /** Statements, each on a line; all but the last end with a semicolon. */
  #lines(body: Body, indent: string, last = ''): string {
    let text = '';
    for (const [i, statement] of body.entries()) {
      const isLast = i === body.length - 1;
      const isHere = this.#pending.length > 0;
      text += `${isHere ? '' : indent}${this.#statement(statement, indent)}`;
      const follows = body[i + 1];
      if (statement.background && !isLast && follows) {
        text += ' ';
        text += this.#statement(follows, indent);
        return `${text}${this.#end(last)}${this.#lines(body.slice(i + 2), indent, last)}`;
      }
      text += this.#end(statement.background ? '' : isLast ? last : ';');
    }
    return text;
  }

  /** The end of a line, and the here-documents that it announced. */
  #end(separator: string): string {
    const documents = this.#pending.join('');
    this.#pending = [];
    return documents === '' ? `${separator}\n` : `\n${documents}\n`;
  }

  #statement({ pipelines, operators, background }: Statement, indent: string): string {
    const text = pipelines
      .map(
        (pipeline, i) =>
          (i === 0 ? '' : ` ${operators[i - 1]} `) + this.#pipeline(pipeline, indent),
      )
      .join('');
    return background ? `${text} &` : text;
  }

  #pipeline({ commands, negated, timed, joinsErrors }: Pipeline, indent: string): string {
    const time = timed === 'no' ? '' : timed === 'posix' ? 'time -p ' : 'time ';
    const text = commands
      .map((command, i) => {
        const joined = joinsErrors[i] ? ' 2>&1' : '';
        return this.#command(command, indent) + joined;
      })
      .join(' | ');
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
    /** A list on one line. */
    const inline = (body: Body): string =>
      body.map((each) => this.#statement(each, indent)).join(`;\n${indent}`);
    switch (command.type) {
      case 'If':
        return this.#if(command.clauses, command.otherwise, indent);
      case 'While':
      case 'Until':
        return `${command.type.toLowerCase()} ${inline(command.condition)}; do\n${block(command.body)}${indent}done`;
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
        return `( ${inline(command.body)} )`;
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
    const condition = (clause?.condition ?? []).map((each) => this.#statement(each, indent));
    const head = `if ${condition.join(`;\n${indent}`)}; then\n${this.#lines(clause?.body ?? [], inner, ';')}`;
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

  #redirection({ operator, fd, target }: Redirection): string {
    const number = fd === undefined ? '' : typeof fd === 'number' ? String(fd) : `{${fd}}`;
    if (operator !== '<<') {
      const blank = operator === '>&' || operator === '<&' ? '' : ' ';
      return `${number}${operator}${blank}${target.source}`;
    }
    const isQuoted =
      target.parts.every(({ type }) => type === 'Quoted') && /[$`\\]/.test(target.source);
    const delimiter = delimiterFor(target.source);
    this.#pending.push(`${target.source}${delimiter}\n`);
    return `${number}<<${isQuoted ? `'${delimiter}'` : delimiter}`;
  }
}

/** A line that the text does not have. */
function delimiterFor(text: string): string {
  let delimiter = 'EOF';
  while (text.split('\n').includes(delimiter)) delimiter += '_';
  return delimiter;
}

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
    case 'Word':
      return `-n ${condition.word.source}`;
    case 'Unary':
      return `${condition.operator} ${condition.word.source}`;
    case 'Binary':
      return `${condition.left.source} ${condition.operator} ${condition.right.source}`;
  }
}
