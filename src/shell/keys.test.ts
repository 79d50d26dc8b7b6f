/** What a terminal answers late never stands at the prompt, and nothing that a person types is lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyReader } from './keys.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const keys = (text: string): string[] => new KeyReader().keysOf(bytes(text));

const reports = {
  'primary device attributes': '\x1b[?1;2c',
  'secondary device attributes': '\x1b[>0;276;0c',
  'device status': '\x1b[0n',
  'the cursor': '\x1b[24;80R',
  'the cursor in the first column': '\x1b[12;1R',
  'the cursor (DEC)': '\x1b[?12;7R',
  'a mode': '\x1b[?2026;2$y',
  'an ANSI mode': '\x1b[4;2$y',
  'the foreground colour': '\x1b]10;rgb:c0c0/caca/f5f5\x1b\\',
  'the background colour, ended by BEL': '\x1b]11;rgb:1a1a/1b1b/2626\x07',
  'a colour of the palette': '\x1b]4;12;rgb:7a7a/a2a2/f7f7\x1b\\',
  'the version': '\x1bP>|xterm.js(6.0.0)\x1b\\',
  'a setting': '\x1bP1$r0m\x1b\\',
  'a capability': '\x1bP1+r544e=787465726d\x1b\\',
} as const;

test.each(Object.entries(reports))('%s is no key', (_name, report) => {
  expect(keys(`a${report}b`)).toEqual(['a', 'b']);
});

test('an answer that comes in parts is no key', () => {
  for (const report of Object.values(reports))
    for (let cut = 3; cut < report.length; cut++) {
      // The beginning of an answer with plain numbers is the beginning of a key too: terminals send it whole.
      if (/\d/.test(report.charAt(2)) && report.charAt(1) === '[') continue;
      const reader = new KeyReader();
      const first = reader.keysOf(bytes(`a${report.slice(0, cut)}`));
      expect([...first, ...reader.keysOf(bytes(`${report.slice(cut)}b`))]).toEqual(['a', 'b']);
    }
});

test('keys are whole, whatever they are', () => {
  const typed = [
    '\x1b[A',
    '\x1bOP',
    '\x1b[3~',
    '\x1b[1;5D',
    '\x1bb',
    '\x1b',
    '\x1b[1;2R',
    '\x1b[200~',
  ];
  for (const key of typed) expect(keys(key)).toEqual([key]);
  // Alt with a bracket or P, each followed by text.
  for (const key of ['\x1b]', '\x1bP', '\x1b[']) {
    const reader = new KeyReader();
    expect(reader.keysOf(bytes(key))).toEqual([key]);
    expect(reader.keysOf(bytes('11'))).toEqual(['1', '1']);
  }
});

test('text with answers in it is the text', () => {
  const part = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '[',
        ']',
        ';',
        '?',
        '1',
        'R',
        'c',
        'P',
        '\\',
        'é',
        '🌱',
        '\r',
      ),
    }),
    fc.constantFrom(...Object.values(reports)),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.filter((each) => !each.startsWith('\x1b')).join('');
      expect(keys(parts.join('')).join('')).toBe(text);
    }),
  );
});
