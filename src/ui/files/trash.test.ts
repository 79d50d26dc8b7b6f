/** Notes of the trash have the local time, as the Trash specification 1.0 asks for. */
import { afterEach, describe, expect, test } from 'vitest';
import { readTrashInfo, trashInfo } from './trash.ts';

const before = process.env['TZ'];
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

describe('a note of the trash', () => {
  for (const [zone, local] of [
    ['America/New_York', '2026-01-15T12:30:05'],
    ['UTC', '2026-01-15T17:30:05'],
    ['Asia/Kolkata', '2026-01-15T23:00:05'],
    ['Pacific/Kiritimati', '2026-01-16T07:30:05'],
  ] as const) {
    test(`made in ${zone} has the time of the clock there, and is read as that`, () => {
      process.env['TZ'] = zone;
      const deleted = new Date('2026-01-15T17:30:05Z');
      const note = trashInfo('/home/a', deleted);
      expect(note).toContain(`DeletionDate=${local}\n`);
      expect(readTrashInfo(note).deleted).toEqual(deleted);
    });
  }

  test('of another desktop is read with all that it escapes', () => {
    const note = '[Trash Info]\nPath=/home/a%20%231%3F\nDeletionDate=2026-01-15T12:30:05\n';
    expect(readTrashInfo(note).path).toBe('/home/a #1?');
  });

  test('without a place is refused, without a date is read', () => {
    expect(() => readTrashInfo('[Trash Info]\nPath=%E0%A4%A\n')).toThrow('not known where');
    expect(() => readTrashInfo('')).toThrow('not known where');
    expect(readTrashInfo('Path=/a\n').deleted).toBeUndefined();
  });
});
