/** The line discipline: what is typed, echoed, edited, read and signalled. */
import { describe, expect, it } from 'vitest';
import { bytes, codeOf, text } from '../testing/kernel.ts';
import { never } from './service.ts';
import { Terminal, type TerminalSignal } from './terminal.ts';
import { CC, cooked, DISABLED, IFLAG, LFLAG } from './termios.ts';

const open = (): {
  terminal: Terminal;
  type(keys: string): Promise<unknown>;
  read(count?: number): Promise<string>;
  screen(): Promise<string>;
  signals: TerminalSignal[];
} => {
  const terminal = new Terminal({ cols: 80, rows: 24 }, (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  });
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

  it('shows a line again at once, and not where the screen has no room', async () => {
    const { terminal, type, screen } = open();
    await type('a\x16\x01\x12');
    expect(await screen()).toBe('a^A^R\r\na^A');
    await type('a'.repeat(4000));
    await type('\x12'.repeat(3000));
    const shown = await terminal.master.read?.(0, 1 << 20, never);
    expect(shown?.length).toBe(1 << 18);
  });

  it('a line has an end, also of keys that lnext makes text, and so has what is typed ahead', async () => {
    const { type, read, screen } = open();
    await type(`${'\x16\x03'.repeat(5000)}\r`);
    expect(await read(10_000)).toBe(`${'\x03'.repeat(4095)}\n`);
    await screen();
    await type('\x04'.repeat(65_540));
    await type('lost\r');
    expect(await screen()).toBe('\x07\x07\x07\x07lost\r\n\x07');
    expect(await read()).toBe('');
    await type('\x04\x04');
    expect(await screen()).toBe('\x07');
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

  it('gives keys in their order, however they are read, and those that were put back first', async () => {
    const { terminal, type, read } = open();
    terminal.raw = true;
    for (const key of 'abcdefgh') await type(key);
    expect([await read(1), await read(2)]).toEqual(['a', 'bc']);
    terminal.typeAgain(bytes('bc'));
    terminal.typeAgain(bytes('a'));
    expect([await read(2), await read(3)]).toEqual(['ab', 'cde']);
    for (const key of 'ij') await type(key);
    expect([await read(4), await read()]).toEqual(['fghi', 'j']);
    expect(terminal.slave.ready?.('read')).toBeUndefined();
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

  it('leaves whole lines, ends of input and what was typed of a line as they were', async () => {
    const { terminal, type, read, screen, signals } = open();
    await type('x\x16\x03y\r\x04ab\x16\x03c');
    terminal.raw = true;
    terminal.raw = false;
    await type('\x7f\r');
    expect([await read(), await read(), await read()]).toEqual(['x\x03y\n', '', 'ab\x03\n']);
    expect([await screen(), signals]).toEqual(['x^Cy\r\nab^Cc\b \b\r\n', []]);
  });

  it('puts what was read too early before whole lines', async () => {
    const { terminal, type, read } = open();
    await type('late\r');
    terminal.raw = true;
    terminal.typeAgain(bytes('early '));
    terminal.raw = false;
    expect(await read()).toBe('early late\n');
  });

  it('takes back no more than can have been read', async () => {
    const { terminal } = open();
    const all = new Uint8Array(65_536);
    terminal.typeAgain(all);
    terminal.typeAgain(all);
    expect(await codeOf(async () => terminal.typeAgain(bytes('x')))).toBe('EAGAIN');
  });

  it('has no end of input among keys', async () => {
    const { terminal, type, read } = open();
    await type('\x04');
    terminal.raw = true;
    expect(terminal.slave.ready?.('read')).toBeUndefined();
    const key = read();
    await type('k');
    expect(await key).toBe('k');
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

describe('modes', () => {
  const set = (
    terminal: Terminal,
    change: Partial<Record<'iflag' | 'oflag' | 'lflag', number>>,
  ) => {
    terminal.modes = { ...terminal.modes, ...change };
  };
  const { lflag: usual } = cooked;

  it('without icanon keys come at once, echoed and with signals', async () => {
    const { terminal, type, read, screen, signals } = open();
    set(terminal, { lflag: usual & ~LFLAG.icanon });
    await type('a\x7f\r\x03');
    expect(signals).toEqual(['interrupt']);
    await type('b');
    expect(await read()).toBe('b');
    expect(await screen()).toBe('a^?\r\n^C\r\nb');
  });

  it('without echo a line is read and not shown, but for its end with echonl', async () => {
    const { terminal, type, read, screen } = open();
    set(terminal, { lflag: (usual & ~LFLAG.echo) | LFLAG.echonl });
    await type('secret\r');
    expect(await read()).toBe('secret\n');
    expect(await screen()).toBe('\r\n');
  });

  it('keys that were hidden stay hidden when they become a line, and those that were shown are shown once', async () => {
    for (const [lflag, shown] of [
      [usual & ~(LFLAG.icanon | LFLAG.echo), undefined],
      [usual & ~LFLAG.icanon, 'ab\r\n'],
    ] as const) {
      const { terminal, type, read, screen } = open();
      set(terminal, { lflag });
      await type('ab\r');
      set(terminal, { lflag: usual });
      expect(await read()).toBe('ab\n');
      if (shown === undefined) expect(terminal.master.ready?.('read')).toBeUndefined();
      else expect(await screen()).toBe(shown);
    }
  });

  it('other characters can be special, or none', async () => {
    const { terminal, type, read, signals } = open();
    const cc = [...cooked.cc];
    cc[CC.intr] = 24;
    cc[CC.kill] = DISABLED;
    cc[CC.eol] = 46;
    terminal.modes = { ...cooked, cc };
    await type('\x18a\x03\x15.');
    expect([signals, await read()]).toEqual([['interrupt'], 'a\x03\x15.']);
  });

  it('lnext makes text of the next key, and werase needs iexten', async () => {
    const { terminal, type, read } = open();
    await type('\x16\x03x\r');
    expect(await read()).toBe('\x03x\n');
    set(terminal, { lflag: usual & ~LFLAG.iexten });
    await type('a b\x17\r');
    expect(await read()).toBe('a b\x17\n');
  });

  it('a read waits for min keys, or time is over', async () => {
    const { terminal, type, read } = open();
    const lflag = usual & ~LFLAG.icanon;
    const cc = [...cooked.cc];
    cc[CC.min] = 3;
    terminal.modes = { ...cooked, lflag, cc };
    await type('ab');
    const three = read();
    await type('cd');
    expect(await three).toBe('abcd');
    cc[CC.min] = 0;
    terminal.modes = { ...cooked, lflag, cc };
    expect(await read()).toBe('');
    cc[CC.time] = 1;
    terminal.modes = { ...cooked, lflag, cc };
    expect(await read()).toBe('');
  });

  it('ixon holds the output until it is started again', async () => {
    const { terminal, type, screen } = open();
    set(terminal, { iflag: cooked.iflag | IFLAG.ixon });
    await type('\x13');
    const written = terminal.slave.write?.(0, bytes('later'), never);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(terminal.master.ready?.('read')).toBeUndefined();
    await type('\x11');
    await written;
    expect(await screen()).toBe('later');
  });

  it('without opost the output is as it was written; what it cannot do stays off', async () => {
    const { terminal, screen } = open();
    set(terminal, { oflag: 0 });
    await terminal.slave.write?.(0, bytes('a\nb'), never);
    expect(await screen()).toBe('a\nb');
    set(terminal, { oflag: 3, lflag: usual | LFLAG.tostop });
    expect([terminal.modes.oflag, terminal.modes.lflag]).toEqual([1, usual]);
    for (const wrong of [{ lflag: -1 }, { cc: [1] }, { iflag: 2 ** 32 }])
      expect(() => {
        terminal.modes = { ...cooked, ...wrong };
      }).toThrow('EINVAL');
  });
});
