/** Files of separated values: every dialect is read as it was written, and no file makes the reading unbounded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectedText } from './copying.ts';
import { detectDialect } from './dialect.ts';
import { asClipboardText, columnName, columnsBetween, Heights, moved, ROW } from './layout.ts';
import { type ByteSource, cellOf, PIECE, RecordIndex } from './recordindex.ts';

const neverAborted = new AbortController().signal;

/** Counts what is read of the bytes. */
function sourceOf(bytes: Uint8Array): ByteSource & { read: ByteSource['read']; count: number } {
  const source = {
    size: bytes.length,
    count: 0,
    read: async (at: number, count: number) => {
      const part = bytes.slice(at, at + count);
      source.count += part.length;
      return part;
    },
  };
  return source;
}

async function read(content: string | Uint8Array, path = '/a.csv', delimiter?: string) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const source = sourceOf(bytes);
  const detected = detectDialect(bytes.subarray(0, 65_536), path, bytes.length <= 65_536);
  const dialect = delimiter ? { ...detected, delimiter: delimiter.charCodeAt(0) } : detected;
  const index = new RecordIndex(source, dialect);
  await index.build(neverAborted, () => undefined);
  return { index, source, dialect };
}

async function table(content: string | Uint8Array, path?: string, delimiter?: string) {
  const { index } = await read(content, path, delimiter);
  const rows: string[][] = [];
  for (let row = 0; row < index.summary.rows; row++) {
    const block = index.blockOf(row);
    const record = (await index.records(block))[row - index.firstRowOf(block)];
    if (!record) throw new Error(`row ${row} is not there`);
    rows.push(Array.from({ length: record.cells.length / 2 }, (_, at) => cellOf(record, at) ?? ''));
  }
  return rows;
}

describe('records', () => {
  test.each([
    [
      'cells',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line ending at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF and LF in one file',
      'a,b\r\n1,2\n3,4\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'CR alone',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a stray CR',
      'a,b\n1\r2,3\n',
      [
        ['a', 'b'],
        ['1\r2', '3'],
      ],
    ],
    [
      'quotes',
      '"a, b","c ""d"""\n1,2\n',
      [
        ['a, b', 'c "d"'],
        ['1', '2'],
      ],
    ],
    [
      'a line break in quotes',
      'a,"b\r\nc"\n1,2\n',
      [
        ['a', 'b\r\nc'],
        ['1', '2'],
      ],
    ],
    [
      'text behind a closing quote',
      '"a"b,c\n1,2\n',
      [
        ['ab', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'a quote inside of a cell',
      'a"b,c\n1,2\n',
      [
        ['a"b', 'c'],
        ['1', '2'],
      ],
    ],
    [
      'empty cells',
      'a,,\n,,\n',
      [
        ['a', '', ''],
        ['', '', ''],
      ],
    ],
    ['an empty line', 'a,b\n\n1,2\n', [['a', 'b'], [''], ['1', '2']]],
    ['rows of several lengths', 'a,b\n1\n1,2,3\n', [['a', 'b'], ['1'], ['1', '2', '3']]],
    [
      'a byte order mark',
      '\ufeffa,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'sep= of Excel',
      'sep=;\r\na;b\r\n1;2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['nothing', '', []],
  ] as const)('%s', async (_name, text, rows) => {
    expect(await table(text)).toEqual(rows);
  });

  test('the delimiter is the one that divides the records alike', async () => {
    expect(await table('a;b;c\n1,5;2,5;3\n2,5;1;0\n')).toEqual([
      ['a', 'b', 'c'],
      ['1,5', '2,5', '3'],
      ['2,5', '1', '0'],
    ]);
    expect((await table('a\tb, c\n1\t2\n'))[0]).toEqual(['a', 'b, c']);
    expect((await table('a|b\n1|2\n'))[0]).toEqual(['a', 'b']);
    expect((await table('a,b\tc,d\n1,2\t3,4\n', '/a.tsv'))[0]).toEqual(['a,b', 'c,d']);
    expect(await table('one\ntwo\n')).toEqual([['one'], ['two']]);
  });

  test('what is written by the rules of RFC 4180 is read as it was', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', 'ü', '🌱'),
    });
    const write = (rows: readonly (readonly string[])[], delimiter: string, ending: string) =>
      rows
        .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter))
        .map((line) => line + ending)
        .join('');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 80 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (rows, delimiter, ending) => {
          expect(await table(write(rows, delimiter, ending), '/a.csv', delimiter)).toEqual(rows);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('records are found whatever piece of the file they begin in', async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => [`${i}`, 'x'.repeat(i % 900), 'a "b"\nc']);
    const text = rows.map((r) => `${r[0]},${r[1]},"a ""b""\nc"\r\n`).join('');
    expect(text.length).toBeGreaterThan(2 * PIECE);
    expect(await table(text)).toEqual(rows);
  });
});

