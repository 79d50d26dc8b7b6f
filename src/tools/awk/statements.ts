/** Compiles the statements, the rules and the functions of a program. */
import type { Label } from './assembler.ts';
import { ExpressionCompiler } from './compile.ts';
import { AwkError } from './errors.ts';
import type { Keys, Machine, Operation } from './machine.ts';
import { closuresOf, evaluated } from './parts.ts';
import { formatted, printed, printing, writeOut, writeTo } from './print.ts';
import { Regex } from './regex.ts';
import { sorted } from './sorting.ts';
import type { Program, Rule, Special, Statement } from './syntax.ts';
import { compare, InputText, type Key, keyText, toNumber, type Value } from './values.ts';

/** Where the parts of a program start; -1 for what it does not have. */
export type Entries = { readonly [special in Special]: number } & { readonly main: number };

interface Loop {
  readonly break: Label;
  /** A switch has none. */
  readonly continue?: Label;
}

export class Compiler extends ExpressionCompiler {
  readonly #loops: Loop[] = [];
  readonly #ranges: boolean[] = [];

  get code(): readonly Operation[] {
    return this.assembler.code;
  }

  /** The offset of the program's text that is being compiled. */
  get position(): number {
    return this.assembler.position;
  }

  program({ rules, functions }: Program): Entries {
    for (const { name, body } of functions.values()) {
      const compiled = this.assembler.functions.get(name);
      if (!compiled) continue;
      this.assembler.scope = compiled;
      this.assembler.mark(compiled.label);
      this.statement(body);
      this.emit((m) => m.return(undefined));
      this.assembler.scope = undefined;
    }
    const part = (special: Special | undefined): number => {
      const own = rules.filter((rule) => rule.special === special);
      if (own.length === 0) return -1;
      const at = this.assembler.code.length;
      for (const rule of own) this.#rule(rule);
      this.emit((m) => m.halt('done'));
      return at;
    };
    return {
      BEGIN: part('BEGIN'),
      BEGINFILE: part('BEGINFILE'),
      main: part(undefined),
      ENDFILE: part('ENDFILE'),
      END: part('END'),
    };
  }

  /** The place of a variable that an operand or an option sets. */
  setVariable(name: string, text: string): void {
    if (this.assembler.functions.has(name))
      throw new AwkError(`cannot use function name \`${name}' as variable name`);
    this.aim({ type: 'name', name, at: 0 }).place.set(this.machine, '', new InputText(text));
  }

