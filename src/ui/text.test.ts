import { describe, expect, it } from 'vitest';
import { FsError } from '../kernel/errors.ts';
import { explain, showName, showSize, splitArguments } from './text.ts';

describe('words for people', () => {
  it('shows control and bidirectional characters escaped', () => {
    expect(showName('a\u202egpj.exe\n')).toBe('a\\u202egpj.exe\\u000a');
    expect(showName('日本語 é.txt')).toBe('日本語 é.txt');
  });

  it('explains errors with a remedy and the reason', () => {
    expect(explain(new FsError('EROFS'))).toMatch(/read-only.*Save a copy/);
    expect(explain(new FsError('ENOENT', { reason: 'x' }))).toMatch(/nothing at this path.*\(x\)$/);
    expect(explain(new Error('plain'))).toBe('plain');
  });

  it.each([
    ['a  b', ['a', 'b']],
    ['"two words" \'and "these"\'', ['two words', 'and "these"']],
    ['a\\ b "c\\"d"', ['a b', 'c"d']],
    ['--name="x y"', ['--name=x y']],
    ['', []],
  ])('splits %j as a shell would', (line, words) => {
    expect(splitArguments(line)).toEqual(words);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [20_000_000, '20 MB'],
  ])('shows %d bytes as %s', (bytes, text) => {
    expect(showSize(bytes)).toBe(text);
  });
});
