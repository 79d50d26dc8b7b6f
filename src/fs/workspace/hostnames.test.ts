/** Names, and targets of symlinks, that are more than names to a system of the host. */
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../testing/kernel.ts';
import { nameRuleOf } from './hostnames.ts';
import { checkTarget } from './linkrule.ts';

describe('a name of the host', () => {
  const windows = nameRuleOf('win32');
  const linux = nameRuleOf('linux');

  it.each(['', '.', '..', 'a/b', 'a\0b'])('is nowhere %j', (name) => {
    expect([windows(name), linux(name)]).toEqual([false, false]);
  });

  it.each([
    'a\\b',
    '..\\..\\evil',
    'C:',
    'C:evil',
    'file:stream',
    'a?',
    'a*',
    '"a"',
    '<a>',
    'a|b',
    'a\nb',
    '...',
    '.. ',
    'a.',
    'a ',
    'nul',
    'CON',
    'Aux.txt',
    'com1',
    'LPT¹.log',
    'nul .txt',
    'CONIN$',
  ])('is not %j on Windows', (name) => {
    expect([windows(name), linux(name)]).toEqual([false, true]);
  });

  it.each(['a', 'a.b', '.hidden', '..a', 'a b', 'console', 'com', 'com10', 'nulls.txt', 'ä', '名'])(
    'is %j everywhere',
    (name) => {
      expect([windows(name), linux(name)]).toEqual([true, true]);
    },
  );
});

describe('a symlink on Windows', () => {
  const codeFor = (target: string): Promise<string> =>
    codeOf(async () => checkTarget(target, ['dir', 'link'], 'win32'));

  it('is refused where its target is on another drive, a device, or outside', async () => {
    const targets = ['C:\\x', 'C:x', '\\x', '\\\\host\\share', '..\\..\\x', '../..\\x', 'a\\..\\x'];
    for (const target of [...targets, 'a/nul', 'x:y'])
      expect([target, await codeFor(target)]).toEqual([target, 'EPERM']);
    for (const target of ['file', '..\\file', 'sub\\file', '..'])
      expect([target, await codeFor(target)]).toEqual([target, 'ok']);
  });
});
