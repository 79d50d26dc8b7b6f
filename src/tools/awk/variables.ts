/** The variables that mean something to awk itself: reading and setting them is reading and setting the machine. */
import { AwkError } from './errors.ts';
import { separationOf } from './fields.ts';
import type { Machine } from './machine.ts';
import { recordSeparator } from './reader.ts';
import { regexOf } from './regex.ts';
import { matchesOf, widthsOf } from './split.ts';
import { isTrue, toNumber, toText, type Value } from './values.ts';

interface Special {
  /** The value at the start. */
  readonly initial: Value;
  /** Left out where the machine sets it in its list of values. */
  readonly get?: (machine: Machine) => Value;
  readonly set?: (machine: Machine, value: Value, text: string) => void;
}

function fieldsBy(kind: 'FS' | 'FIELDWIDTHS' | 'FPAT'): NonNullable<Special['set']> {
  return (machine, _value, text) => {
    const { record, ignoreCase } = machine;
    machine.fieldsBy = kind;
    if (kind === 'FIELDWIDTHS') record.separateBy(widthsOf(text));
    else if (kind === 'FPAT') record.separateBy(matchesOf(regexOf(text, ignoreCase)));
    else record.separateBy(separationOf(text, ignoreCase, variable(machine, 'RS') === ''));
  };
}

const specials: { readonly [name: string]: Special } = {
  NF: {
    initial: 0,
    get: ({ record }) => record.count,
    set: ({ record }, value) => {
      record.count = Math.trunc(toNumber(value));
    },
  },
  NR: {
    initial: 0,
    get: ({ nr }) => nr,
    set: (machine, value) => {
      machine.nr = toNumber(value);
    },
  },
  FNR: {
    initial: 0,
    get: ({ fnr }) => fnr,
    set: (machine, value) => {
      machine.fnr = toNumber(value);
    },
  },
  FS: { initial: ' ', set: fieldsBy('FS') },
  FIELDWIDTHS: { initial: '', set: fieldsBy('FIELDWIDTHS') },
  FPAT: { initial: '[^[:space:]]+', set: fieldsBy('FPAT') },
  RS: {
    initial: '\n',
    set: (machine, _value, text) => {
      machine.input.separator = recordSeparator(text, machine.ignoreCase);
      if (machine.fieldsBy === 'FS') fieldsBy('FS')(machine, undefined, variable(machine, 'FS'));
    },
  },
  OFS: {
    initial: ' ',
    set: (machine, _value, text) => {
      // A record that was changed before has the separator of then.
      void machine.record.text;
      machine.ofs = text;
      machine.record.separator = text;
    },
  },
  ORS: {
    initial: '\n',
    set: (machine, _value, text) => {
      machine.ors = text;
    },
  },
  SUBSEP: {
    initial: '\x1c',
    set: (machine, _value, text) => {
      machine.subsep = text;
    },
  },
  CONVFMT: {
    initial: '%.6g',
    set: (machine, _value, text) => {
      machine.convfmt = text;
      machine.record.convfmt = text;
    },
  },
  OFMT: {
    initial: '%.6g',
    set: (machine, _value, text) => {
      machine.ofmt = text;
    },
  },
  IGNORECASE: {
    initial: 0,
    set: (machine, value) => {
      machine.ignoreCase = isTrue(value);
      machine.input.separator = recordSeparator(variable(machine, 'RS'), machine.ignoreCase);
      fieldsBy(machine.fieldsBy)(machine, undefined, variable(machine, machine.fieldsBy));
    },
  },
  RT: { initial: '' },
  RSTART: { initial: 0 },
  RLENGTH: { initial: -1 },
  FILENAME: { initial: '' },
  ERRNO: { initial: '' },
  ARGC: { initial: 0 },
  ARGIND: { initial: 0 },
};

export const specialNames: readonly string[] = Object.keys(specials);

/** Where the variable is in the machine's list: these come first, in their order. */
export const slotOf = (name: string): number => specialNames.indexOf(name);

export const specialNamed = (name: string): Special | undefined =>
  Object.hasOwn(specials, name) ? specials[name] : undefined;

export const variable = (machine: Machine, name: string): string =>
  toText(machine.globals[slotOf(name)], machine.convfmt);

/** Sets a variable of awk's own that only the machine sets. */
export function setVariable(machine: Machine, name: string, value: Value): void {
  const slot = slotOf(name);
  if (slot < 0) throw new AwkError(`${name} is no variable of awk's own`);
  machine.globals[slot] = value;
}

export function initialize(machine: Machine): void {
  for (const name of specialNames) machine.globals.push(specials[name]?.initial);
}
