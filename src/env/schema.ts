/** JSON Schema (draft 2020-12) without `eval`, which the page's policy forbids. */
import { type Schema, Validator } from '@cfworker/json-schema';
import type { Json } from '../kernel/service.ts';

/** What is wrong with a value by a schema; undefined where it holds. A schema that is none is a fault of every value. */
export function invalid(schema: Json, value: Json): string | undefined {
  try {
    const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(value);
    if (valid) return undefined;
    const { instanceLocation: at, error } = errors.at(-1) ?? {
      instanceLocation: '#',
      error: 'it does not hold',
    };
    return `${at}: ${error}`;
  } catch (error) {
    return `the schema cannot be used (${error instanceof Error ? error.message : String(error)})`;
  }
}
