/** Files whose content is refused only when they are closed, as of a full disk behind a network. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { type Errno, fail } from '../kernel/errors.ts';
import type { FileHandle, Mode } from '../kernel/service.ts';
import { sh } from '../testing/shell.ts';

class LateFs extends MemFs {
  readonly #code: Errno;

  constructor(code: Errno) {
    super();
    this.#code = code;
  }

  override async open(path: string[], mode: Mode): Promise<FileHandle> {
    const handle = await super.open(path, mode);
    if (!mode.write) return handle;
    return new Proxy(handle, {
      get: (target, name) => {
        if (name === 'close') return () => fail(this.#code);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

const onLate = (script: string, code: Errno = 'ENOSPC') =>
  sh(script, '', { '/late': new LateFs(code) });

/** bash says `environment` in a function of a command string. */
const FULL = /^(?:bash|environment): line 1: \/late\/f: No space left on device\n$/;

describe('a file that cannot be closed', () => {
  it.each([
    ['of a builtin', 'echo a > /late/f'],
    ['of a tool', 'seq 3 > /late/f'],
    ['of a shell', 'bash -c "echo a" > /late/f'],
    ['of a group', '{ echo a; echo b; } > /late/f'],
    ['of a subshell', '(echo a; echo b) > /late/f'],
    ['of a function', 'f() { echo a; } > /late/f; f'],
    ['of an assignment', 'x=1 > /late/f'],
    ['of a stage', 'echo a | cat > /late/f'],
    ['of a command that fails', 'false > /late/f'],
    ['of exec, at the end of the shell', 'exec > /late/f; echo a'],
    ['of exec, at the end of a subshell', '(exec > /late/f; echo a)'],
    ['of exec, when it is replaced', 'exec 3> /late/f; exec 3>&-'],
    ['of a number that a variable has', 'exec {n}> /late/f; exec {n}>&-'],
    ['of a job', 'echo a > /late/f & wait $!'],
    ['of a job that used exec', '(exec > /late/f; echo a) & wait $!'],
  ])('is told on standard error, and the status is 1: %s', async (_, script) => {
    const run = await onLate(script);
    expect(run.stderr).toMatch(FULL);
    expect(run.status).toBe(1);
  });

  it('is told with its own reason', async () => {
    expect((await onLate('echo a > /late/f', 'EIO')).stderr).toBe(
      'bash: line 1: /late/f: Input/output error\n',
    );
  });

  it('lets the script go on, and is a failure for || and set -e', async () => {
    expect((await onLate('echo a > /late/f || echo failed; echo end')).stdout).toBe(
      'failed\nend\n',
    );
    expect((await onLate('set -e; echo a > /late/f; echo no')).stdout).toBe('');
  });

  it('does no harm to what is read, or was closed before', async () => {
    const run = await onLate('echo a > /late/f 2> /dev/null; cat < /late/f; echo b > /here/g');
    expect(run.stdout).toBe('a\n');
    expect(run.status).toBe(0);
  });
});
