/** Cells of lines, where a terminal must not get what the line holds. */
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../kernel/rawtext.ts';
import { cellsOf, rowsOf } from './cells.ts';

const shown = (line: string): string =>
  rowsOf(cellsOf(bytesOf(line), { tab: 8, keepsColors: true, isRaw: false }), 200, []).join('');

describe('a link in a line', () => {
  it('goes to the terminal', () => {
    const link = '\x1b]8;;http://a.example/\x07name\x1b]8;;\x1b\\';
    expect(shown(link)).toBe(link);
  });

  it.each(['\x01', '\r', '\x18', '\x7f', '\x85', '\x9b'])(
    'is text where it holds %j',
    (control) => {
      expect(shown(`\x1b]8;;a${control}b\x07`)).toContain('ESC');
      expect(shown(`\x1b]8;;a${control}b\x07`)).not.toContain(control);
    },
  );
});
