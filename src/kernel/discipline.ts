/**
 * The line discipline of a terminal: what becomes of each key that is typed and of the output's newlines, as its modes say
 * (termios(3)). Cooked, it echoes, edits and makes whole lines; raw, every byte goes through.
 */
import { concat } from './bytes.ts';
import {
  CC,
  cooked,
  DISABLED,
  IFLAG,
  LFLAG,
  modesFrom,
  OFLAG,
  rawOf,
  type Termios,
} from './termios.ts';
import { type PartKind, Typed } from './typed.ts';

/** What a key does besides entering text. */
export type KeySignal = 'interrupt' | 'quit' | 'stop';

interface Screen {
  /** An echo would be shown. */
  hasRoom(): boolean;
  /** Shows an echo. */
  show(data: Uint8Array): void;
  signal(signal: KeySignal): void;
  /** The output is no longer held. */
  released(): void;
}

const [NEWLINE, RETURN, BACKSPACE, DELETE, TAB, CARET] = [10, 13, 8, 127, 9, 94] as const;
/** A line that is being typed may have this many bytes (termios(3) MAX_CANON). */
const LINE_MAX = 4096;
/** Bytes typed ahead before more are refused with a bell. */
export const TYPED_MAX = 65_536;

export class LineDiscipline {
  /** What waits for a reader. */
  readonly typed = new Typed();
  readonly #screen: Screen;
  /** The line that is being typed, or keys on their way. */
  #line: number[] = [];
  #modes = cooked;
  /** What the modes were before they became raw. */
  #beforeRaw: Termios | undefined;
  /** The next key is text, whatever it does otherwise (lnext). */
  #isLiteral = false;
  #isHeld = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** The output waits (ixon). */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Whole lines are given, not keys. */
  get isLine(): boolean {
    return this.#has('lflag', LFLAG.icanon);
  }

  get modes(): Termios {
    return this.#modes;
  }

