/** The terminal in modes of one's own, for as long as something runs. */
import { CC, IFLAG, LFLAG, type Termios } from '../kernel/termios.ts';
import type { TerminalState } from './host.ts';

export interface TerminalHost {
  terminal(): Promise<TerminalState>;
  setTerminal(change: { readonly modes?: Termios }): Promise<void>;
}

/** Runs something with changed modes, and restores those of before, also where it fails or is interrupted. */
export async function withModes<T>(
  host: TerminalHost,
  change: (modes: Termios) => Termios,
  run: () => Promise<T>,
): Promise<T> {
  const { modes } = await host.terminal();
  await host.setTerminal({ modes: change(modes) });
  try {
    return await run();
  } finally {
    await host.setTerminal({ modes });
  }
}

/** Each key as it comes; those that are signals stay so. */
export const keyByKey = (modes: Termios): Termios => ({
  ...modes,
  iflag: modes.iflag | IFLAG.icrnl,
  lflag: (modes.lflag | LFLAG.isig) & ~LFLAG.icanon,
  cc: modes.cc.map((byte, at) => (at === CC.min ? 1 : at === CC.time ? 0 : byte)),
});

/** What is typed is not shown. */
export const unechoed = (modes: Termios): Termios => ({
  ...modes,
  lflag: modes.lflag & ~(LFLAG.echo | LFLAG.echoe | LFLAG.echok | LFLAG.echonl),
});
