/** Compiles expressions to parts: closures where they cannot wait. */
import { type ArrayNames, arraysOf } from './arrays.ts';
import { type ArrayOf, Assembler, type Label } from './assembler.ts';
import { type BuiltinFunction, builtins } from './builtins.ts';
import { AwkError, SyntaxMistake } from './errors.ts';
import { getlineFrom, getlineMain } from './getline.ts';
import type { Cell, Machine, Operation } from './machine.ts';
import * as operators from './operators.ts';
import { type CombineAll, closuresOf, type Part, Parts } from './parts.ts';
import { elementPlace, fieldPlace, type Place, variablePlace } from './places.ts';
import { fieldIndex } from './record.ts';
import { regexOf } from './regex.ts';
import { substitute } from './substitute.ts';
import type { Expression, Program, Target } from './syntax.ts';
import { isTrue, type Key, keyOf, toNumber, toText, type Value } from './values.ts';

/** A target: what is assigned to, and the part that gives its operand. */
interface Aim {
  readonly place: Place;
  readonly operand: readonly Part[];
}

export class ExpressionCompiler {
  protected readonly machine: Machine;
  protected readonly assembler: Assembler;
  protected readonly parts: Parts;

  constructor(program: Program, machine: Machine, arrays: ArrayNames = arraysOf(program)) {
    this.machine = machine;
    this.assembler = new Assembler(program, arrays);
    this.parts = new Parts((operation) => this.emit(operation));
  }

  protected emit(operation: Operation): void {
    this.assembler.emit(operation);
  }

  protected array(name: string): ArrayOf {
    return this.assembler.array(name, (each) => this.machine.array(each));
  }

  protected part(node: Expression): Part {
    return (this.#kinds[node.type] as (node: Expression) => Part)(node);
  }

  /** Leaves the value on the stack. */
  protected expression(node: Expression): void {
    this.part(node).emit();
  }

  /** Goes on where the expression is true, and jumps where it is not. */
  protected test(node: Expression, otherwise: Label): void {
    const { evaluate, emit } = this.part(node);
    if (evaluate) {
      this.emit((m) => {
        if (!isTrue(evaluate(m) as Value)) m.pc = otherwise.at;
      });
    } else if (node.type === 'binary' && node.operator === '&&') {
      this.test(node.left, otherwise);
      this.test(node.right, otherwise);
    } else {
      emit();
      this.emit((m) => {
        if (!isTrue(m.popValue())) m.pc = otherwise.at;
      });
    }
  }

  protected aim(target: Target): Aim {
    if (target.type === 'field') {
      const number = this.parts.combined([this.part(target.index)], (_m, a) =>
        toNumber(a as Value),
      );
      return { place: fieldPlace, operand: [number] };
    }
    if (target.type === 'element')
      return { place: elementPlace(this.array(target.name)), operand: [this.key(target.keys)] };
    this.#mustBeScalar(target.name);
    const place = variablePlace(target.name, this.assembler.slot(target.name));
    return { place, operand: [] };
  }

  #mustBeScalar(name: string): void {
    if (this.assembler.isArray(name))
      throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
  }

  /** The key of an element: several are joined by SUBSEP. */
  protected key(keys: readonly Expression[]): Part {
    const parts = keys.map((each) => this.part(each));
    if (parts.length === 1)
      return this.parts.combined(parts, (m, a) => keyOf(a as Value, m.convfmt));
    return this.parts.list(parts, (m, values) => values.map((each) => m.text(each)).join(m.subsep));
  }

  /** Of an operator or a function that takes a regular expression. */
  protected pattern(node: Expression): Part {
    return node.type === 'regex' ? this.parts.constant(regexOf(node.source)) : this.part(node);
  }

