/** The modes of a terminal: flags and special characters with the numbers that termios(3) has on Linux. */
import { fail } from './errors.ts';

/** Flags of input. */
export const IFLAG = {
  brkint: 0o2,
  istrip: 0o40,
  inlcr: 0o100,
  igncr: 0o200,
  icrnl: 0o400,
  iuclc: 0o1000,
  ixon: 0o2000,
  ixany: 0o4000,
  imaxbel: 0o20000,
  iutf8: 0o40000,
} as const;

/** Flags of output. */
export const OFLAG = {
  opost: 0o1,
  olcuc: 0o2,
  onlcr: 0o4,
  ocrnl: 0o10,
  onocr: 0o20,
} as const;

export const LFLAG = {
  isig: 0o1,
  icanon: 0o2,
  xcase: 0o4,
  echo: 0o10,
  echoe: 0o20,
  echok: 0o40,
  echonl: 0o100,
  noflsh: 0o200,
  tostop: 0o400,
  echoctl: 0o1000,
  echoprt: 0o2000,
  echoke: 0o4000,
  flusho: 0o10000,
  iexten: 0o100000,
  extproc: 0o200000,
} as const;

/** Places of the special characters. */
export const CC = {
  intr: 0,
  quit: 1,
  erase: 2,
  kill: 3,
  eof: 4,
  time: 5,
  min: 6,
  swtch: 7,
  start: 8,
  stop: 9,
  susp: 10,
  eol: 11,
  rprnt: 12,
  discard: 13,
  werase: 14,
  lnext: 15,
  eol2: 16,
} as const;

/** Special characters that there are. */
export const CC_COUNT = 17;

/** A special character that is none. */
export const DISABLED = 0;

export interface Termios {
  readonly iflag: number;
  readonly oflag: number;
  readonly cflag: number;
  readonly lflag: number;
  readonly cc: readonly number[];
}

const [CS8, CREAD, PARENB, B38400] = [0o60, 0o200, 0o400, 0o17];

/** What a terminal begins with: whole lines, echoed, with keys that signal. */
export const cooked: Termios = {
  iflag: IFLAG.icrnl | IFLAG.iutf8,
  oflag: OFLAG.opost | OFLAG.onlcr,
  cflag: CS8 | CREAD | B38400,
  lflag:
    LFLAG.isig |
    LFLAG.icanon |
    LFLAG.echo |
    LFLAG.echoe |
    LFLAG.echok |
    LFLAG.echoctl |
    LFLAG.echoke |
    LFLAG.iexten,
  cc: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0],
};

/** Every key as it comes, unechoed; newlines of the output still return (cons(3)). */
export const rawOf = (modes: Termios): Termios => ({
  ...modes,
  iflag: modes.iflag & ~(IFLAG.icrnl | IFLAG.inlcr | IFLAG.igncr | IFLAG.istrip | IFLAG.ixon),
  lflag: modes.lflag & ~(LFLAG.isig | LFLAG.icanon | LFLAG.echo | LFLAG.echonl | LFLAG.iexten),
  cc: modes.cc.map((byte, at) => (at === CC.min ? 1 : at === CC.time ? 0 : byte)),
});

/** What a terminal here never does: these stay off, and whoever sets them can see it. */
const LACKS = {
  iflag: IFLAG.iuclc,
  oflag: OFLAG.olcuc | OFLAG.onocr,
  lflag: LFLAG.xcase | LFLAG.tostop | LFLAG.echoprt | LFLAG.flusho | LFLAG.extproc,
};

const isFlags = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;

/** Modes from outside, without what a terminal cannot do. Throws EINVAL for what are none. */
export function modesFrom(value: unknown): Termios {
  const { iflag, oflag, cflag, lflag, cc } = (value ?? {}) as Partial<Termios>;
  if (!isFlags(iflag) || !isFlags(oflag) || !isFlags(cflag) || !isFlags(lflag))
    return fail('EINVAL', 'the flags of a terminal are whole numbers of 32 bits');
  if (
    !Array.isArray(cc) ||
    cc.length !== CC_COUNT ||
    !cc.every((byte) => isFlags(byte) && byte < 256)
  )
    return fail('EINVAL', `a terminal has ${CC_COUNT} special characters`);
  return {
    iflag: (iflag & ~LACKS.iflag) >>> 0,
    oflag: (oflag & ~LACKS.oflag) >>> 0,
    // Bytes have eight bits and no parity.
    cflag: ((cflag | CS8 | CREAD) & ~PARENB) >>> 0,
    lflag: (lflag & ~LACKS.lflag) >>> 0,
    cc: [...(cc as number[])],
  };
}
