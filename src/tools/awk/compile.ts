/** Compiles expressions: each leaves one value on the stack. */

import { type ArrayNames, arraysOf } from './arrays.ts';
import { type ArrayOf, Assembler, type Label } from './assembler.ts';
import { builtins } from './builtins.ts';
import { AwkError, SyntaxMistake } from './errors.ts';
import { getlineFrom, getlineMain } from './getline.ts';
import type { Machine, Operation } from './machine.ts';
import * as operators from './operators.ts';
import { elementPlace, fieldPlace, type Place, variablePlace } from './places.ts';
import { fieldIndex } from './record.ts';
import { regexOf } from './regex.ts';
import { substitute } from './substitute.ts';
import type { Expression, Program, Target } from './syntax.ts';
import { type Key, keyOf, toText, type Value } from './values.ts';

export class ExpressionCompiler {
  protected readonly machine: Machine;
  protected readonly assembler: Assembler;

  constructor(program: Program, machine: Machine, arrays: ArrayNames = arraysOf(program)) {
    this.machine = machine;
    this.assembler = new Assembler(program, arrays);
  }

  protected emit(operation: Operation): void {
    this.assembler.emit(operation);
  }

  protected array(name: string): ArrayOf {
    return this.assembler.array(name, (each) => this.machine.array(each));
  }

  protected expression(node: Expression): void {
    // Each kind has its method; the kinds are those of the tree.
    const compile = this[node.type] as (node: Expression) => void;
    compile.call(this, node);
  }

  /** Goes on where the expression is true, and jumps where it is not. */
  protected test(node: Expression, otherwise: Label): void {
    if (node.type === 'binary' && node.operator === '&&') {
      this.test(node.left, otherwise);
      this.test(node.right, otherwise);
    } else if (node.type === 'binary' && operators.isComparison(node.operator)) {
      this.expression(node.left);
      this.expression(node.right);
      this.emit(operators.jumpUnlessCompared(node.operator, otherwise));
    } else {
      this.expression(node);
      this.emit(operators.jumpIfFalse(otherwise));
    }
  }

  /** Leaves the operand of the target on the stack, where it has one. */
  protected place(target: Target): Place {
    if (target.type === 'field') {
      this.expression(target.index);
      this.emit((m) => m.push(m.popNumber()));
      return fieldPlace;
    }
    if (target.type === 'element') {
      this.key(target.keys);
      return elementPlace(this.array(target.name));
    }
    this.#mustBeScalar(target.name);
    return variablePlace(target.name, this.assembler.slot(target.name));
  }

