/** What `stty` can set: flags in the order in which it shows them, special characters, and speeds (stty(1), coreutils 9.1). */
import { CC, IFLAG, LFLAG, OFLAG } from '../kernel/termios.ts';

export type Field = 'cflag' | 'iflag' | 'oflag' | 'lflag';

export interface Setting {
  readonly name: string;
  readonly field: Field;
  readonly bits: number;
  /** The bits that it chooses among; its own where it is a switch. */
  readonly mask: number;
  /** `-name` turns it off. */
  readonly isSwitch: boolean;
  /** What `sane` does with it. */
  readonly sane: boolean | undefined;
  /** Another name of one that is shown. */
  readonly isHidden: boolean;
}

type Row = string;

/** Each a name and its bits in octal; `+` and `-` say what `sane` does, `*` that it is hidden, `/` the mask of a choice. */
const rows: Readonly<Record<Field, readonly Row[]>> = {
  cflag: [
    'parenb 400',
    'parodd 1000',
    'cmspar 10000000000',
    'cs5 0/60',
    'cs6 20/60',
    'cs7 40/60',
    'cs8 60/60',
    'hupcl 2000',
    '*hup 2000',
    'cstopb 100',
    '+cread 200',
    'clocal 4000',
    'crtscts 20000000000',
  ],
  iflag: [
    '-ignbrk 1',
    '+brkint 2',
    'ignpar 4',
    'parmrk 10',
    'inpck 20',
    'istrip 40',
    '-inlcr 100',
    '-igncr 200',
    '+icrnl 400',
    'ixon 2000',
    '-ixoff 10000',
    '*tandem 10000',
    '-iuclc 1000',
    '-ixany 4000',
    '+imaxbel 20000',
    '-iutf8 40000',
  ],
  oflag: [
    '+opost 1',
    '-olcuc 2',
    '-ocrnl 10',
    '+onlcr 4',
    '-onocr 20',
    '-onlret 40',
    '-ofill 100',
    '-ofdel 200',
    '-nl1 400/400',
    '+nl0 0/400',
    '-cr3 3000/3000',
    '-cr2 2000/3000',
    '-cr1 1000/3000',
    '+cr0 0/3000',
    '-tab3 14000/14000',
    '-tab2 10000/14000',
    '-tab1 4000/14000',
    '+tab0 0/14000',
    '-bs1 20000/20000',
    '+bs0 0/20000',
    '-vt1 40000/40000',
    '+vt0 0/40000',
    '-ff1 100000/100000',
    '+ff0 0/100000',
  ],
  lflag: [
    '+isig 1',
    '+icanon 2',
    '+iexten 100000',
    '+echo 10',
    '+echoe 20',
    '*crterase 20',
    '+echok 40',
    '-echonl 100',
    '-noflsh 200',
    '-xcase 4',
    '-tostop 400',
    '-echoprt 2000',
    '*prterase 2000',
    '+echoctl 1000',
    '*ctlecho 1000',
    '+echoke 4000',
    '*crtkill 4000',
    '-flusho 10000',
    '-extproc 200000',
  ],
};

function settingOf(field: Field, row: Row): Setting {
  const [, mark = '', name = '', octal = '', among] =
    /^([-+*]?)(\w+) (\d+)(?:\/(\d+))?$/.exec(row) ?? [];
  const bits = Number.parseInt(octal, 8);
  return {
    name,
    field,
    bits,
    mask: among === undefined ? bits : Number.parseInt(among, 8),
    isSwitch: among === undefined,
    sane: mark === '+' ? true : mark === '-' ? false : undefined,
    isHidden: mark === '*',
  };
}

export const settings: readonly Setting[] = (Object.keys(rows) as Field[]).flatMap((field) =>
  rows[field].map((row) => settingOf(field, row)),
);

/** The special characters in the order in which they are shown, each with what it usually is. */
export const characters: readonly { readonly name: keyof typeof CC; readonly usual: number }[] = [
  { name: 'intr', usual: 3 },
  { name: 'quit', usual: 28 },
  { name: 'erase', usual: 127 },
  { name: 'kill', usual: 21 },
  { name: 'eof', usual: 4 },
  { name: 'eol', usual: 0 },
  { name: 'eol2', usual: 0 },
  { name: 'swtch', usual: 0 },
  { name: 'start', usual: 17 },
  { name: 'stop', usual: 19 },
  { name: 'susp', usual: 26 },
  { name: 'rprnt', usual: 18 },
  { name: 'werase', usual: 23 },
  { name: 'lnext', usual: 22 },
  { name: 'discard', usual: 15 },
];

const slow = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
const fast = [
  57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000,
  2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
];
/** The bits of the speed, and the first of the fast ones. */
export const SPEED_MASK = 0o10017;
const FAST = 0o10001;

