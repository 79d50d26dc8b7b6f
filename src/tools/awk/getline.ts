/** getline in its forms: it leaves 1 on the stack for a record, 0 at the end and -1 for what cannot be read. */
import { FsError } from '../../kernel/errors.ts';
import { reasonOf } from '../stdio.ts';
import type { Machine } from './machine.ts';
import type { RecordReader } from './reader.ts';
import { InputText, type Value } from './values.ts';
import { setVariable } from './variables.ts';

/** Left out, the record is set. */
type Put = ((value: Value) => void) | undefined;

function accept(machine: Machine, text: string, put: Put): void {
  if (put) put(new InputText(text));
  else machine.record.set(text);
  machine.push(1);
}

/** The next record of the operands. */
export function getlineMain(machine: Machine, put: Put): void {
  const text = machine.input.take();
  if (text !== undefined) {
    accept(machine, text, put);
    return;
  }
  const wait = async (): Promise<void> => {
    while (await machine.input.more()) {
      const found = machine.input.take();
      if (found === undefined) continue;
      accept(machine, found, put);
      return;
    }
    machine.push(0);
  };
  machine.suspend(wait());
}

export function getlineFrom(
  machine: Machine,
  kind: 'file' | 'command',
  name: string,
  put: Put,
): void {
  const known = machine.streams.input(kind, name);
  const text = known?.take(machine.input.separator);
  if (known && text !== undefined) taken(machine, known, text, put);
  else machine.suspend(waitFor(machine, kind, name, put));
}

function taken(machine: Machine, reader: RecordReader, text: string, put: Put): void {
  setVariable(machine, 'RT', reader.terminator);
  accept(machine, text, put);
}

async function waitFor(
  machine: Machine,
  kind: 'file' | 'command',
  name: string,
  put: Put,
): Promise<void> {
  try {
    const reader =
      machine.streams.input(kind, name) ?? (await machine.streams.openInput(kind, name));
    for (;;) {
      const text = reader.take(machine.input.separator);
      if (text !== undefined) {
        taken(machine, reader, text, put);
        return;
      }
      if (!(await reader.fill())) break;
    }
    machine.push(0);
  } catch (error) {
    if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
    setVariable(machine, 'ERRNO', reasonOf(error));
    machine.push(-1);
  }
}