  #mustBeScalar(name: string): void {
    if (this.assembler.isArray(name))
      throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
  }

  /** The key of an element: several are joined by SUBSEP. */
  protected key(keys: readonly Expression[]): void {
    for (const each of keys) this.expression(each);
    const count = keys.length;
    if (count === 1) {
      this.emit((m) => m.push(keyOf(m.popValue(), m.convfmt)));
      return;
    }
    this.emit((m) => {
      m.top -= count;
      const parts = m.stack.slice(m.top, m.top + count);
      m.push(parts.map((each) => m.text(each)).join(m.subsep));
    });
  }

  protected number({ value }: { value: number }): void {
    this.emit((m) => m.push(value));
  }

  protected string({ value }: { value: string }): void {
    this.emit((m) => m.push(value));
  }

  /** Standing alone it is matched with the record. */
  protected regex({ source }: { source: string }): void {
    const regex = regexOf(source);
    this.emit((m) => m.push(m.regex(regex).test(m.record.text) ? 1 : 0));
  }

  /** Of an operator or a function that takes one. */
  protected pattern(node: Expression): void {
    if (node.type !== 'regex') {
      this.expression(node);
      return;
    }
    const regex = regexOf(node.source);
    this.emit((m) => m.push(regex));
  }

  protected tuple(): void {
    throw new SyntaxMistake('syntax error', this.assembler.position);
  }

  protected name(node: Target): void {
    this.emit(operators.load(this.place(node)));
  }

  protected element(node: Target): void {
    this.emit(operators.load(this.place(node)));
  }

  protected field({ index }: { index: Expression }): void {
    if (index.type === 'number') {
      const at = fieldIndex(index.value);
      this.emit((m) => m.push(m.record.get(at)));
      return;
    }
    this.expression(index);
    this.emit((m) => m.push(m.record.get(fieldIndex(m.popNumber()))));
  }

  protected unary({ operator, operand }: Expression & { type: 'unary' }): void {
    if (operator === '-' && operand.type === 'number') {
      this.number({ value: -operand.value + 0 });
      return;
    }
    this.expression(operand);
    this.emit(operators.unary[operator]);
  }

  protected binary({ operator, left, right }: Expression & { type: 'binary' }): void {
    if (operator === '&&' || operator === '||') {
      this.#logical(operator, left, right);
      return;
    }
    this.expression(left);
    if (operator === '~' || operator === '!~') {
      this.pattern(right);
      this.emit(operators.matches(operator === '!~'));
      return;
    }
    this.expression(right);
    if (operator === 'concatenate') this.emit(operators.concatenate);
    else if (operators.isBinary(operator)) this.emit(operators.binary(operator));
    else this.emit(operators.comparison(operator));
  }

  #logical(operator: '&&' | '||', left: Expression, right: Expression): void {
    const short: Label = { at: -1 };
    const end: Label = { at: -1 };
    this.expression(left);
    this.emit(operator === '&&' ? operators.jumpIfFalse(short) : operators.jumpIfTrue(short));
    this.expression(right);
    this.emit(operators.unary.truth);
    this.assembler.jump(end);
    this.assembler.mark(short);
    this.emit((m) => m.push(operator === '&&' ? 0 : 1));
    this.assembler.mark(end);
  }

  protected conditional({
    test,
    consequent,
    otherwise,
  }: Expression & { type: 'conditional' }): void {
    const no: Label = { at: -1 };
    const end: Label = { at: -1 };
    this.test(test, no);
    this.expression(consequent);
    this.assembler.jump(end);
    this.assembler.mark(no);
    this.expression(otherwise);
    this.assembler.mark(end);
  }

  protected in({ keys, name }: Expression & { type: 'in' }): void {
    this.key(keys);
    const array = this.array(name);
    this.emit((m) => m.push(array(m).has(m.pop() as Key) ? 1 : 0));
  }

  protected assign({ target, operator, value }: Expression & { type: 'assign' }): void {
    const place = this.place(target);
    this.expression(value);
    this.emit(operator ? operators.augment(place, operator) : operators.assign(place));
  }

  protected increment({ target, by, isPrefix }: Expression & { type: 'increment' }): void {
    this.emit(operators.increment(this.place(target), by, isPrefix));
  }

  protected call({ name, args, at }: Expression & { type: 'call' }): void {
    this.assembler.position = at;
    const called = this.assembler.functions.get(name);
    if (!called) throw new AwkError(`function ${name} never defined`);
    const { parameters, label } = called;
    if (args.length > parameters.length)
      throw new AwkError(`function \`${name}' called with more arguments than declared`);
    for (const each of args) this.#argument(each);
    const count = args.length;
    this.emit((m) => m.call(label.at, count, parameters.length));
  }

  /** A name may be an array's. */
  #argument(node: Expression): void {
    if (node.type !== 'name') {
      this.expression(node);
      return;
    }
    const { isLocal, index } = this.assembler.slot(node.name);
    if (this.assembler.isArray(node.name)) this.#pushArray(node.name);
    else if (isLocal) this.emit((m) => m.push(m.stack[m.base + index]));
    else this.expression(node);
  }

  #pushArray(name: string): void {
    const array = this.array(name);
    this.emit((m) => m.push(array(m)));
  }

  protected builtin(node: Expression & { type: 'builtin' }): void {
    const { name, args, at } = node;
    this.assembler.position = at;
    if (name === 'sub' || name === 'gsub') {
      this.#substitute(node);
      return;
    }
    const {
      least,
      most,
      arrays = [],
      regexes = [],
      run,
    } = builtins[name] as (typeof builtins)[string];
    if (args.length < least || args.length > most)
      throw new SyntaxMistake(`${args.length} is invalid as number of arguments for ${name}`, at);
    for (const [i, each] of args.entries()) {
      if (arrays.includes(i)) {
        if (each.type !== 'name') throw new AwkError(`${name}: argument ${i + 1} is not an array`);
        this.#pushArray(each.name);
      } else if (regexes.includes(i)) this.pattern(each);
      else this.#argument(each);
    }
    const count = args.length;
    this.emit((m) => {
      m.top -= count;
      const result = run(m, m.stack.slice(m.top, m.top + count), (each) =>
        this.functionNamed(each),
      );
      if (result instanceof Promise) m.suspend(result.then((value) => m.push(value)));
      else m.push(result);
    });
  }

  protected functionNamed(name: string): { entry: number; size: number } | undefined {
    const found = this.assembler.functions.get(name);
    return found && { entry: found.label.at, size: found.parameters.length };
  }

  #substitute({ name, args, at }: Expression & { type: 'builtin' }): void {
    const [
      pattern,
      replacement,
      target = { type: 'field', index: { type: 'number', value: 0 } } as const,
    ] = args;
    if (!pattern || !replacement || args.length > 3)
      throw new SyntaxMistake(`${args.length} is invalid as number of arguments for ${name}`, at);
    this.pattern(pattern);
    this.expression(replacement);
    const isTarget = target.type === 'name' || target.type === 'field' || target.type === 'element';
    const place = isTarget ? this.place(target) : undefined;
    if (!place) this.expression(target);
    this.emit((m) => {
      const operand = !place || place.hasOperand ? m.pop() : '';
      const by = m.popText();
      const regex = m.regex(m.pop());
      const before = place ? place.get(m, operand as Key) : (operand as Value);
      const { text, count } = substitute(toText(before, m.convfmt), regex, by, name === 'gsub');
      if (count > 0) place?.set(m, operand as Key, text);
      m.push(count);
    });
  }

  protected getline({ source, from, target }: Expression & { type: 'getline' }): void {
    const place = target && this.place(target);
    if (from) this.expression(from);
    this.emit((m) => {
      const name = from ? m.popText() : '';
      const operand = place?.hasOperand ? (m.pop() as Key) : '';
      const put = place && ((value: Value) => place.set(m, operand, value));
      if (source === 'main') getlineMain(m, put);
      else getlineFrom(m, source, name, put);
    });
  }
}