/** Speeds in baud by their bits. */
export const speeds: ReadonlyMap<number, number> = new Map([
  ...slow.map((baud, at) => [at, baud] as const),
  ...fast.map((baud, at) => [FAST + at, baud] as const),
]);

export interface Flags {
  cflag: number;
  iflag: number;
  oflag: number;
  lflag: number;
  cc: number[];
}

const [CSIZE, CS7, CS8, PARENB, PARODD, TABDLY] = [0o60, 0o40, 0o60, 0o400, 0o1000, 0o14000];
const [IGNPAR, ONLRET] = [0o4, 0o40];

const change =
  (field: Field, on: number, off = 0) =>
  (flags: Flags): void => {
    flags[field] = ((flags[field] & ~off) | on) >>> 0;
  };
const all =
  (...changes: readonly ((flags: Flags) => void)[]) =>
  (flags: Flags): void => {
    for (const each of changes) each(flags);
  };

const bytes8 = all(change('cflag', CS8, CSIZE | PARENB), change('iflag', 0, IFLAG.istrip));
const bytes7 = all(change('cflag', CS7 | PARENB, CSIZE), change('iflag', IFLAG.istrip));

const cook = all(
  change('iflag', IFLAG.brkint | IGNPAR | IFLAG.istrip | IFLAG.icrnl | IFLAG.ixon),
  change('oflag', OFLAG.opost),
  change('lflag', LFLAG.isig | LFLAG.icanon),
);
const makeRaw = (flags: Flags): void => {
  flags.iflag = 0;
  change('oflag', 0, OFLAG.opost)(flags);
  change('lflag', 0, LFLAG.isig | LFLAG.icanon | LFLAG.xcase)(flags);
  flags.cc[CC.min] = 1;
  flags.cc[CC.time] = 0;
};

const usually =
  (...names: readonly (keyof typeof CC)[]) =>
  (flags: Flags): void => {
    for (const { name, usual } of characters) if (names.includes(name)) flags.cc[CC[name]] = usual;
  };

const eraseOnScreen = change('lflag', LFLAG.echoe | LFLAG.echoctl | LFLAG.echoke);
const capitals = all(
  change('lflag', LFLAG.xcase),
  change('iflag', IFLAG.iuclc),
  change('oflag', OFLAG.olcuc),
);
const noCapitals = all(
  change('lflag', 0, LFLAG.xcase),
  change('iflag', 0, IFLAG.iuclc),
  change('oflag', 0, OFLAG.olcuc),
);
const noParity = change('cflag', CS8, PARENB | CSIZE);
const even = change('cflag', PARENB | CS7, PARODD | CSIZE);

function makeSane(flags: Flags): void {
  for (const { name, usual } of characters) flags.cc[CC[name]] = usual;
  flags.cc[CC.min] = 1;
  flags.cc[CC.time] = 0;
  for (const { field, bits, mask, sane } of settings)
    if (sane === true) change(field, bits, mask)(flags);
    else if (sane === false) change(field, 0, mask & bits)(flags);
}

interface Combination {
  on(flags: Flags): void;
  /** What `-name` does; undefined where there is none. */
  readonly off?: (flags: Flags) => void;
}

/** Names that stand for several settings. */
export const combinations: Readonly<Record<string, Combination>> = {
  evenp: { on: even, off: noParity },
  parity: { on: even, off: noParity },
  oddp: { on: change('cflag', PARENB | CS7 | PARODD, CSIZE), off: noParity },
  nl: {
    on: all(change('iflag', 0, IFLAG.icrnl), change('oflag', 0, OFLAG.onlcr)),
    off: all(
      change('iflag', IFLAG.icrnl, IFLAG.inlcr | IFLAG.igncr),
      change('oflag', OFLAG.onlcr, OFLAG.ocrnl | ONLRET),
    ),
  },
  ek: { on: usually('erase', 'kill') },
  sane: { on: makeSane },
  cooked: { on: cook, off: makeRaw },
  raw: { on: makeRaw, off: cook },
  pass8: { on: bytes8, off: bytes7 },
  litout: {
    on: all(bytes8, change('oflag', 0, OFLAG.opost)),
    off: all(bytes7, change('oflag', OFLAG.opost)),
  },
  cbreak: { on: change('lflag', 0, LFLAG.icanon), off: change('lflag', LFLAG.icanon) },
  decctlq: { on: change('iflag', 0, IFLAG.ixany), off: change('iflag', IFLAG.ixany) },
  tabs: { on: change('oflag', 0, TABDLY), off: change('oflag', TABDLY) },
  lcase: { on: capitals, off: noCapitals },
  LCASE: { on: capitals, off: noCapitals },
  crt: { on: eraseOnScreen },
  dec: {
    on: all(usually('intr', 'erase', 'kill'), eraseOnScreen, change('iflag', 0, IFLAG.ixany)),
  },
};
