/** Runs compiled lines of bc(1). */
import type { Host } from '../host.ts';
import { argumentEnd, type Definition, type Local, type Op } from './code.ts';
import { HISTORY, IBASE, LAST, type Names, OBASE, SCALE } from './names.ts';
import { type NativeFunction, natives } from './natives.ts';
import {
  add,
  compare,
  isZero,
  lengthOf,
  type Num,
  negate,
  num,
  one,
  parseNumber,
  sizeOf,
  squareRoot,
  tenTo,
  toLong,
  zero,
} from './number.ts';
import { binary, tests } from './operators.ts';
import type { Printer } from './print.ts';
import { randomNumbers } from './random.ts';

/** The program has said `halt`. */
export class Halt extends Error {}

/** A line cannot go on; the next one is run. */
class RuntimeMistake extends Error {}

const MOST_INDEX = 16_777_215;
const MOST_BASE = 2_147_483_647;
/** A hundred thousand calls within one another have no other use than to show that a program has no end. */
const MOST_FRAMES = 100_000;
/** What may be computed between two turns for what else runs. */
const TURN = 50_000;

type Elements = Map<number, Num>;

interface Saved<T> {
  readonly id: number;
  readonly value: T | undefined;
}

interface Frame {
  readonly code: readonly Op[];
  readonly pc: number;
  readonly function: number;
  /** Constants are read in the base that was set when the function was called. */
  readonly ibase: number;
  readonly variables: readonly Saved<Num>[];
  readonly arrays: readonly Saved<Elements>[];
}

export interface Surroundings {
  readonly host: Host;
  readonly names: Names;
  readonly printer: Printer;
  readonly isStandard: boolean;
  /** The line that read() reads; undefined at the end. */
  readonly readLine: () => Promise<string | undefined>;
  readonly warn: (message: string) => void;
  readonly flush: () => Promise<void>;
}

export class Machine {
  readonly #around: Surroundings;
  readonly #definitions = new Map<number, Definition>();
  readonly #natives = new Map<number, NativeFunction>();
  readonly #variables: (Num | undefined)[] = [];
  readonly #arrays: (Elements | undefined)[] = [];
  readonly #stack: Num[] = [];
  readonly #frames: Frame[] = [];
  readonly #random = randomNumbers();
  #ibase = 10;
  #obase = 10;
  #scale = 0;
  #last: Num = zero;
  #history: Num = num(-1n);
  #code: readonly Op[] = [];
  #pc = 0;
  #function = 0;
  /** The address that a message names. */
  #address = 0;
  #work = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Defines the functions of `-l`. */
  loadLibrary(): void {
    for (const [name, native] of Object.entries(natives))
      this.#natives.set(this.#around.names.functions.idOf(name), native);
    this.#scale = 20;
  }

  define(definition: Definition): void {
    this.#natives.delete(definition.id);
    this.#definitions.set(definition.id, definition);
  }

  async run(code: readonly Op[]): Promise<void> {
    this.#code = code;
    this.#pc = 0;
    this.#function = 0;
    try {
      await this.#loop();
    } catch (error) {
      if (!(error instanceof RuntimeMistake)) throw error;
      this.#around.warn(`Runtime error ${error.message}`);
      while (this.#frames.length > 0) this.#leave();
    }
    this.#stack.length = 0;
  }

  async #loop(): Promise<void> {
    while (this.#pc < this.#code.length) {
      const op = this.#code[this.#pc++] as Op;
      this.#address = op.end;
      const waits = this.#step(op);
      if (waits) await waits;
      if (++this.#work >= TURN) await this.#turn();
    }
  }

  async #turn(): Promise<void> {
    this.#work = 0;
    await this.#around.flush();
    await this.#around.host.checkpoint();
  }

