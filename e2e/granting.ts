/** What stories of the network share: programs that are run, and capabilities that are mounted. */
import type { Page } from './oanix.ts';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of /bin to its end. */
export const run = (page: Page, program: string, args: readonly string[] = []): Promise<Run> =>
  page.evaluate(
    async ([path, given]) => {
      const {
        exit_code: code,
        stdout,
        stderr,
      } = await window.oanix.run(path, {
        args: [path, ...given],
      });
      return { code, stdout, stderr };
    },
    [program, args] as const,
  );

/** Mounts a capability at its place below /cap, by its policy. */
export const mount = (page: Page, kind: string, policy: object): Promise<void> =>
  page.evaluate(
    async ([cap, options]) => {
      await window.oanix.mount({ kind: cap, options: { policy: options as never } }, `/cap/${cap}`);
    },
    [kind, policy] as const,
  );
