/** The tree that a program of awk is parsed to. */

export type Target =
  | { readonly type: 'name'; readonly name: string; readonly at: number }
  | { readonly type: 'field'; readonly index: Expression }
  | {
      readonly type: 'element';
      readonly name: string;
      readonly keys: readonly Expression[];
      readonly at: number;
    };

export type Binary = '+' | '-' | '*' | '/' | '%' | '^';
export type Comparison = '<' | '<=' | '==' | '!=' | '>' | '>=';

export type Expression =
  | Target
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'tuple'; readonly items: readonly Expression[] }
  | { readonly type: 'unary'; readonly operator: '-' | '+' | '!'; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: Binary | Comparison | 'concatenate' | '~' | '!~' | '&&' | '||';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: 'conditional';
      readonly test: Expression;
      readonly consequent: Expression;
      readonly otherwise: Expression;
    }
  | {
      readonly type: 'in';
      readonly keys: readonly Expression[];
      readonly name: string;
      readonly at: number;
    }
  | {
      readonly type: 'assign';
      readonly target: Target;
      /** Left out for the plain `=`. */
      readonly operator?: Binary;
      readonly value: Expression;
    }
  | {
      readonly type: 'increment';
      readonly target: Target;
      readonly by: 1 | -1;
      readonly isPrefix: boolean;
    }
  | {
      readonly type: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | {
      readonly type: 'builtin';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: number;
    }
  | {
      readonly type: 'getline';
      readonly source: 'main' | 'file' | 'command';
      readonly from?: Expression;
      readonly target?: Target;
    };

export interface Redirect {
  readonly mode: '>' | '>>' | '|';
  readonly to: Expression;
}

export type Statement =
  | { readonly type: 'expression'; readonly body: Expression; readonly at: number }
  | {
      readonly type: 'print' | 'printf';
      readonly args: readonly Expression[];
      readonly redirect?: Redirect;
      readonly at: number;
    }
  | { readonly type: 'block'; readonly body: readonly Statement[] }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly consequent: Statement;
      readonly otherwise?: Statement;
    }
  | { readonly type: 'while' | 'do'; readonly test: Expression; readonly body: Statement }
  | {
      readonly type: 'for';
      readonly start?: Statement;
      readonly test?: Expression;
      readonly step?: Statement;
      readonly body: Statement;
    }
  | {
      readonly type: 'for in';
      readonly target: Target;
      readonly name: string;
      readonly at: number;
      readonly body: Statement;
    }
  | {
      readonly type: 'switch';
      readonly subject: Expression;
      /** The default has no value. */
      readonly cases: readonly {
        readonly value?: Expression;
        readonly body: readonly Statement[];
      }[];
    }
  | { readonly type: 'next' | 'nextfile' | 'break' | 'continue'; readonly at: number }
  | { readonly type: 'exit' | 'return'; readonly value?: Expression; readonly at: number }
  | {
      readonly type: 'delete';
      readonly name: string;
      /** Left out for the whole array. */
      readonly keys?: readonly Expression[];
      readonly at: number;
    };

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
  readonly at: number;
}

export type Special = 'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE';

export interface Rule {
  readonly special?: Special;
  readonly pattern?: Expression;
  /** The end of a range that starts with `pattern`. */
  readonly until?: Expression;
  /** Left out where the record is printed. */
  readonly action?: Statement;
}

export interface Program {
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  readonly rules: readonly Rule[];
}