  /** What was typed and not read yet stays: lines as they are, of an unfinished one its keys, of keys the lines that they make. */
  set modes(modes: Termios) {
    const was = this.#modes;
    this.#modes = modesFrom(modes);
    if (!this.#has('iflag', IFLAG.ixon)) this.#release();
    if (((was.lflag ^ this.#modes.lflag) & LFLAG.icanon) === 0) return;
    this.#isLiteral = false;
    if (was.lflag & LFLAG.icanon) {
      if (this.#line.length > 0) this.#enter('rest');
      return;
    }
    for (const { data, kind } of this.typed.clear())
      if (kind === 'line' || kind === 'rest') {
        for (const byte of data) this.#line.push(byte);
        if (kind === 'line') this.#enter('line');
      } else for (const byte of data) this.#key(byte, kind === 'unseen');
  }

  /** Every key goes through. Where it no longer does, the modes are those of before. */
  get raw(): boolean {
    return (this.#modes.lflag & (LFLAG.icanon | LFLAG.isig | LFLAG.echo)) === 0;
  }

  set raw(on: boolean) {
    if (on === this.raw) return;
    const before = this.#beforeRaw ?? cooked;
    this.#beforeRaw = on ? this.#modes : undefined;
    this.modes = on ? rawOf(this.#modes) : before;
  }

  #has(field: 'iflag' | 'oflag' | 'lflag', flag: number): boolean {
    return (this.#modes[field] & flag) !== 0;
  }

  /** Whether a key is a special character of this name. */
  #is(byte: number, name: keyof typeof CC): boolean {
    return byte !== DISABLED && this.#modes.cc[CC[name]] === byte;
  }

  type(data: Uint8Array): void {
    for (const byte of data) this.#key(byte, true);
    if (!this.isLine && this.#line.length > 0) this.#enter(this.raw ? 'unseen' : 'keys');
  }

  /** One byte that is typed. `echoes` is false for one that was typed before, and was echoed then if it was to be. */
  #key(byte: number, echoes: boolean): void {
    if (this.#isLiteral) {
      this.#isLiteral = false;
      this.#take(byte, echoes);
      return;
    }
    if (this.#has('iflag', IFLAG.istrip)) byte &= 0x7f;
    if (this.#has('iflag', IFLAG.ixon) && this.#controlsFlow(byte)) return;
    if (this.#has('lflag', LFLAG.isig)) {
      const signal = this.#signalOf(byte);
      if (signal) {
        this.#signal(signal, byte);
        return;
      }
    }
    if (byte === RETURN && this.#has('iflag', IFLAG.igncr)) return;
    if (byte === RETURN && this.#has('iflag', IFLAG.icrnl)) byte = NEWLINE;
    else if (byte === NEWLINE && this.#has('iflag', IFLAG.inlcr)) byte = RETURN;
    if (this.isLine) this.#edit(byte, echoes);
    else this.#take(byte, echoes);
  }

  #controlsFlow(byte: number): boolean {
    const isStart = this.#is(byte, 'start');
    if (this.#is(byte, 'stop') && !(isStart && this.#isHeld)) this.#isHeld = true;
    else if (isStart) this.#release();
    else {
      if (this.#has('iflag', IFLAG.ixany)) this.#release();
      return false;
    }
    return true;
  }

  #release(): void {
    this.#isHeld = false;
    this.#screen.released();
  }

  #signalOf(byte: number): KeySignal | undefined {
    if (this.#is(byte, 'intr')) return 'interrupt';
    if (this.#is(byte, 'quit')) return 'quit';
    return this.#is(byte, 'susp') ? 'stop' : undefined;
  }

  #signal(signal: KeySignal, byte: number): void {
    if (this.#has('lflag', LFLAG.echo)) {
      this.#echoByte(byte);
      this.#echo('\r\n');
    }
    // What was typed for a program that ends or stops is not another's to read (termios(3)).
    if (!this.#has('lflag', LFLAG.noflsh)) {
      this.#line = [];
      this.typed.clear();
    }
    this.#release();
    this.#screen.signal(signal);
  }

  /** A key of a line. */
  #edit(byte: number, echoes: boolean): void {
    const line = this.#line;
    const isExtended = this.#has('lflag', LFLAG.iexten);
    if (byte === NEWLINE || this.#is(byte, 'eol') || (isExtended && this.#is(byte, 'eol2'))) {
      line.push(byte);
      if (echoes && this.#has('lflag', LFLAG.echo | LFLAG.echonl))
        if (byte === NEWLINE) this.#echo('\r\n');
        else this.#echoByte(byte);
      this.#enter('line');
    } else if (this.#is(byte, 'eof')) this.#enter('line');
    else if (this.#erases(byte)) this.#erase(1, echoes);
    else if (this.#is(byte, 'kill')) this.#erase(line.length, echoes);
    else if (isExtended && this.#is(byte, 'werase')) this.#erase(lastWord(line), echoes);
    else if (isExtended && this.#is(byte, 'lnext')) this.#isLiteral = true;
    else if (isExtended && this.#is(byte, 'rprnt')) {
      if (this.#screen.hasRoom()) this.#screen.show(concat([REPRINTS, this.#shown(line)]));
    } else this.#take(byte, echoes);
  }

  /** Keyboards send one of two for the same key. */
  #erases(byte: number): boolean {
    return this.#is(byte, 'erase') || (byte === BACKSPACE && this.#modes.cc[CC.erase] === DELETE);
  }

  #take(byte: number, echoes: boolean): void {
    if (this.isLine && this.#line.length >= LINE_MAX - 1) {
      this.#echo('\x07');
      return;
    }
    this.#line.push(byte);
    if (echoes && this.#has('lflag', LFLAG.echo)) this.#echoByte(byte);
  }

  /** Takes the last characters away, also from the screen; a character is all bytes of its UTF-8. */
  #erase(count: number, echoes: boolean): void {
    const line = this.#line;
    for (let done = 0; done < count && line.length > 0; done++) {
      let byte = line.pop() as number;
      if (this.#has('iflag', IFLAG.iutf8))
        while ((byte & 0xc0) === 0x80 && line.length > 0) byte = line.pop() as number;
      if (echoes && this.#has('lflag', LFLAG.echo))
        this.#echo(this.#isCareted(byte) ? '\b \b\b \b' : '\b \b');
    }
  }

  #enter(kind: PartKind): void {
    const data = Uint8Array.from(this.#line);
    this.#line = [];
    if (this.typed.held + (data.length || 1) > TYPED_MAX) {
      this.#echo('\x07');
      return;
    }
    this.typed.push(data, kind);
  }

  /** A control character is shown as a caret and a letter. */
  #isCareted(byte: number): boolean {
    return (
      (byte < 32 || byte === DELETE) &&
      byte !== TAB &&
      byte !== NEWLINE &&
      this.#has('lflag', LFLAG.echoctl)
    );
  }

  #echoByte(byte: number): void {
    this.#screen.show(this.#shown([byte]));
  }

  #shown(keys: readonly number[]): Uint8Array {
    const text = keys.flatMap((byte) => (this.#isCareted(byte) ? [CARET, byte ^ 64] : byte));
    return this.asOutput(Uint8Array.from(text));
  }

  #echo(text: string): void {
    this.#screen.show(new TextEncoder().encode(text));
  }

  /** How many bytes a read waits for, and how long in tenths of a second; of a line, for all of it. */
  get wanted(): { readonly min: number; readonly time: number } {
    const { lflag, cc } = this.#modes;
    if (lflag & LFLAG.icanon) return { min: 1, time: 0 };
    return { min: cc[CC.min] ?? 1, time: cc[CC.time] ?? 0 };
  }

  /** What is shown for what is written. */
  asOutput(data: Uint8Array): Uint8Array {
    if (!this.#has('oflag', OFLAG.opost)) return data.slice();
    const shown = this.#has('oflag', OFLAG.ocrnl)
      ? data.map((byte) => (byte === RETURN ? NEWLINE : byte))
      : data;
    return this.#has('oflag', OFLAG.onlcr) ? withReturns(shown) : shown.slice();
  }
}

/** Characters of the last word of a line, with the blanks after it. */
function lastWord(line: readonly number[]): number {
  const chars = [...new TextDecoder().decode(Uint8Array.from(line))];
  const isBlank = (at: number): boolean => /\s/u.test(chars[at] as string);
  let at = chars.length;
  while (at > 0 && isBlank(at - 1)) at--;
  while (at > 0 && !isBlank(at - 1)) at--;
  return chars.length - at;
}

/** Each newline with a carriage return before it (termios(3) ONLCR). */
function withReturns(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1)) {
    parts.push(data.subarray(from, at), LINE_END);
    from = at + 1;
  }
  if (parts.length === 0) return data.slice();
  return concat([...parts, data.subarray(from)]);
}

/** What is shown where a line is shown again. */
const REPRINTS = Uint8Array.of(CARET, 82, RETURN, NEWLINE);
const LINE_END = Uint8Array.of(RETURN, NEWLINE);
