/** The computer's own bash, which the shell must do as. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undefined where bash is not installed. */
export const bash = ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path));

/** What a script has in its environment, by both. */
export const bashEnvironment = { PATH: '/usr/bin:/bin', HOME: '/home', LC_ALL: 'C.UTF-8' };

/** Runs a script by bash in an empty folder, without input. */
export function realBash(script: string): { stdout: string; status: number; complains: boolean } {
  const cwd = mkdtempSync(join(tmpdir(), 'oanix-sh-'));
  try {
    const { stdout, stderr, status } = spawnSync(bash as string, ['-c', script, 'bash'], {
      cwd,
      input: '',
      encoding: 'utf8',
      env: bashEnvironment,
    });
    return { stdout, status: status ?? -1, complains: stderr !== '' };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
