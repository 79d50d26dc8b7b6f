/** The syntax tree of a script (bash(1) "SHELL GRAMMAR"). Lines count from 1 in the text that was parsed. */

export interface Script {
  readonly statements: readonly Statement[];
}

/** Pipelines joined by `&&` and `||`. */
export interface Statement {
  readonly pipelines: readonly Pipeline[];
  /** Before the second pipeline and each that follows. */
  readonly operators: readonly ('&&' | '||')[];
  readonly background: boolean;
  /** As it was written. */
  readonly source: string;
}

export interface Pipeline {
  readonly commands: readonly Command[];
  readonly negated: boolean;
  /** `time`, and `time -p`. */
  readonly timed: 'no' | 'yes' | 'posix';
  /** By the number of the pipe: `|&`. */
  readonly joinsErrors: readonly boolean[];
}

export type Command = SimpleCommand | Compound | FunctionDefinition | Coproc;

export interface SimpleCommand {
  readonly type: 'SimpleCommand';
  readonly assignments: readonly Assignment[];
  /** The first is the command. */
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly line: number;
}

interface CompoundBase {
  readonly redirections: readonly Redirection[];
  readonly line: number;
}

export type Body = readonly Statement[];

export type Compound = CompoundBase & CompoundBody;

export type CompoundBody =
  | {
      readonly type: 'If';
      readonly clauses: readonly { readonly condition: Body; readonly body: Body }[];
      readonly otherwise: Body | undefined;
    }
  | {
      readonly type: 'For' | 'Select';
      readonly variable: string;
      /** Undefined for "$@". */
      readonly words: readonly Word[] | undefined;
      readonly body: Body;
    }
  | {
      readonly type: 'CStyleFor';
      readonly init: Word;
      readonly condition: Word;
      readonly update: Word;
      readonly body: Body;
    }
  | { readonly type: 'While' | 'Until'; readonly condition: Body; readonly body: Body }
  | { readonly type: 'Case'; readonly word: Word; readonly items: readonly CaseItem[] }
  | { readonly type: 'Subshell' | 'Group'; readonly body: Body }
  | { readonly type: 'Arithmetic'; readonly expression: Word }
  | { readonly type: 'Conditional'; readonly condition: Condition };

export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: Body;
  readonly terminator: ';;' | ';&' | ';;&';
}

export interface FunctionDefinition {
  readonly type: 'FunctionDefinition';
  readonly name: string;
  readonly body: Compound;
  readonly line: number;
}

export interface Coproc {
  readonly type: 'Coproc';
  readonly name: string;
  readonly body: Command;
  readonly line: number;
}

/** `name=value`, `name[subscript]+=value`, `name=(…)`. */
export interface Assignment {
  readonly name: string;
  /** As it was written between the brackets. */
  readonly subscript: string | undefined;
  readonly append: boolean;
  readonly value: Word | readonly Element[];
}

/** One of an array: `value`, or `[key]=value`. */
export interface Element {
  readonly key: string | undefined;
  readonly append: boolean;
  readonly value: Word;
}

export const isArray = (value: Assignment['value']): value is readonly Element[] =>
  Array.isArray(value);

export type RedirectionOperator =
  | '<'
  | '>'
  | '>>'
  | '>|'
  | '<>'
  | '<&'
  | '>&'
  | '&>'
  | '&>>'
  | '<<<'
  | '<<';

export interface Redirection {
  readonly operator: RedirectionOperator;
  /** A number, or the variable of `{name}>`; undefined where none was written. */
  readonly fd: number | string | undefined;
  /** Of `<<` the text of the here-document. */
  readonly target: Word;
  /** Of `<<` the line that ends the here-document. */
  readonly delimiter?: Delimiter;
}

export interface Delimiter {
  readonly text: string;
  /** Nothing in the document is expanded. */
  readonly isQuoted: boolean;
  /** It was announced by `<<-`. */
  readonly stripsTabs: boolean;
}

export interface Word {
  readonly parts: readonly Part[];
  /** As it was written. */
  readonly source: string;
  /** Where it is an argument that looks like an assignment. */
  readonly assignment?: Assignment;
}

export type Part =
  /** Neither quoted nor expanded: patterns and braces in it mean something. */
  | { readonly type: 'Literal'; readonly text: string }
  | { readonly type: 'Quoted'; readonly text: string }
  | { readonly type: 'DoubleQuoted'; readonly parts: readonly Part[] }
  /** `~user`; '' for `~`. */
  | { readonly type: 'Tilde'; readonly user: string }
  | Parameter
  | { readonly type: 'CommandSubstitution'; readonly body: Script }
  | { readonly type: 'Arithmetic'; readonly expression: Word }
  | {
      readonly type: 'ProcessSubstitution';
      readonly direction: 'read' | 'write';
      readonly body: Script;
    };

export interface Parameter {
  readonly type: 'Parameter';
  /** A name, digits, or one of `@*#?-$!_`. */
  readonly name: string;
  /** As it was written between the brackets. */
  readonly subscript: string | undefined;
  /** `${!name}`: the parameter that the value names. */
  readonly isIndirect: boolean;
  readonly operation: Operation | undefined;
  /** As it was written, for errors. */
  readonly source: string;
}

export type Operation =
  | { readonly type: 'Length' }
  /** `-`, `=`, `?`, `+`; `isColon` for those that take an empty value for an unset one. */
  | {
      readonly type: 'Default' | 'Assign' | 'Error' | 'Alternative';
      readonly isColon: boolean;
      readonly word: Word;
    }
  | { readonly type: 'Substring'; readonly offset: Word; readonly length: Word | undefined }
  | {
      readonly type: 'Removal';
      readonly side: 'prefix' | 'suffix';
      readonly isLongest: boolean;
      readonly pattern: Word;
    }
  | {
      readonly type: 'Replacement';
      readonly where: 'first' | 'all' | 'start' | 'end';
      readonly pattern: Word;
      readonly by: Word;
    }
  | {
      readonly type: 'Case';
      readonly change: 'upper' | 'lower' | 'toggle';
      readonly isAll: boolean;
      readonly pattern: Word | undefined;
    }
  | { readonly type: 'Transform'; readonly operator: string }
  /** `${!prefix*}`, `${!name[@]}`. */
  | { readonly type: 'Names' | 'Keys'; readonly isStar: boolean }
  | { readonly type: 'Bad' };

export type Condition =
  | { readonly type: 'And' | 'Or'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'Not' | 'Group'; readonly condition: Condition }
  | { readonly type: 'Word'; readonly word: Word }
  | { readonly type: 'Unary'; readonly operator: string; readonly word: Word }
  | {
      readonly type: 'Binary';
      readonly operator: string;
      readonly left: Word;
      readonly right: Word;
    };
