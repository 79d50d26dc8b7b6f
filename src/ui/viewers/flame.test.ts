import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TracedCall } from '../../kernel/trace.ts';
import { parseCall } from '../tracecall.ts';
import { type FlameNode, flameOf, nodeAt } from './flame.ts';

const call = (path: string, microseconds = 1, result = 'OK'): TracedCall => ({
  time: 0,
  call: 'read',
  path,
  bytes: 10,
  result,
  microseconds,
});

describe('a flame of calls', () => {
  it('has what is below each directory, the longest first', () => {
    const root = flameOf([call('/a/x', 5), call('/a/y', 7), call('/b', 1, 'ENOENT')]);
    expect(root).toMatchObject({ calls: 3, bytes: 30, microseconds: 13, refused: 1 });
    expect(nodeAt(root, '/a').children.map(({ path }) => path)).toEqual(['/a/y', '/a/x']);
    expect(nodeAt(root, '/b')).toMatchObject({ calls: 1, refused: 1 });
    expect(nodeAt(root, '/no')).toBe(root);
  });

  it('keeps the sum of its calls in every row', () => {
    const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/d', '', 'stdout');
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.nat(100)), { maxLength: 40 }), (given) => {
        const root = flameOf(given.map(([at, time]) => call(at, time)));
        const check = (node: FlameNode): void => {
          const below = node.children.reduce((sum, { microseconds }) => sum + microseconds, 0);
          expect(below).toBeLessThanOrEqual(node.microseconds);
          node.children.forEach(check);
        };
        check(root);
        expect(root.calls).toBe(given.length);
      }),
    );
  });
});

describe('a line of a trace', () => {
  it('is read with its path, whatever that holds', () => {
    const line = '2026-11-27T10:00:00.000Z open "/a \\"b\\" c" 0 ENOENT 31';
    expect(parseCall(line)).toEqual({
      time: Date.UTC(2026, 10, 27, 10),
      call: 'open',
      path: '/a "b" c',
      bytes: 0,
      result: 'ENOENT',
      microseconds: 31,
    });
  });

  it.each(['', '# 3 calls dropped', 'x', '2026 open "/a 0 OK 1'])('is not %j', (line) => {
    expect(parseCall(line)).toBeUndefined();
  });
});