  #where(): string {
    const name = this.#around.names.functions.nameOf(this.#function);
    return `(func=${name}, adr=${this.#address}): `;
  }

  #mistake(message: string): never {
    throw new RuntimeMistake(this.#where() + message);
  }

  #warn(message: string): void {
    this.#around.warn(`Runtime warning ${this.#where()}${message}`);
  }

  #pop(): Num {
    return this.#stack.pop() ?? zero;
  }

  #push(value: Num): void {
    this.#stack.push(value);
  }

  #flag(isTrue: boolean): void {
    this.#push(isTrue ? one : zero);
  }

  #step(op: Op): Promise<void> | undefined {
    const compute = binary[op.op];
    if (compute) {
      const [b, a] = [this.#pop(), this.#pop()];
      this.#work += (sizeOf(a) + sizeOf(b)) >> 4;
      this.#push(compute(a, b, this.#scale, this.#complaints));
      return undefined;
    }
    const test = tests[op.op];
    if (test) {
      const [b, a] = [this.#pop(), this.#pop()];
      this.#flag(test(compare(a, b)));
      return undefined;
    }
    return this.#other(op);
  }

  readonly #complaints = {
    mistake: (message: string): never => this.#mistake(message),
    warn: (message: string): void => this.#warn(message),
  };

  #other(op: Op): Promise<void> | undefined {
    switch (op.op) {
      case '0':
        return this.#push(zero) as undefined;
      case '1':
        return this.#push(one) as undefined;
      case 'K':
        return this.#push(
          parseNumber(op.text, this.#frames.at(-1)?.ibase ?? this.#ibase),
        ) as undefined;
      case 'n':
        return this.#push(negate(this.#pop())) as undefined;
      case '!':
        return this.#flag(isZero(this.#pop())) as undefined;
      case 'p':
        this.#pop();
        return undefined;
      case 'D':
        return this.#push(this.#stack.at(-1) ?? zero) as undefined;
      case 'x': {
        const [b, a] = [this.#pop(), this.#pop()];
        this.#push(b);
        this.#push(a);
        return undefined;
      }
      case 'J':
        this.#pc = op.n;
        return undefined;
      case 'B':
        if (!isZero(this.#pop())) this.#pc = op.n;
        return undefined;
      case 'Z':
        if (isZero(this.#pop())) this.#pc = op.n;
        return undefined;
      case 'h':
        throw new Halt();
      case 'W':
      case 'P':
        return this.#print(op.op === 'W');
      case 'w':
        this.#around.printer.text(op.text);
        return undefined;
      case 'O':
        this.#around.printer.text(escaped(op.text));
        return undefined;
      case 'C':
        return this.#call(op);
      case 'R':
        if (this.#frames.length === 0) this.#mistake('Return from main program.');
        this.#leave();
        return undefined;
      default:
        return op.op.startsWith('c') ? this.#special(op.op) : this.#storage(op);
    }
  }

  #print(isLine: boolean): undefined {
    const value = this.#pop();
    this.#work += sizeOf(value) >> 2;
    this.#around.printer.number(value, this.#obase);
    if (isLine) this.#around.printer.newline();
    this.#last = value;
  }

  #special(op: string): Promise<void> | undefined {
    if (op === 'cI') return this.#read();
    if (op === 'cX') return this.#push(num(BigInt(this.#random()))) as undefined;
    const value = this.#pop();
    if (op === 'cL') this.#push(num(BigInt(lengthOf(value))));
    else if (op === 'cS') this.#push(num(BigInt(value.scale)));
    else {
      this.#work += sizeOf(value) + this.#scale;
      this.#push(
        squareRoot(value, this.#scale) ?? this.#mistake('Square root of a negative number'),
      );
    }
    return undefined;
  }

  async #read(): Promise<void> {
    await this.#around.flush();
    const line = await this.#around.readLine();
    if (line === undefined) throw new Halt();
    const [, sign = '', text = ''] = /^\s*([-+]?)\s*([\dA-Fa-f]*\.?[\dA-Fa-f]*)/.exec(line) ?? [];
    const value = parseNumber(text === '' || text === '.' ? '0' : text.toUpperCase(), this.#ibase);
    this.#push(sign === '-' ? negate(value) : value);
  }

  #storage({ op, n }: Op): undefined {
    switch (op) {
      case 'l':
        return this.#push(this.#load(n)) as undefined;
      case 's':
        return this.#store(n, this.#stack.at(-1) ?? zero) as undefined;
      case 'i':
      case 'd':
        return this.#change(n, op === 'i' ? one : num(-1n)) as undefined;
      case 'L': {
        const { elements, index } = this.#element(n, this.#pop());
        return this.#push(elements.get(index) ?? zero) as undefined;
      }
      case 'S': {
        const value = this.#pop();
        const { elements, index } = this.#element(n, this.#pop());
        elements.set(index, value);
        return this.#push(value) as undefined;
      }
      default: {
        const { elements, index } = this.#element(n, this.#pop());
        elements.set(index, add(elements.get(index) ?? zero, op === 'A' ? one : num(-1n)));
        return undefined;
      }
    }
  }

  #element(id: number, place: Num): { readonly elements: Elements; readonly index: number } {
    const index = toLong(place);
    if (index < 0 || index > MOST_INDEX || (index === 0 && !isZero(place)))
      this.#mistake(`Array ${this.#around.names.arrays.nameOf(id)} subscript out of bounds.`);
    return { elements: this.#array(id), index };
  }

  #array(id: number): Elements {
    const known = this.#arrays[id] ?? new Map<number, Num>();
    this.#arrays[id] = known;
    return known;
  }

  #load(id: number): Num {
    if (id === IBASE) return num(BigInt(this.#ibase));
    if (id === OBASE) return num(BigInt(this.#obase));
    if (id === SCALE) return num(BigInt(this.#scale));
    if (id === HISTORY) return this.#history;
    if (id === LAST) return this.#last;
    return this.#variables[id] ?? zero;
  }

  #store(id: number, value: Num): void {
    if (id > LAST) this.#variables[id] = value;
    else if (id === LAST) this.#last = value;
    else if (id === IBASE) this.#setIbase(value);
    else if (id === OBASE) this.#setObase(value);
    else if (id === SCALE) this.#setScale(value);
    else this.#history = value.value < 0n ? num(-1n) : value;
  }

  #setIbase(value: Num): void {
    const base = toLong(value);
    const isTooLarge = base === 0 && !isZero(value);
    const most = this.#around.isStandard ? 16 : 36;
    if (value.value < 0n) this.#warn('negative ibase, set to 2');
    else if (base < 2 && !isTooLarge) this.#warn('ibase too small, set to 2');
    else if (base > most || isTooLarge) this.#warn(`ibase too large, set to ${most}`);
    this.#ibase = value.value < 0n ? 2 : isTooLarge ? most : Math.min(Math.max(base, 2), most);
  }

  #setObase(value: Num): void {
    const base = toLong(value);
    const isTooLarge = base === 0 && !isZero(value);
    if (value.value < 0n) this.#warn('negative obase, set to 2');
    else if (base < 2 && !isTooLarge) this.#warn('obase too small, set to 2');
    else if (base > MOST_BASE || isTooLarge) this.#warn(`obase too large, set to ${MOST_BASE}`);
    this.#obase =
      value.value < 0n ? 2 : isTooLarge ? MOST_BASE : Math.min(Math.max(base, 2), MOST_BASE);
  }

  #setScale(value: Num): void {
    const scale = toLong(value);
    const isTooLarge =
      scale > MOST_BASE || (scale === 0 && !isZero(value) && value.value >= tenTo(value.scale));
    if (value.value < 0n) this.#warn('negative scale, set to 0');
    else if (isTooLarge) this.#warn(`scale too large, set to ${MOST_BASE}`);
    this.#scale = value.value < 0n ? 0 : isTooLarge ? MOST_BASE : scale;
  }

  /** `++` and `--` of a variable. */
  #change(id: number, by: Num): void {
    const value = add(this.#load(id), by);
    const warning = outOfRange(id, toLong(value));
    if (warning === undefined) this.#store(id, value);
    else this.#warn(warning);
  }

  #call(op: Op): Promise<void> | undefined {
    const native = this.#natives.get(op.n);
    if (native) return this.#callNative(op, native);
    const definition = this.#definitions.get(op.n);
    if (!definition) {
      this.#address = argumentEnd(op, 0);
      const name = this.#around.names.functions.nameOf(op.n);
      return this.#mistake(`Function ${name} not defined.`);
    }
    if (this.#frames.length >= MOST_FRAMES) this.#mistake('functions are called too deep');
    this.#enter(op, definition);
    return undefined;
  }

  async #callNative(op: Op, { parameters, run }: NativeFunction): Promise<void> {
    const args = this.#arguments(op, parameters).map(({ value }) => value);
    const work = run(args.reverse(), this.#scale);
    for (;;) {
      const { done, value } = work.next();
      if (done) {
        this.#push(value);
        return;
      }
      this.#work += this.#scale + 16;
      if (this.#work >= TURN) await this.#turn();
    }
  }

  /** The arguments with their parameters, from the last to the first. */
  #arguments(op: Op, parameters: readonly Local[]): { readonly to: Local; readonly value: Num }[] {
    const found: { readonly to: Local; readonly value: Num }[] = [];
    for (const [i, kind] of [...op.text].entries()) {
      this.#address = argumentEnd(op, i + 1);
      const to = parameters[parameters.length - 1 - i];
      if (!to) this.#mistake('Parameter number mismatch');
      if (to.isArray !== (kind === '1')) {
        const shown = to.isArray ? ` parameter ${to.name}` : ', parameter (null)';
        this.#around.warn(`Runtime error ${this.#where()}Parameter type mismatch${shown}.`);
        this.#address = argumentEnd(op, i + 2);
        this.#mistake('Parameter number mismatch');
      }
      found.push({ to, value: this.#pop() });
    }
    this.#address = op.end;
    if (op.text.length < parameters.length) this.#mistake('Parameter number mismatch');
    return found;
  }

  #enter(op: Op, { parameters, autos, code }: Definition): void {
    const variables: Saved<Num>[] = [];
    const arrays: Saved<Elements>[] = [];
    const values = this.#arguments(op, parameters).map(({ to, value }) => {
      if (!to.isArray) return { to, value };
      const source = this.#array(toLong(value));
      if (to.isReference) return { to, source };
      this.#work += source.size;
      return { to, source: new Map(source) };
    });
    for (const { id, isArray } of [...parameters, ...autos])
      if (isArray) {
        arrays.push({ id, value: this.#arrays[id] });
        this.#arrays[id] = undefined;
      } else {
        variables.push({ id, value: this.#variables[id] });
        this.#variables[id] = undefined;
      }
    for (const { to, value, source } of values)
      if (to.isArray) this.#arrays[to.id] = source;
      else this.#variables[to.id] = value;
    this.#frames.push({
      code: this.#code,
      pc: this.#pc,
      function: this.#function,
      ibase: this.#ibase,
      variables,
      arrays,
    });
    this.#code = code;
    this.#pc = 0;
    this.#function = op.n;
  }

  #leave(): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    for (const { id, value } of frame.variables) this.#variables[id] = value;
    for (const { id, value } of frame.arrays) this.#arrays[id] = value;
    this.#code = frame.code;
    this.#pc = frame.pc;
    this.#function = frame.function;
  }
}

/** Why a variable cannot become this by `++` or `--`. */
function outOfRange(id: number, value: number): string | undefined {
  if (id === IBASE && value < 2) return 'ibase too small in --';
  if (id === IBASE && value > 16) return 'ibase too big in ++';
  if (id === OBASE && value < 2) return 'obase too small in --';
  if (id === OBASE && value > MOST_BASE) return 'obase too big in ++';
  if (id === SCALE && value < 0) return 'scale can not be negative in -- ';
  if (id === SCALE && value > MOST_BASE) return 'Scale too big in ++';
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  q: '"',
  r: '\r',
  t: '\t',
  '\\': '\\',
};

/** The text that `print` writes. A backslash before another character means nothing, and is left out with it. */
const escaped = (text: string): string =>
  text.replace(/\\(.?)/gs, (_, char: string) => escapes[char] ?? '');