describe('bounds', () => {
  test('a million rows need little memory, and a row is read without the others', async () => {
    const rows = 1_000_000;
    const line = new TextEncoder().encode('12345678,abc,"d,e"\n');
    const bytes = new Uint8Array(line.length * rows);
    bytes.set(line);
    for (let done = line.length; done < bytes.length; done *= 2) bytes.copyWithin(done, 0, done);
    const { index, source } = await read(bytes);
    expect(index.summary).toMatchObject({ rows, columns: 3, ragged: 0 });
    source.count = 0;
    const record = (await index.records(index.blockOf(999_999))).at(-1);
    expect(record && cellOf(record, 2)).toBe('d,e');
    expect(source.count).toBeLessThan(200_000);
  });

  test('a quoted cell that never ends is said, and the rows behind it are shown', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${i},${'y'.repeat(20_000)}\n`);
    const text = `a,b\n1,"open\n${rows.join('')}`;
    const { index, source } = await read(text);
    expect(index.summary).toMatchObject({ rows: 202, firstOpen: 1, ragged: 0 });
    expect(source.count).toBeLessThan(text.length * 2);
    const [, odd, next] = await index.records(0);
    expect(odd && cellOf(odd, 1)).toBe('"open');
    expect(next && cellOf(next, 0)).toBe('0');
  });

  test('a short file whose last quote is open ends with it', async () => {
    expect(await table('a,b\n1,"open\n2,3\n')).toEqual([
      ['a', 'b'],
      ['1', '"open'],
      ['2', '3'],
    ]);
  });

  test('open quotes everywhere make no more work than reading twice', async () => {
    const { index } = await read(`"${'\n""'.repeat(1_500_000)}`);
    expect(index.summary.rows).toBeGreaterThan(1000);
  });

  test('a row of one endless line is cut, and the next row is found', async () => {
    const { index } = await read(`a,b\n${'z,'.repeat(2 * PIECE)}\nlast,row\n`);
    expect(index.summary).toMatchObject({ rows: 3, firstLong: 1 });
    const block = index.blockOf(2);
    const record = (await index.records(block))[2 - index.firstRowOf(block)];
    expect(record && cellOf(record, 1)).toBe('row');
  });

  test('the beginning of a long cell is read without the rest, quoted or not', async () => {
    const { index } = await read(`"${'say ""yes"", '.repeat(1000)}",${'é'.repeat(1000)}\n`);
    const [record] = await index.records(0);
    if (!record) throw new Error('no record');
    expect(cellOf(record, 0, 14)).toBe('say "yes", ');
    expect(cellOf(record, 0, 1e6)).toBe('say "yes", '.repeat(1000));
    expect(cellOf(record, 1, 6)).toBe('ééé');
    expect(cellOf(record, 2, 6)).toBeUndefined();
  });

  test('a column is as wide as its widest cell, wherever in the file that is', async () => {
    const rows = Array.from({ length: 5000 }, (_, at) => `${at},x`);
    rows[4000] = '4000,a much longer text';
    const { index } = await read(`n,t\n${rows.join('\n')}\n`);
    expect(index.summary.widths).toEqual([4, 'a much longer text'.length]);
  });

  test('a column is measured in characters, of which those of East Asia take two places', async () => {
    const { index } = await read(`a,b,c\nünïcödé,漢字,${'x'.repeat(1000)}\n`);
    expect(index.summary.widths).toEqual([7, 4, 40]);
  });

  test('an abort leaves what was found', async () => {
    const bytes = new TextEncoder().encode('a,b\n'.repeat(PIECE));
    const stop = new AbortController();
    const index = new RecordIndex(sourceOf(bytes), { delimiter: 44, carriage: false, start: 0 });
    await index.build(stop.signal, () => stop.abort());
    expect(index.summary.rows).toBe(PIECE / 4);
  });
});

describe('the grid', () => {
  test('a table of any height can be scrolled to its last row', () => {
    for (const rows of [10, 100_000, 1_000_000, 50_000_000]) {
      const heights = new Heights(rows, 500);
      expect(heights.height).toBeLessThan(17_000_000);
      const to = heights.reveal(rows - 1, 0) ?? 0;
      const place = heights.placeAt(to);
      expect(rows * ROW - place).toBeGreaterThanOrEqual(Math.min(500, rows * ROW) - 2);
      expect(rows * ROW - place).toBeLessThanOrEqual(502);
    }
  });

  test('keys move from cell to cell and stay inside', () => {
    const size = { rows: 10, columns: 3 };
    const go = (key: string, row: number, column: number, ctrl = false) =>
      moved({ row, column }, { key, ctrl }, size, 4);
    expect(go('ArrowDown', 9, 0)).toEqual({ row: 9, column: 0 });
    expect(go('PageDown', 2, 1)).toEqual({ row: 6, column: 1 });
    expect(go('End', 0, 0, true)).toEqual({ row: 9, column: 2 });
    expect(go('x', 0, 0)).toBeUndefined();
    expect(go('toString', 0, 0)).toBeUndefined();
  });

  test('only the columns in view are drawn', () => {
    const starts = Array.from({ length: 100_001 }, (_, i) => i * 100);
    expect(columnsBetween(starts, 5_000_050, 5_000_450)).toEqual({ from: 50_000, to: 50_005 });
    expect(columnsBetween([0], 0, 400)).toEqual({ from: 0, to: 0 });
  });

  test('columns without a header are called as in spreadsheets', () => {
    expect([0, 25, 26, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
  });

  test('cells are copied as spreadsheets paste them', async () => {
    expect(asClipboardText([['a "b"\tc']])).toBe('a "b"\tc');
    expect(
      asClipboardText([
        ['a', 'b\nc'],
        ['"', ''],
      ]),
    ).toBe('a\t"b\nc"\n""""\t');
    const { index } = await read('h,i\n1,2\n3\n');
    const range = { top: 0, bottom: 1, left: 0, right: 1 };
    expect(await selectedText(index, 1, range)).toBe('1\t2\n3\t');
    const huge = { top: 0, bottom: 1_000_000, left: 0, right: 1 };
    await expect(selectedText(index, 1, huge)).rejects.toThrow('At most 500,000');
  });
});
