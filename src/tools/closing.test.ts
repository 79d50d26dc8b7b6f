/** Tools that write files whose service refuses at last what it was given. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { after } from '../kernel/awaitable.ts';
import { fail } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Path } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { type FileHandle, type Mode, never } from '../kernel/service.ts';
import { text } from '../testing/kernel.ts';
import { shBytes } from '../testing/shell.ts';

/** Takes what is written, and refuses it when the file is closed. */
class Refusing extends MemFs {
  override open(path: Path, mode: Mode): ReturnType<MemFs['open']> {
    return after(
      super.open(path, mode),
      (handle): FileHandle => (mode.write ? { ...handle, close: () => fail('ENOSPC') } : handle),
    );
  }
}

async function mountRefusing(kernel: Kernel, process: Process): Promise<void> {
  const source = kernel.sources.of(new Refusing());
  await process.namespace.mount(source, '/full', { create: true }, process.caller(-1, never));
}

/** Runs a command beside files of three lines, where `/full` refuses what is written. */
async function refused(command: string): Promise<string> {
  const script = `seq 3 > in; cp in in2; { ${command}; echo "=> $?"; } 2>&1`;
  const { stdout } = await shBytes(script, undefined, mountRefusing);
  return text(stdout);
}

const NO_SPACE = 'No space left on device';

// Debian's tools say the same of a file whose close(2) fails.
describe('an error of closing a written file is told', () => {
  it.each([
    ['cp in /full/x', "cp: failed to close '/full/x'", 1],
    ['cp -p in /full/x', "cp: failed to close '/full/x'", 1],
    ['cp in in2 /full', "cp: failed to close '/full/in'|cp: failed to close '/full/in2'", 1],
    ['install in /full/x', "install: failed to close '/full/x'", 1],
    ['truncate -s 3 /full/x', "truncate: failed to close '/full/x'", 1],
    ['sort -o /full/x in', 'sort: write error', 2],
    ['sort -m -o /full/x in in2', 'sort: write error', 2],
    ['uniq in /full/x', 'uniq: write error', 1],
    ['shuf -o /full/x in', 'shuf: write error', 1],
    ["sed -n 'w /full/x' in", "sed: couldn't close /full/x", 4],
    ['find in -fprint /full/x', 'find: ‘/full/x’', 1],
    ['tee /full/x < in > /dev/null', 'tee: /full/x', 1],
    ['tee -a /full/x /full/y < in > /dev/null', 'tee: /full/x|tee: /full/y', 1],
    ['awk \'{ print > "/full/x" }\' in', 'awk: close failed on file /full/x', 2],
    ['awk \'{ print > "/full/x"; close("/full/x") }\' in', 'awk: close failed on file /full/x', 2],
    [
      'touch /full/x /full/y',
      "touch: failed to close '/full/x'|touch: failed to close '/full/y'",
      1,
    ],
  ] as const)('%s', async (command, messages, status) => {
    const reason = command.startsWith('awk') ? ` (${NO_SPACE})` : `: ${NO_SPACE}`;
    const lines = messages.split('|').map((each) => `${each}${reason}\n`);
    expect(await refused(command)).toBe(`${lines.join('')}=> ${status}\n`);
  });

  it('mv keeps a file whose copy was refused', async () => {
    expect(await refused('mv in /full/x')).toBe(
      `mv: failed to close '/full/x': ${NO_SPACE}\n=> 1\n`,
    );
    expect(await refused('mv in /full/x 2> /dev/null; cat in | wc -l')).toBe('3\n=> 0\n');
  });

  it('sed -i leaves the file as it was', async () => {
    const made = '{ printf "1\\n" > /full/e; } 2> /dev/null';
    expect(await refused(`${made}; sed -i s/1/2/ /full/e`)).toMatch(
      /^sed: couldn't close \/full\/sed\w+: No space left on device\n=> 4\n$/,
    );
    expect(await refused(`${made}; sed -i s/1/2/ /full/e 2> /dev/null; cat /full/*`)).toBe(
      '1\n=> 0\n',
    );
  });

  it('mktemp names its template', async () => {
    expect(await refused('mktemp /full/tXXX')).toBe(
      `mktemp: failed to create file via template ‘/full/tXXX’: ${NO_SPACE}\n=> 1\n`,
    );
  });
});

it('an earlier error is the one that is told', async () => {
  expect(await refused('sort -o /full/x in nosuch')).toBe(
    'sort: cannot read: nosuch: No such file or directory\n=> 2\n',
  );
  expect(await refused('uniq -w 1 nosuch /full/x')).toBe(
    'uniq: nosuch: No such file or directory\n=> 1\n',
  );
});
