/** The line discipline: what is typed, echoed, edited, read and signalled. */
import { describe, expect, it } from 'vitest';
import { bytes, codeOf, text } from '../testing/kernel.ts';
import { never } from './service.ts';
import { Terminal, type TerminalSignal } from './terminal.ts';

const open = (): {
  terminal: Terminal;
  type(keys: string): Promise<unknown>;
  read(count?: number): Promise<string>;
  screen(): Promise<string>;
  signals: TerminalSignal[];
} => {
  const terminal = new Terminal({ cols: 80, rows: 24 });
  const signals: TerminalSignal[] = [];
  terminal.onSignal = (signal) => void signals.push(signal);
  return {
    terminal,
    type: async (keys) => terminal.master.write?.(0, bytes(keys), never),
    read: async (count = 1000) =>
      text((await terminal.slave.read?.(0, count, never)) as Uint8Array),
    screen: async () => text((await terminal.master.read?.(0, 10_000, never)) as Uint8Array),
    signals,
  };
};

describe('a cooked terminal', () => {
  it('gives whole lines, one a read, and echoes them', async () => {
    const { type, read, screen } = open();
    await type('one\rtwo\r');
    expect([await read(), await read()]).toEqual(['one\n', 'two\n']);
    expect(await screen()).toBe('one\r\ntwo\r\n');
  });

  it('edits: backspace takes a character of any bytes, Ctrl-W a word, Ctrl-U the line', async () => {
    const { type, read } = open();
    await type('añ\x7fb\r');
    expect(await read()).toBe('ab\n');
    await type('keep this word \x17\r');
    expect(await read()).toBe('keep this \n');
    await type('all gone\x15new\r');
    expect(await read()).toBe('new\n');
  });

  it('Ctrl-D gives what there is, and on an empty line the end, once', async () => {
    const { type, read } = open();
    await type('part\x04');
    expect(await read()).toBe('part');
    await type('\x04');
    expect(await read()).toBe('');
    await type('on\r');
    expect(await read()).toBe('on\n');
  });

  it('Ctrl-C and Ctrl-Z are signals, and the line is gone', async () => {
    const { type, read, signals } = open();
    await type('half\x03');
    await type('\x1a');
    await type('x\r');
    expect(signals).toEqual(['interrupt', 'stop']);
    expect(await read()).toBe('x\n');
  });

  it('a line is read in parts, and a waiting reader can be interrupted', async () => {
    const { terminal, type, read } = open();
    await type('abcdef\r');
    expect([await read(4), await read(4)]).toEqual(['abcd', 'ef\n']);
    const abort = new AbortController();
    const waiting = codeOf(() => Promise.resolve(terminal.slave.read?.(0, 10, abort.signal)));
    abort.abort();
    expect(await waiting).toBe('EINTR');
  });
});

describe('a raw terminal', () => {
  it('gives every key as it comes, unechoed', async () => {
    const { terminal, type, read, signals } = open();
    terminal.raw = true;
    await type('\x03q\x1b[A');
    expect(await read()).toBe('\x03q\x1b[A');
    expect([signals, terminal.master.ready?.('read')]).toEqual([[], undefined]);
  });
});

describe('a change of mode', () => {
  it('makes lines of keys that nobody has read, those that were read too early first', async () => {
    const { terminal, type, read } = open();
    terminal.raw = true;
    await type('late\r');
    terminal.typeAgain(bytes('early '));
    terminal.raw = false;
    expect(await read()).toBe('early late\n');
  });

  it('gives what was typed of a line as keys', async () => {
    const { terminal, type, read } = open();
    await type('half');
    terminal.raw = true;
    expect(await read()).toBe('half');
  });
});

describe('output', () => {
  it('has returns before its newlines, and waits for a screen that lags', async () => {
    const { terminal, screen } = open();
    await terminal.slave.write?.(0, bytes('a\nb\n'), never);
    expect(await screen()).toBe('a\r\nb\r\n');
    const flood = terminal.slave.write?.(0, new Uint8Array(1 << 20), never);
    let done = false;
    void Promise.resolve(flood).then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done).toBe(false);
    for (let left = 1 << 20; left > 0; ) {
      const shown = await terminal.master.read?.(0, 1 << 18, never);
      left -= shown?.length ?? 0;
    }
    await flood;
  });

  it('after the master has closed, reading ends and writing is EIO', async () => {
    const { terminal, read, signals } = open();
    const waiting = read();
    await terminal.master.close?.();
    expect(await waiting).toBe('');
    expect(await codeOf(() => Promise.resolve(terminal.slave.write?.(0, bytes('x'), never)))).toBe(
      'EIO',
    );
    expect(signals).toEqual(['hangup']);
  });
});

describe('its size', () => {
  it('is two whole numbers above 0', () => {
    const { terminal } = open();
    terminal.size = { cols: 100, rows: 30 };
    expect(terminal.size).toEqual({ cols: 100, rows: 30 });
    for (const cols of [0, -1, 1.5, Number.NaN, 1e9])
      expect(() => {
        terminal.size = { cols, rows: 1 };
      }).toThrow('EINVAL');
  });
});
