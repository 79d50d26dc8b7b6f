/** The tools of the machine that the tests run on: what ours must do byte for byte, where they are Debian's. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { shBytes } from './shell.ts';

export interface Outcome {
  /** Each byte a character. */
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export const isDebian = existsSync('/etc/debian_version') && existsSync('/bin/bash');

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Runs a script by bash in an empty folder, in the locale C.UTF-8. */
export function debian(script: string, input?: Uint8Array): Outcome {
  const cwd = mkdtempSync(join(tmpdir(), 'oanix-debian-'));
  try {
    const { stdout, stderr, status } = spawnSync('/bin/bash', ['-c', script, 'bash'], {
      cwd,
      input: input ?? '',
      maxBuffer: 1 << 28,
      env: { PATH: '/usr/bin:/bin', HOME: '/home', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    });
    return { stdout: latin1(stdout), stderr: stderr.toString(), status: status ?? -1 };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Runs a script by our shell in an empty folder. */
export async function ours(script: string, input?: Uint8Array): Promise<Outcome> {
  const { stdout, stderr, status } = await shBytes(script, input);
  return { stdout: latin1(stdout), stderr, status };
}

/** The same bytes, the same status and the same words on standard error. */
export async function expectDebian(script: string, input?: Uint8Array): Promise<void> {
  expect(await ours(script, input)).toEqual(debian(script, input));
}
