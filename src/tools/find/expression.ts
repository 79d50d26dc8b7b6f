/**
 * The expression of find(1) as a program without recursion: each step sets the value or jumps over what the value makes
 * needless.
 */
import type { Host } from '../host.ts';
import { ToolError } from '../host.ts';
import type { Found } from './found.ts';

export type Test = (found: Found) => boolean | Promise<boolean>;

export interface Token {
  readonly kind: 'test' | 'open' | 'close' | 'not' | 'and' | 'or' | 'comma' | 'end';
  /** As it is written. */
  readonly name: string;
  readonly test?: Test;
}

export const operators: Readonly<Record<string, Token['kind']>> = {
  '(': 'open',
  ')': 'close',
  '!': 'not',
  '-not': 'not',
  '-a': 'and',
  '-and': 'and',
  '-o': 'or',
  '-or': 'or',
  ',': 'comma',
};

type Step =
  | { readonly kind: 'test'; readonly test: Test }
  | { readonly kind: 'not' }
  /** Goes to `to` where the value is `on`. */
  | { readonly kind: 'jump'; readonly on: boolean; to: number };

export type Program = readonly Step[];

/** How closely an operator holds its operands. */
const CLOSENESS: Readonly<Record<string, number>> = { not: 4, and: 3, or: 2, comma: 1, open: 0 };

const invalid = (message: string): never => {
  throw new ToolError(message);
};

interface Waiting {
  readonly kind: Token['kind'];
  readonly jump?: { to: number };
}

/** Compiles tokens in which the operator between two operands may lack. */
export function compileExpression(tokens: readonly Token[]): Program {
  const steps: Step[] = [];
  const waiting: Waiting[] = [];
  const settle = (closeness: number): void => {
    for (let top = waiting.at(-1); top; top = waiting.at(-1)) {
      if ((CLOSENESS[top.kind] ?? 0) < closeness) return;
      waiting.pop();
      if (top.kind === 'not') steps.push({ kind: 'not' });
      else if (top.jump) top.jump.to = steps.length;
    }
  };
  const join = (kind: Token['kind']): void => {
    settle(CLOSENESS[kind] ?? 0);
    if (kind === 'comma') {
      waiting.push({ kind });
      return;
    }
    const jump: Step = { kind: 'jump', on: kind === 'or', to: 0 };
    steps.push(jump);
    waiting.push({ kind, jump });
  };
  let isOperandNext = true;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (isOperandNext) {
      checkOperand(token, before, tokens[i + 1]);
      if (token.kind === 'test') steps.push({ kind: 'test', test: token.test as Test });
      else waiting.push(token.kind === 'not' ? { kind: 'not' } : { kind: 'open' });
      isOperandNext = token.kind !== 'test';
    } else if (token.kind === 'close' || token.kind === 'end') {
      settle(1);
      if (!waiting.pop()) invalid("you have too many ')'");
    } else if (token.kind === 'and' || token.kind === 'or' || token.kind === 'comma') {
      join(token.kind);
      isOperandNext = true;
    } else {
      join('and');
      checkOperand(token, before, tokens[i + 1]);
      if (token.kind === 'test') steps.push({ kind: 'test', test: token.test as Test });
      else waiting.push({ kind: token.kind });
      isOperandNext = token.kind !== 'test';
    }
  }
  if (isOperandNext && tokens.length > 0) invalid('invalid expression');
  settle(1);
  if (waiting.length > 0)
    invalid("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
  return steps;
}

/** Ends the tool where a token cannot begin an operand. */
function checkOperand(token: Token, before: Token | undefined, after: Token | undefined): void {
  const { kind, name } = token;
  if (kind === 'and' || kind === 'or' || kind === 'comma')
    invalid(
      `invalid expression; you have used a binary operator '${name}' with nothing before it.`,
    );
  if (kind === 'end') invalid(`expected an expression after '${before?.name ?? ''}'`);
  if (kind === 'close')
    invalid(
      before && before.kind !== 'open'
        ? `expected an expression between '${before.name}' and ')'`
        : "invalid expression; you have too many ')'",
    );
  if (kind !== 'open') return;
  if (!after)
    invalid(
      `invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '${name}'`,
    );
  if (after?.kind === 'close' || after?.kind === 'end')
    invalid(
      after.kind === 'end'
        ? `invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '${name}'`
        : 'invalid expression; empty parentheses are not allowed.',
    );
}

/** Evaluates a program for a file; `isOver` ends it early. */
export async function evaluate(
  host: Host,
  program: Program,
  found: Found,
  isOver: () => boolean,
): Promise<void> {
  let value = true;
  for (let at = 0; at < program.length && !isOver(); at++) {
    const step = program[at] as Step;
    if (step.kind === 'not') value = !value;
    else if (step.kind === 'jump') {
      if (value === step.on) at = step.to - 1;
    } else {
      const result = step.test(found);
      value = typeof result === 'boolean' ? result : await result;
    }
    if (at % 1000 === 999) await host.checkpoint();
  }
}
