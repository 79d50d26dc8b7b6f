/** Runs shells in the thread of the tests, as processes of a kernel that runs nothing else. */
import { fail } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { formatPath } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { isShell } from '../kernel/spawn.ts';
import { keysOf, runShell } from '../shell/session.ts';
import { Sys } from '../shell/sys.ts';

export function startShellHere(kernel: Kernel, process: Process, binary: Uint8Array): void {
  if (!isShell(binary)) fail('ENOEXEC', 'no programs here');
  const sys = new Sys(
    (operation, args, signal) => kernel.call(process, operation, args, signal ?? process.signal),
    () => new Promise((resolve) => setTimeout(resolve, 0)),
  );
  const keys = keysOf(sys);
  process.onSignal = (name) => {
    if (name !== 'interrupt') return false;
    keys.interrupt();
    return true;
  };
  process.onStop((ending) => {
    process.exit(ending);
    sys.end();
  });
  const { pid, ppid, args, env, umask } = process;
  const cwd = formatPath(process.cwd);
  const start = { pid, ppid, args, env, cwd, umask, terminals: [], isNested: true };
  void runShell(start, sys, keys)
    .then((status) => process.exit({ exit_code: status }))
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.exit({ exit_code: 1, trap: { kind: 'shell failed', message, stack: '' } });
    });
}
