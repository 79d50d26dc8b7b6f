/** The files that stand for the shell, which is part of this project and no program of its own. */

/** The interpreter of the shell itself, by which its runner knows it. */
export const SHELL_MARK = 'oanix:shell';

/** What `/bin` has for it, by name. */
export const shellFiles: Readonly<Record<'sh' | 'bash', string>> = {
  sh: `#!${SHELL_MARK}\n`,
  bash: `#!${SHELL_MARK}\n`,
};
