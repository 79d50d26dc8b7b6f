/** Scripts in the page do what they do by bash, on each rung. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases } from '../src/shell/cases.ts';
import { expect, start, test } from './oanix.ts';

const bash = '/bin/bash';
const env = { PATH: '/usr/bin:/bin', HOME: '/home', LC_ALL: 'C.UTF-8' };

function real(script: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'oanix-sh-'));
  try {
    const args = ['-c', script, 'bash'];
    const { stdout, status } = spawnSync(bash, args, { cwd, input: '', encoding: 'utf8', env });
    return `${stdout}status ${status}`;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const groups = Object.entries(cases);
const PARTS = 4;

for (let part = 0; part < PARTS; part++)
  test(`scripts do as they do by bash (part ${part + 1} of ${PARTS}) @chromium`, async ({
    page,
  }) => {
    test.skip(!existsSync(bash), 'bash is not installed');
    test.setTimeout(240_000);
    await start(page);
    const scripts = groups.filter((_, at) => at % PARTS === part).flatMap(([, each]) => each);
    const here = await page.evaluate(
      async ({ scripts: all, env: variables }) => {
        const { oanix } = window;
        const outcomes: string[] = [];
        await Promise.all(
          all.map(async (script, at) => {
            const cwd = `/tmp/case-${at}`;
            await oanix.fs.mkdir(cwd);
            const args = ['bash', '-c', script, 'bash'];
            const { stdout, exit_code } = await oanix.run('/bin/bash', {
              args,
              cwd,
              env: variables,
            });
            outcomes[at] = `${stdout}status ${exit_code}`;
          }),
        );
        return outcomes;
      },
      { scripts, env },
    );
    const differences = scripts.flatMap((script, at) => {
      const expected = real(script);
      return here[at] === expected ? [] : [{ script, here: here[at], expected }];
    });
    expect(differences).toEqual([]);
  });
