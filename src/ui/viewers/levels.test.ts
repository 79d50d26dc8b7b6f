import { describe, expect, it } from 'vitest';
import { isAtLeast, levelOf } from './levels.ts';

describe('levelOf', () => {
  it.each([
    ['2026-11-27T10:00:00Z ERROR disk full', 'error'],
    ['[warn] slow', 'warn'],
    ['time=1 level=debug msg=x', 'debug'],
    ['<notice> hello', 'info'],
    ['app: warning: deprecated', 'warn'],
    ['FATAL out of memory', 'error'],
    ['{"time":1,"level":"trace","text":"an ERROR in words"}', 'trace'],
    ['{"severity":"CRITICAL"}', 'error'],
  ])('%s', (line, level) => expect(levelOf(line)).toBe(level));

  it.each([
    'an error of mine is told here',
    'information',
    '',
    '{"text":"ERROR"}',
    `${'x'.repeat(90)} ERROR`,
  ])('none in %s', (line) => expect(levelOf(line)).toBeUndefined());
});

describe('isAtLeast', () => {
  it('takes what is as grave or graver', () => {
    const lines = ['ERROR a', 'WARN b', 'INFO c', 'plain'];
    expect(lines.filter((line) => isAtLeast(line, 'warn'))).toEqual(['ERROR a', 'WARN b']);
    expect(lines.filter((line) => isAtLeast(line, 'trace'))).toEqual([
      'ERROR a',
      'WARN b',
      'INFO c',
    ]);
  });
});