  #rule({ pattern, until, action }: Rule): void {
    const end: Label = { at: -1 };
    if (pattern && until) this.#range(pattern, until, end);
    else if (pattern) this.test(pattern, end);
    this.statement(action ?? { type: 'print', args: [], at: this.assembler.position });
    this.assembler.mark(end);
  }

  #range(from: NonNullable<Rule['pattern']>, until: NonNullable<Rule['until']>, end: Label): void {
    const index = this.#ranges.push(false) - 1;
    const within: Label = { at: -1 };
    const action: Label = { at: -1 };
    this.emit((m) => {
      if (this.#ranges[index]) m.pc = within.at;
    });
    this.test(from, end);
    this.emit(() => {
      this.#ranges[index] = true;
    });
    this.assembler.mark(within);
    this.test(until, action);
    this.emit(() => {
      this.#ranges[index] = false;
    });
    this.assembler.mark(action);
  }

  protected statement(node: Statement): void {
    const compile = this.#statements[node.type] as (node: Statement) => void;
    if ('at' in node) this.assembler.position = node.at;
    compile(node);
  }

  readonly #statements: { readonly [type in Statement['type']]: (node: never) => void } = {
    expression: ({ body }: Statement & { type: 'expression' }) => {
      const { evaluate, emit } = this.part(body);
      if (evaluate) this.emit(evaluate as Operation);
      else {
        emit();
        this.emit((m) => {
          m.top--;
        });
      }
    },
    print: (node: Statement & { type: 'print' }) => this.#print(node),
    printf: (node: Statement & { type: 'printf' }) => this.#print(node),
    block: ({ body }: Statement & { type: 'block' }) => {
      for (const each of body) this.statement(each);
    },
    if: (node: Statement & { type: 'if' }) => this.#if(node),
    while: (node: Statement & { type: 'while' }) => this.#while(node),
    do: (node: Statement & { type: 'do' }) => this.#do(node),
    for: (node: Statement & { type: 'for' }) => this.#for(node),
    'for in': (node: Statement & { type: 'for in' }) => this.#forIn(node),
    switch: (node: Statement & { type: 'switch' }) => this.#switch(node),
    next: () => this.emit((m) => m.halt('next')),
    nextfile: () => this.emit((m) => m.halt('nextfile')),
    break: () => {
      const loop = this.#loops.at(-1);
      if (loop) this.assembler.jump(loop.break);
    },
    continue: () => {
      const loop = this.#loops.findLast((each) => each.continue);
      if (loop?.continue) this.assembler.jump(loop.continue);
    },
    exit: (node: Statement & { type: 'exit' }) => this.#exit(node),
    return: ({ value }: Statement & { type: 'return' }) => {
      if (value) this.expression(value);
      else this.emit((m) => m.push(undefined));
      this.emit((m) => m.return(m.pop()));
    },
    delete: (node: Statement & { type: 'delete' }) => this.#delete(node),
  };

  #loop(loop: Loop, body: Statement): void {
    this.#loops.push(loop);
    this.statement(body);
    this.#loops.pop();
  }

  #if({ test, consequent, otherwise }: Statement & { type: 'if' }): void {
    const no: Label = { at: -1 };
    const end: Label = { at: -1 };
    this.test(test, no);
    this.statement(consequent);
    if (otherwise) this.assembler.jump(end);
    this.assembler.mark(no);
    if (otherwise) this.statement(otherwise);
    this.assembler.mark(end);
  }

  #while({ test, body }: Statement & { type: 'while' }): void {
    const loop = { break: { at: -1 }, continue: { at: -1 } };
    this.assembler.mark(loop.continue);
    this.test(test, loop.break);
    this.#loop(loop, body);
    this.assembler.jump(loop.continue);
    this.assembler.mark(loop.break);
  }

  #do({ test, body }: Statement & { type: 'do' }): void {
    const loop = { break: { at: -1 }, continue: { at: -1 } };
    const start: Label = { at: -1 };
    this.assembler.mark(start);
    this.#loop(loop, body);
    this.assembler.mark(loop.continue);
    this.test(test, loop.break);
    this.assembler.jump(start);
    this.assembler.mark(loop.break);
  }

  #for({ start, test, step, body }: Statement & { type: 'for' }): void {
    const loop = { break: { at: -1 }, continue: { at: -1 } };
    const again: Label = { at: -1 };
    if (start) this.statement(start);
    this.assembler.mark(again);
    if (test) this.test(test, loop.break);
    this.#loop(loop, body);
    this.assembler.mark(loop.continue);
    if (step) this.statement(step);
    this.assembler.jump(again);
    this.assembler.mark(loop.break);
  }

  #forIn({ target, name, body }: Statement & { type: 'for in' }): void {
    const loop = { break: { at: -1 }, continue: { at: -1 } };
    const array = this.array(name);
    const { place } = this.aim(target);
    this.emit((m) => {
      const how = m.arrays.get('PROCINFO')?.get('sorted_in');
      const elements = array(m);
      const keys =
        how === undefined
          ? [...elements.keys()]
          : sorted(m, elements, m.text(how), (each) => this.functionNamed(each)).map(
              ([key]) => key,
            );
      m.push({ keys, at: 0 });
    });
    this.assembler.mark(loop.continue);
    this.emit((m) => {
      const keys = m.stack[m.top - 1] as Keys;
      if (keys.at === keys.keys.length) m.pc = loop.break.at;
      else place.set(m, '', new InputText(keyText(keys.keys[keys.at++] as Key)));
    });
    this.#loop(loop, body);
    this.assembler.jump(loop.continue);
    this.assembler.mark(loop.break);
    this.emit((m) => {
      m.top--;
    });
  }

  #switch({ subject, cases }: Statement & { type: 'switch' }): void {
    const end: Label = { at: -1 };
    const labels = cases.map((): Label => ({ at: -1 }));
    this.expression(subject);
    for (const [i, { value }] of cases.entries()) {
      if (!value) continue;
      this.pattern(value).emit();
      this.emit((m) => {
        if (!isCase(m)) return;
        m.top--;
        m.pc = (labels[i] as Label).at;
      });
    }
    this.emit((m) => {
      m.top--;
    });
    this.assembler.jump(labels[cases.findIndex(({ value }) => !value)] ?? end);
    this.#loops.push({ break: end });
    for (const [i, { body }] of cases.entries()) {
      this.assembler.mark(labels[i] as Label);
      for (const each of body) this.statement(each);
    }
    this.#loops.pop();
    this.assembler.mark(end);
  }

  #exit({ value }: Statement & { type: 'exit' }): void {
    if (value) {
      this.expression(value);
      this.emit((m) => {
        m.status = Math.trunc(m.popNumber()) & 0xff;
      });
    }
    this.emit((m) => {
      m.isExiting = true;
      m.halt('exit');
    });
  }

  #delete({ name, keys }: Statement & { type: 'delete' }): void {
    const array = this.array(name);
    if (!keys) {
      this.emit((m) => array(m).clear());
      return;
    }
    this.key(keys).emit();
    this.emit((m) => void array(m).delete(m.pop() as Key));
  }

  #print({ type, args, redirect }: Statement & { type: 'print' | 'printf' }): void {
    const given = args.map((each) => this.part(each));
    const to = redirect ? [this.part(redirect.to)] : [];
    const write = redirect ? writeTo(redirect.mode) : writeOut;
    const text = type === 'print' ? printed : formatted;
    const closures = closuresOf([...given, ...to]);
    if (closures) {
      this.emit(
        type === 'print' && !redirect
          ? printing(closures)
          : (m) => write(m, evaluated(closures, m), text),
      );
      return;
    }
    const count = given.length + to.length;
    for (const part of [...given, ...to]) part.emit();
    this.emit((m) => {
      m.top -= count;
      write(m, m.stack.slice(m.top, m.top + count), text);
    });
  }
}

/** Whether the value on the stack is the case of the subject below it. */
function isCase(m: Machine): boolean {
  const value = m.pop();
  const subject = m.stack[m.top - 1] as Value;
  if (value instanceof Regex) return m.regex(value).test(m.text(subject));
  if (typeof value !== 'number')
    return typeof subject !== 'number' && m.text(subject) === m.text(value);
  if (typeof subject === 'string') return false;
  return compare(subject, value, m.convfmt) === 0 && !Number.isNaN(toNumber(subject));
}
