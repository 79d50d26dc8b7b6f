/** The parser, which is just-bash's, and the types of the tree that it makes. */
import { Bash } from 'just-bash/browser';

export type Script = ReturnType<Bash['transform']>['ast'];
export type Statement = Script['statements'][number];
export type Pipeline = Statement['pipelines'][number];
export type Command = Pipeline['commands'][number];
type Of<T, K> = Extract<T, { type: K }>;
export type SimpleCommand = Of<Command, 'SimpleCommand'>;
export type Word = SimpleCommand['args'][number];
export type Part = Word['parts'][number];
export type Assignment = SimpleCommand['assignments'][number];
export type Redirection = SimpleCommand['redirections'][number];
export type Parameter = Of<Part, 'ParameterExpansion'>;
export type Operation = NonNullable<Parameter['operation']>;
export type Arithmetic = Of<Part, 'ArithmeticExpansion'>['expression'];
export type ArithNode = Arithmetic['expression'];
export type Condition = Of<Command, 'ConditionalCommand'>['expression'];
export type Compound = Of<Command, 'FunctionDef'>['body'];
export type { Of };

export class SyntaxError_ extends Error {
  /** More lines could make it whole. */
  readonly incomplete: boolean;

  constructor(message: string, incomplete: boolean) {
    super(message);
    this.incomplete = incomplete;
  }
}

const parser = new Bash();

/** What says that the text ends too early. */
const early = /got EOF|unexpected EOF|unterminated here-document/;

/** A script as its syntax tree; throws SyntaxError_ with a sentence. */
export function parse(text: string): Script {
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) throw new SyntaxError_('a line goes on', true);
  let script: Script;
  try {
    script = parser.transform(text).ast;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SyntaxError_(sentence(message), early.test(message));
  }
  const last = text.replace(/(^|\s)#.*$/gm, '').trimEnd();
  if (/(\||&&)$/.test(last)) throw new SyntaxError_('a command is missing at the end', true);
  return script;
}

const sentence = (message: string): string =>
  message.replace(/^Parse error at (\d+):\d+: /, 'line $1: ').replace(/^(?!line)/, '');

/** One word, as the parser sees it where an argument stands. */
export function parseWord(text: string): Word {
  const command = parse(`: ${text}`).statements[0]?.pipelines[0]?.commands[0];
  const word = command?.type === 'SimpleCommand' ? command.args[0] : undefined;
  return word ?? ({ type: 'Word', parts: [] } as Word);
}

/** A word as text that is parsed as that word again; for what the parser left as one. */
export function sourceOf(word: Word): string {
  return word.parts.map(partSource).join('');
}

function partSource(part: Part): string {
  switch (part.type) {
    case 'Literal':
      return part.value;
    case 'Glob':
      return part.pattern;
    case 'Escaped':
      return `\\${part.value}`;
    case 'SingleQuoted':
      return `'${part.value}'`;
    case 'DoubleQuoted':
      return `"${part.parts
        .map((inner) =>
          inner.type === 'Literal' ? inner.value.replace(/["\\$`]/g, '\\$&') : partSource(inner),
        )
        .join('')}"`;
    case 'ParameterExpansion':
      if (part.operation) throw new SyntaxError_('this expansion cannot stand here', false);
      return `\${${part.parameter}}`;
    case 'ArithmeticExpansion':
      return `$((${part.expression.originalText ?? ''}))`;
    case 'TildeExpansion':
      return `~${part.user ?? ''}`;
    default:
      throw new SyntaxError_('this expansion cannot stand here', false);
  }
}
