/** Server-sent events as HTML 9.2.6 reads them, wherever the text is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser, type ServerEvent } from './eventparser.ts';

interface Heard {
  readonly events: ServerEvent[];
  readonly ids: string[];
  readonly retries: number[];
}

function heard(...texts: readonly string[]): Heard {
  const all: Heard = { events: [], ids: [], retries: [] };
  const parser = new EventParser({
    event: (event) => void all.events.push(event),
    lastId: (id) => void all.ids.push(id),
    retry: (ms) => void all.retries.push(ms),
  });
  for (const text of texts) parser.feed(text);
  return all;
}

describe('a stream of events', () => {
  it('has a type, an id and lines of data for each', () => {
    expect(
      heard(': a comment\nid: 1\nevent: count\ndata: a\ndata:b\ndata\n\ndata:  two\n\n').events,
    ).toEqual([
      { id: '1', event: 'count', data: 'a\nb\n' },
      { event: 'message', data: ' two' },
    ]);
  });

  it('an id without data is the last id and no event, and an empty one empties it', () => {
    expect(heard('id: 5\n\n')).toEqual({ events: [], ids: ['5'], retries: [] });
    expect(heard('id: 5\n\nid\n\n').ids).toEqual(['5', '']);
    expect(heard('id: 5\n\nid:\ndata: x\n\n')).toMatchObject({
      events: [{ id: '', event: 'message', data: 'x' }],
      ids: ['5', ''],
    });
    expect(heard('id: a\0b\ndata: x\n\n').ids).toEqual([]);
    expect(heard('event: lonely\n\ndata: x\n\n').events).toEqual([{ event: 'message', data: 'x' }]);
  });

  it('what is not finished by an empty line is no event', () => {
    expect(heard('id: 1\ndata: x\n')).toEqual({ events: [], ids: [], retries: [] });
  });

  it('only digits are a wait', () => {
    expect(heard('retry: 10\nretry: 1e3\nretry: -1\nretry: 1.5\nretry:\n').retries).toEqual([10]);
  });

  it('an event that is too long is refused', () => {
    expect(() =>
      heard(...Array.from({ length: 20 }, () => `data: ${'x'.repeat(1 << 16)}\n`)),
    ).toThrow('longer');
    expect(() => heard('data: '.padEnd((1 << 20) + 1, 'x'))).toThrow('longer');
  });

  it('reads the same wherever it is cut, by any line ending', () => {
    const line = fc.constantFrom(
      'data: a',
      'data:b',
      'id: 7',
      'id',
      'event: e',
      'retry: 5',
      ': c',
      '',
      '',
    );
    const ending = fc.constantFrom('\n', '\r', '\r\n');
    fc.assert(
      fc.property(fc.array(line), ending, fc.array(fc.nat(5)), (lines, end, cuts) => {
        const whole = lines.map((each) => each + end).join('');
        const pieces: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(whole.slice(at, at + cut));
          at += cut;
        }
        const plain = heard(lines.map((each) => `${each}\n`).join(''));
        expect(heard(...pieces, whole.slice(at))).toEqual(plain);
      }),
    );
  });
});
