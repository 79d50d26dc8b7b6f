/** What can be assigned to: variables, fields and elements. */
import type { ArrayOf, Slot } from './assembler.ts';
import { AwkError } from './errors.ts';
import type { Machine } from './machine.ts';
import { fieldIndex } from './record.ts';
import { InputText, type Key, toText, type Value } from './values.ts';
import { specialNamed } from './variables.ts';

/** The operand is the key of an element, or the number of a field; of a variable it is nothing. */
export interface Place {
  readonly hasOperand: boolean;
  get(machine: Machine, operand: Key): Value;
  set(machine: Machine, operand: Key, value: Value): void;
}

export function variablePlace(name: string, { isLocal, index }: Slot): Place {
  if (isLocal)
    return {
      hasOperand: false,
      get: (m) => scalar(m.stack[m.base + index] as Value, name),
      set: (m, _operand, value) => {
        m.stack[m.base + index] = value;
      },
    };
  const { get, set } = specialNamed(name) ?? {};
  return {
    hasOperand: false,
    get: get ? (m) => get(m) : (m) => m.globals[index],
    set: set
      ? (m, _operand, value) => {
          m.globals[index] = value;
          set(m, value, toText(value, m.convfmt));
        }
      : (m, _operand, value) => {
          m.globals[index] = value;
        },
  };
}

export function scalar(value: Value, name: string): Value {
  if (value instanceof Map)
    throw new AwkError(`attempt to use array \`${name}' in a scalar context`);
  return value;
}

export const fieldPlace: Place = {
  hasOperand: true,
  get: (m, index) => m.record.get(fieldIndex(index as number)),
  set: (m, index, value) => m.record.put(fieldIndex(index as number), value),
};

/** A part of a text of this length keeps the whole text in memory. */
const LONG = 13;

/** The same text in memory of its own. */
const apart = (text: string): string => (text.length < LONG ? text : ` ${text}`.slice(1));

function kept(value: Value): Value {
  if (typeof value === 'string') return apart(value);
  return value instanceof InputText && value.text.length >= LONG
    ? new InputText(apart(value.text))
    : value;
}

/** An element comes to be when it is first asked for. What is kept in an array does not keep its block of the input. */
export const elementPlace = (array: ArrayOf): Place => {
  const set = (m: Machine, key: Key, value: Value): void => {
    const elements = array(m);
    const isNewText = typeof key === 'string' && key.length >= LONG && !elements.has(key);
    elements.set(isNewText ? apart(key) : key, kept(value));
  };
  return {
    hasOperand: true,
    get: (m, key) => {
      const elements = array(m);
      const value = elements.get(key);
      if (value === undefined && !elements.has(key)) set(m, key, undefined);
      return value;
    },
    set,
  };
};
