/** printf writes numbers as bash does, digit for digit: fixed values, and random ones beside bash where it is installed. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printf } from './printf.ts';

const hasBash = spawnSync('bash', ['--version']).status === 0;

describe('a number', () => {
  it.each([
    ['%.1f', '1.25', '1.2'],
    ['%.1f', '0.15', '0.2'],
    ['%.0f', '2.5', '2'],
    ['%.0f', '1e25', '10000000000000000000000000'],
    ['%.30f', '0.1', '0.100000000000000000001355252716'],
    ['%.0e', '15', '2e+01'],
    ['%.1e', '9.96', '1.0e+01'],
    ['%g', '1e-5', '1e-05'],
    ['%g', '100000', '100000'],
    ['%g', '999999.5', '1e+06'],
    ['%#g', '1', '1.00000'],
    ['%a', '1', '0x8p-3'],
    ['%.0a', '0.9999999', '0x1p+0'],
    ['%a', '3e-4940', '0x0.00000132976ab26p-16385'],
    ['%G', '1e-10', '1E-10'],
    ['%010.2f', '-3.14159', '-000003.14'],
    ['%010f', 'inf', '       inf'],
    ['%f', '-nan', '-nan'],
    ['%f', '0x1p3', '8.000000'],
    ['%f', "'a", '97.000000'],
  ])('%s of %s is %s', (format, value, text) => {
    expect(printf(format, [value])).toMatchObject({ text, problems: [] });
  });

  it.each([
    ['1.5abc', '1.500000', ['1.5abc: invalid number'], []],
    ['0x', '0.000000', ['0x: invalid hex number'], []],
    ['3 ', '3.000000', ['3 : invalid number'], []],
    ['1e5000', 'inf', [], ['warning: 1e5000: Numerical result out of range']],
    ['1e-999999999', '0.000000', [], ['warning: 1e-999999999: Numerical result out of range']],
  ])('%s is read as far as it goes', (value, text, problems, warnings) => {
    expect(printf('%f', [value])).toMatchObject({ text, problems, warnings });
  });
});

const digits = fc.stringMatching(/^\d{1,20}$/);
const decimal = fc
  .tuple(digits, fc.option(digits), fc.option(fc.integer({ min: -4950, max: 4950 })))
  .map(([a, b, e]) => `${a}${b === null ? '' : `.${b}`}${e === null ? '' : `e${e}`}`);
const hex = fc
  .tuple(fc.bigInt({ min: 0n, max: 1n << 70n }), fc.integer({ min: -16_500, max: 16_500 }))
  .map(([n, power]) => `0x${n.toString(16)}p${power}`);
const number = fc
  .tuple(fc.constantFrom('', '-', '+'), fc.oneof(decimal, hex))
  .map(([sign, digits]) => sign + digits);
const format = fc
  .tuple(
    fc.constantFrom('', '0', '-', '+', ' '),
    fc.constantFrom('', '12', '40'),
    fc.constantFrom('', '.', '.0', '.1', '.3', '.17', '.50'),
    fc.constantFrom(...'feaFEAgG'),
  )
  .map((parts) => `%${parts.join('')}`);

it.runIf(hasBash)('random numbers in random formats are those of bash', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(format, number), { minLength: 20, maxLength: 60 }), (rows) => {
      const script = rows.map(([form, value]) => `printf '${form}\\n' '${value}'`).join('\n');
      const { stdout } = spawnSync('bash', { input: script, encoding: 'utf8' });
      expect(rows.map(([form, value]) => printf(`${form}\n`, [value]).text).join('')).toBe(stdout);
    }),
    { numRuns: 8 },
  );
});
