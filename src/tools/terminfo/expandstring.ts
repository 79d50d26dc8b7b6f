/** The language of parameters in the strings of terminfo(5), as tparm(3) evaluates it: `%p1`, `%{8}`, `%?…%t…%e…%;`. */

type Value = number | string;

const numberOf = (value: Value | undefined): number => (typeof value === 'number' ? value : 0);
const truth = (is: boolean): number => (is ? 1 : 0);

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => (a + b) | 0,
  '-': (a, b) => (a - b) | 0,
  '*': (a, b) => Math.imul(a, b),
  '/': (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  m: (a, b) => (b === 0 ? 0 : a % b),
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '=': (a, b) => truth(a === b),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  A: (a, b) => truth(a !== 0 && b !== 0),
  O: (a, b) => truth(a !== 0 || b !== 0),
};

/** As printf(3) formats what `%` and these flags, width, precision and conversion say. */
function formatted(
  flags: string,
  width: number,
  precision: number | undefined,
  kind: string,
  value: Value,
): string {
  if (kind === 'c') return String.fromCharCode(numberOf(value) & 0xff || 0x80);
  let text: string;
  if (kind === 's') text = String(value).slice(0, precision);
  else {
    const number = numberOf(value);
    const base = kind === 'o' ? 8 : kind === 'd' ? 10 : 16;
    text = (base === 10 ? Math.abs(number) : number >>> 0).toString(base);
    if (kind === 'X') text = text.toUpperCase();
    if (precision !== undefined) text = text.padStart(precision, '0');
    if (flags.includes('#') && number !== 0)
      text = (kind === 'o' ? '0' : base === 16 ? `0${kind}` : '') + text;
    const sign =
      base === 10 && number < 0
        ? '-'
        : base !== 10
          ? ''
          : flags.includes('+')
            ? '+'
            : flags.includes(' ')
              ? ' '
              : '';
    if (flags.includes('0') && precision === undefined && !flags.includes('-'))
      text = text.padStart(width - sign.length, '0');
    text = sign + text;
  }
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

/** One step of a string: text, or `%` with what follows. */
const STEP =
  /%(?:p([1-9])|([Pg])([a-zA-Z])|'(.)'|\{(-?\d+)\}|:?([-+# 0]*)(\d*)(?:\.(\d+))?([doxXsc])|([-+*/m&|^=<>AO!~il%?te;]))|([^%]+|%)/gs;

/** How many parameters a string has. */
export function parametersOf(source: string): number {
  let most = 0;
  let popped = 0;
  for (const [, parameter, , , , , , , , format] of source.matchAll(STEP)) {
    if (parameter !== undefined) most = Math.max(most, Number(parameter));
    else if (format !== undefined) popped++;
  }
  // In the older notation each conversion takes the next parameter.
  return most === 0 && !/%[pPg{']/.test(source) ? popped : most;
}

/** Variables that last from one string to the next. */
const lasting = new Map<string, Value>();

export function expandString(source: string, given: readonly Value[]): string {
  const parameters = [...given];
  const stack: Value[] = [];
  const own = new Map<string, Value>();
  const steps = [...source.matchAll(STEP)];
  let out = '';
  const isOld = parametersOf(source) > 0 && !/%p/.test(source);
  if (isOld) for (const value of [...parameters].reverse()) stack.push(value);
  const pop = (): number => numberOf(stack.pop());
  /** The step after the next `%e` or `%;` of this level. */
  const skip = (from: number, stopsAtElse: boolean): number => {
    let level = 0;
    for (let at = from; at < steps.length; at++) {
      const [step] = steps[at] as RegExpExecArray;
      if (step === '%?') level++;
      else if (step === '%;' && level-- === 0) return at + 1;
      else if (step === '%e' && level === 0 && stopsAtElse) return at + 1;
    }
    return steps.length;
  };
  for (let at = 0; at < steps.length; ) {
    const [
      ,
      parameter,
      store,
      name = '',
      char,
      literal,
      flags = '',
      width,
      precision,
      kind,
      other,
      text,
    ] = steps[at++] as RegExpExecArray;
    if (text !== undefined) out += text;
    else if (parameter !== undefined) stack.push(parameters[Number(parameter) - 1] ?? 0);
    else if (store === 'P') (/[A-Z]/.test(name) ? lasting : own).set(name, stack.pop() ?? 0);
    else if (store === 'g') stack.push((/[A-Z]/.test(name) ? lasting : own).get(name) ?? 0);
    else if (char !== undefined) stack.push(char.charCodeAt(0));
    else if (literal !== undefined) stack.push(Number(literal));
    else if (kind !== undefined)
      out += formatted(
        flags,
        Number(width),
        precision === undefined ? undefined : Number(precision),
        kind,
        stack.pop() ?? 0,
      );
    else if (other === '%') out += '%';
    else if (other === 'i') for (const i of [0, 1]) parameters[i] = numberOf(parameters[i]) + 1;
    else if (other === 'l') stack.push(String(stack.pop() ?? '').length);
    else if (other === '!') stack.push(truth(pop() === 0));
    else if (other === '~') stack.push(~pop());
    else if (other === 't') {
      if (pop() === 0) at = skip(at, true);
    } else if (other === 'e') at = skip(at, false);
    else if (other !== undefined && Object.hasOwn(operators, other)) {
      const second = pop();
      stack.push((operators[other] as (a: number, b: number) => number)(pop(), second));
    }
  }
  return out;
}

/** A string without the pauses of slow terminals, `$<5>`. */
export const withoutPadding = (text: string): string => text.replace(/\$<\d+(?:\.\d*)?[*/]*>/g, '');
