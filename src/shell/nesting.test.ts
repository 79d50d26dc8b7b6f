/** What is nested too deeply for the engine's stack is refused: an engine that has used its stack up may end the whole thread. */
import { describe, expect, it } from 'vitest';
import { sh } from '../testing/shell.ts';

const nested = (opening: string, inner: string, closing: string, depth: number): string =>
  opening.repeat(depth) + inner + closing.repeat(depth);

describe('a script that is nested too deeply', () => {
  it.each([
    ['groups', nested('{ ', 'echo a', ';}', 3000)],
    ['substitutions', `echo ${nested('$(echo ', 'a', ')', 3000)}`],
    ['parameters', `echo ${nested('"${a:-', 'a', '}"', 3000)}`],
    ['conditions', `[[ ${nested('( ', 'a', ' )', 3000)} ]]`],
    ['negations', `[[ ${nested('! ', 'a', '', 3000)} ]]`],
  ])('is refused: %s', async (_, script) => {
    const { stderr, status } = await sh(script);
    expect(stderr).toContain('syntax error: the commands are nested too deeply');
    expect(status).toBe(2);
  });

  it.each([
    ['parentheses', nested('(', '1', ')', 5000)],
    ['signs', nested('- ', '1', '', 5000)],
    ['choices', nested('1?', '1', ':0', 5000)],
    ['powers', nested('1**', '1', '', 5000)],
    ['assignments', nested('a=', '1', '', 5000)],
  ])('is refused in arithmetic: %s', async (_, expression) => {
    const { stderr, status } = await sh(`echo $((${expression}))`);
    expect(stderr).toContain('expression recursion level exceeded');
    expect(status).toBe(1);
  });

  it.each([
    ['braces', `echo ${nested('{a,', 'x', '}', 3000)}`, 'brace expansion: nested too deeply'],
    ['rows of braces', `echo ${'{1..1}'.repeat(3000)}`, 'brace expansion: nested too deeply'],
    [
      'awk, expressions',
      `awk 'BEGIN { print ${nested('(', '1', ')', 20_000)} }'`,
      'nested too deeply',
    ],
    ['awk, signs', `awk 'BEGIN { print ${nested('! ', '1', '', 20_000)} }'`, 'nested too deeply'],
    ['awk, blocks', `awk 'BEGIN ${nested('{', 'print', '}', 20_000)}'`, 'nested too deeply'],
  ])('is refused in %s', async (_, script, message) => {
    const { stderr, status } = await sh(script);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  it('is run up to a depth that nobody needs', async () => {
    const script = [
      nested('if true; then ', 'echo a', '; fi', 150),
      `echo ${nested('$(echo ', 'b', ')', 60)}`,
      `echo $((${nested('(', '1', ')', 150)}))`,
    ].join('\n');
    expect(await sh(script)).toEqual({ stdout: 'a\nb\n1\n', stderr: '', status: 0 });
  });
});
