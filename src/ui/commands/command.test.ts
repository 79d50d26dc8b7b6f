/** The arguments of commands: what their schema allows is what is let through, and everything else is refused by name. */
import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArgTable, checkArgs, schemaOf } from './command.ts';

const table = {
  file: { type: 'path', about: 'A file', isRequired: true },
  files: { type: 'paths', about: 'Files' },
  name: { type: 'name', about: 'A name' },
  note: { type: 'string', about: 'A note' },
  words: { type: 'strings', about: 'Words' },
  isLoud: { type: 'boolean', about: 'Whether it is loud' },
  colour: { type: 'string', about: 'A colour', oneOf: ['red', 'blue'] },
} as const satisfies ArgTable;

/** The sentence of the refusal; undefined where the arguments are let through. */
function refusal(given: unknown, args: ArgTable = table): string | undefined {
  try {
    checkArgs('run', args, given);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code: 'EINVAL' });
    return (error as Error).message;
  }
}

describe('arguments of commands', () => {
  it.each<[what: string, given: unknown, sentence: RegExp]>([
    ['null', null, /^run: args must be a plain object, not null$/],
    ['a list', [], /^run: args must be a plain object, not a list$/],
    ['no path', {}, /^run: args\.file must be an absolute path .*, not undefined$/],
    ['a relative path', { file: 'home' }, /^run: args\.file must be an absolute path /],
    ['a path with a NUL', { file: '/a\0' }, /^run: args\.file must be an absolute path /],
    ['a path with a NUL after a line', { file: '/a\n\0' }, /args\.file must be an absolute path /],
    ['a relative path in a list', { file: '/a', files: ['/b', 'c'] }, /args\.files\[1\] must be /],
    ['two dots for a name', { file: '/a', name: '..' }, /args\.name must be a name: /],
    ['a number for a word', { file: '/a', words: [1] }, /args\.words\[0\] must be a string /],
    ['a word for true', { file: '/a', isLoud: 'yes' }, /args\.isLoud must be true or false, /],
    [
      'another colour',
      { file: '/a', colour: 'green' },
      /args\.colour must be one of 'red', 'blue'/,
    ],
    ['null for what may be absent', { file: '/a', note: null }, /args\.note must be a string /],
    ['an unknown argument', { file: '/a', fil: 1 }, /no field 'fil': known are file, files, name/],
  ])('refuse %s', (_, given, sentence) => {
    expect(refusal(given)).toMatch(sentence);
  });

  it('of a command without any refuse every one', () => {
    expect(refusal({ path: '/' }, {})).toBe("run: args must have no field 'path': known are none");
    expect(refusal({}, {})).toBeUndefined();
  });

  it('are let through where their schema allows them, and only there', () => {
    const schema = new Validator(schemaOf(table), '2020-12');
    const text = fc.oneof(
      fc.constantFrom('/', '/a', '/a\0', 'a/b', '.', '..', '...', '', 'red', 'a\nb', '\ud800'),
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `/${rest}`),
    );
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.boolean(), fc.jsonValue());
    const names = [...Object.keys(table), 'other'];
    const given = fc
      .dictionary(fc.constantFrom(...names), value, { noNullPrototype: true, maxKeys: 4 })
      .chain((some) => fc.constantFrom(some, { file: '/a', ...some }));
    fc.assert(
      fc.property(given, (args) => {
        expect(refusal(args) === undefined).toBe(schema.validate(args).valid);
      }),
      { numRuns: 500 },
    );
  });
});
