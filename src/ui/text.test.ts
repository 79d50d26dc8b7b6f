import { describe, expect, it } from 'vitest';
import { FsError } from '../kernel/errors.ts';
import { explain, freePlace, showName, showSize, splitArguments } from './text.ts';

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

  it('says of what is not valid only why', () => {
    expect(explain(new FsError('EINVAL'))).toMatch(/not valid here/);
    expect(explain(new FsError('EINVAL', { reason: 'this zip is cut off' }))).toBe(
      'This zip is cut off.',
    );
  });

  it('finds a place for a mount whose name fits, whatever the name is', () => {
    const long = 'é'.repeat(127);
    const first = freePlace(`extracting ${long}`, []);
    const second = freePlace(`extracting ${long}`, [{ at: first }]);
    expect(second).not.toBe(first);
    for (const at of [first, second])
      expect(new TextEncoder().encode(at.slice('/mnt/'.length)).length).toBeLessThanOrEqual(255);
    expect(freePlace('a', [{ at: '/mnt/a' }])).toBe('/mnt/a 2');
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