  readonly #kinds: { readonly [type in Expression['type']]: (node: never) => Part } = {
    number: ({ value }: { value: number }) => this.parts.constant(value),
    string: ({ value }: { value: string }) => this.parts.constant(value),
    /** Standing alone it is matched with the record. */
    regex: ({ source }: { source: string }) => {
      const regex = regexOf(source);
      return this.parts.of((m) => (m.regex(regex).test(m.record.text) ? 1 : 0));
    },
    tuple: () => {
      throw new SyntaxMistake('syntax error', this.assembler.position);
    },
    name: (node: Target) => this.#load(node),
    element: (node: Target) => this.#load(node),
    field: (node: Target & { type: 'field' }) => {
      if (node.index.type !== 'number') return this.#load(node);
      const at = fieldIndex(node.index.value);
      return this.parts.of((m) => m.record.get(at));
    },
    unary: ({ operator, operand }: Expression & { type: 'unary' }) =>
      operator === '-' && operand.type === 'number'
        ? this.parts.constant(-operand.value + 0)
        : this.parts.combined([this.part(operand)], operators.unary[operator]),
    binary: (node: Expression & { type: 'binary' }) => this.#binary(node),
    conditional: (node: Expression & { type: 'conditional' }) => this.#conditional(node),
    in: ({ keys, name }: Expression & { type: 'in' }) => {
      const array = this.array(name);
      return this.parts.combined([this.key(keys)], (m, key) => (array(m).has(key as Key) ? 1 : 0));
    },
    assign: (node: Expression & { type: 'assign' }) => this.#assign(node),
    increment: ({ target, by, isPrefix }: Expression & { type: 'increment' }) => {
      const { place, operand } = this.aim(target);
      return this.parts.combined(operand, (m, key) => {
        const before = toNumber(place.get(m, key as Key));
        place.set(m, key as Key, before + by);
        return isPrefix ? before + by : before;
      });
    },
    call: (node: Expression & { type: 'call' }) => this.#call(node),
    builtin: (node: Expression & { type: 'builtin' }) => this.#builtin(node),
    getline: (node: Expression & { type: 'getline' }) => this.#getline(node),
  };

  #load(node: Target): Part {
    const { place, operand } = this.aim(node);
    return this.parts.combined(operand, (m, key) => place.get(m, key as Key));
  }

  #binary({ operator, left, right }: Expression & { type: 'binary' }): Part {
    if (operator === '&&' || operator === '||') return this.#logical(operator, left, right);
    const first = this.part(left);
    const second = operator === '~' || operator === '!~' ? this.pattern(right) : this.part(right);
    return this.parts.combined([first, second], operators.binary[operator]);
  }

  #logical(operator: '&&' | '||', left: Expression, right: Expression): Part {
    const [first, second] = [this.part(left), this.part(right)];
    const [a, b] = closuresOf([first, second]) ?? [];
    const isAnd = operator === '&&';
    if (a && b)
      return this.parts.of((m) =>
        isTrue(a(m) as Value) === isAnd ? (isTrue(b(m) as Value) ? 1 : 0) : isAnd ? 0 : 1,
      );
    return {
      emit: () => {
        const short: Label = { at: -1 };
        const end: Label = { at: -1 };
        first.emit();
        this.emit((m) => {
          if (isTrue(m.popValue()) !== isAnd) m.pc = short.at;
        });
        second.emit();
        this.emit((m) => m.push(isTrue(m.popValue()) ? 1 : 0));
        this.assembler.jump(end);
        this.assembler.mark(short);
        this.emit((m) => m.push(isAnd ? 0 : 1));
        this.assembler.mark(end);
      },
    };
  }

  #conditional(node: Expression & { type: 'conditional' }): Part {
    const parts = [node.test, node.consequent, node.otherwise].map((each) => this.part(each));
    const [test, yes, no] = closuresOf(parts) ?? [];
    if (test && yes && no) return this.parts.of((m) => (isTrue(test(m) as Value) ? yes(m) : no(m)));
    return {
      emit: () => {
        const not: Label = { at: -1 };
        const end: Label = { at: -1 };
        this.test(node.test, not);
        parts[1]?.emit();
        this.assembler.jump(end);
        this.assembler.mark(not);
        parts[2]?.emit();
        this.assembler.mark(end);
      },
    };
  }

  #assign({ target, operator, value }: Expression & { type: 'assign' }): Part {
    const { place, operand } = this.aim(target);
    const apply = operator && operators.compute[operator];
    const put = (m: Machine, key: Cell, given: Cell): Value => {
      const result = apply
        ? apply(toNumber(place.get(m, key as Key)), toNumber(given as Value))
        : (given as Value);
      place.set(m, key as Key, result);
      return result;
    };
    const parts = [...operand, this.part(value)];
    return this.parts.combined(
      parts,
      place.hasOperand ? put : (m, given) => put(m, undefined, given),
    );
  }

  #call({ name, args, at }: Expression & { type: 'call' }): Part {
    this.assembler.position = at;
    const called = this.assembler.functions.get(name);
    if (!called) throw new AwkError(`function ${name} never defined`);
    const { parameters, label } = called;
    if (args.length > parameters.length)
      throw new AwkError(`function \`${name}' called with more arguments than declared`);
    const parts = args.map((each) => this.#argument(each));
    const count = args.length;
    return {
      emit: () => {
        for (const part of parts) part.emit();
        this.emit((m) => {
          m.call(label.at, count, parameters.length);
          m.jumped();
        });
      },
    };
  }

  /** A name may be an array's. */
  #argument(node: Expression): Part {
    if (node.type !== 'name') return this.part(node);
    const { isLocal, index } = this.assembler.slot(node.name);
    if (this.assembler.isArray(node.name)) return this.parts.of(this.array(node.name));
    return isLocal ? this.parts.of((m) => m.stack[m.base + index]) : this.part(node);
  }

  #builtin(node: Expression & { type: 'builtin' }): Part {
    const { name, args, at } = node;
    this.assembler.position = at;
    if (name === 'sub' || name === 'gsub') return this.#substitute(node);
    const { least, most, run, waits, ...kinds } = builtins[name] as BuiltinFunction;
    if (args.length < least || args.length > most)
      throw new SyntaxMistake(`${args.length} is invalid as number of arguments for ${name}`, at);
    const parts = args.map((each, i) => {
      if (kinds.regexes?.includes(i)) return this.pattern(each);
      if (!kinds.arrays?.includes(i)) return this.#argument(each);
      if (each.type !== 'name') throw new AwkError(`${name}: argument ${i + 1} is not an array`);
      return this.parts.of(this.array(each.name));
    });
    const named = (each: string) => this.functionNamed(each);
    if (!waits) return this.parts.list(parts, (m, values) => run(m, values, named) as Value);
    return this.#waiting(parts, (m, values) => {
      m.suspend(Promise.resolve(run(m, values, named)).then((value) => m.push(value)));
    });
  }

  /** A part that suspends the machine, which leaves the value on the stack later. */
  #waiting(parts: readonly Part[], start: (m: Machine, values: readonly Cell[]) => void): Part {
    const count = parts.length;
    return {
      emit: () => {
        for (const part of parts) part.emit();
        this.emit((m) => {
          m.top -= count;
          start(m, m.stack.slice(m.top, m.top + count));
        });
      },
    };
  }

  protected functionNamed(name: string): { entry: number; size: number } | undefined {
    const found = this.assembler.functions.get(name);
    return found && { entry: found.label.at, size: found.parameters.length };
  }

  #substitute({ name, args, at }: Expression & { type: 'builtin' }): Part {
    const [
      pattern,
      replacement,
      target = { type: 'field', index: { type: 'number', value: 0 } } as const,
    ] = args;
    if (!pattern || !replacement || args.length > 3)
      throw new SyntaxMistake(`${args.length} is invalid as number of arguments for ${name}`, at);
    const isTarget = target.type === 'name' || target.type === 'field' || target.type === 'element';
    const aim = isTarget ? this.aim(target) : undefined;
    const where = aim ? aim.operand : [this.part(target)];
    const run: CombineAll = (m, [regex, by, operand]) => {
      const before = aim ? aim.place.get(m, operand as Key) : (operand as Value);
      const text = toText(before, m.convfmt);
      const changed = substitute(text, m.regex(regex), m.text(by), name === 'gsub');
      if (changed.count > 0) aim?.place.set(m, operand as Key, changed.text);
      return changed.count;
    };
    return this.parts.list([this.pattern(pattern), this.part(replacement), ...where], run);
  }

  #getline({ source, from, target }: Expression & { type: 'getline' }): Part {
    const aim = target && this.aim(target);
    const parts = [...(aim?.operand ?? []), ...(from ? [this.part(from)] : [])];
    return this.#waiting(parts, (m, values) => {
      const operand = values[0] as Key;
      const put = aim && ((value: Value) => aim.place.set(m, operand, value));
      if (source === 'main') getlineMain(m, put);
      else getlineFrom(m, source, m.text(values.at(-1)), put);
    });
  }
}
