/** What the shell says of a command that is not here, and of a path that a rule of the namespace refuses. */
import { describe, expect, it } from 'vitest';
import { packages } from '../programs/packages.ts';
import { sh } from '../testing/shell.ts';
import { substituteFor } from './substitutes.ts';

describe('a command that is not found', () => {
  it.each([
    ['vim', 'change a file with sed, patch or a here-document, or in the page'],
    ['sudo', 'there is one user, who needs no other rights: run the command itself'],
    ['python', 'the command "Install programs…" of the page installs it'],
    ['cc', 'the command "Install programs…" of the page installs it'],
    ['gcc', 'use cc'],
  ])('%s: %s', async (name, instead) => {
    const { stderr, status } = await sh(`${name} x`);
    expect([stderr, status]).toEqual([
      `bash: line 1: ${name}: command not found: ${instead}\n`,
      127,
    ]);
  });

  it('is said as bash says it where nothing is known to do its job', async () => {
    const { stderr, status } = await sh('constructor; no-such-command');
    expect(stderr).toBe(
      'bash: line 1: constructor: command not found\nbash: line 1: no-such-command: command not found\n',
    );
    expect(status).toBe(127);
  });

  it('is installed by the page where the catalogue has it', () => {
    const files = packages.flatMap(({ files, links = {}, scripts = {} }) => [
      ...files.map(({ to }) => to),
      ...Object.keys(links),
      ...Object.keys(scripts),
    ]);
    const names = files
      .filter((file) => file.startsWith('bin/'))
      .map((file) => file.slice('bin/'.length).replace(/\.wasm$/, ''));
    expect(names).toContain('cc');
    for (const name of names)
      expect([name, substituteFor(name)]).toEqual([name, substituteFor('cc')]);
  });

  it('names no command that is here, but for a tool that stands in for a program', async () => {
    const { stdout } = await sh('compgen -A builtin -A keyword; compgen -c');
    const here = stdout.split('\n').filter(Boolean);
    expect(here).toContain('sed');
    expect(here.filter((name) => substituteFor(name) !== undefined)).toEqual(['rg']);
  });

  it('names commands that are here', async () => {
    const { stdout, status } = await sh(
      'type -t sed patch awk find grep tar gzip ps kill mount unmount ns snapshot open',
    );
    expect([status, stdout.trim().split('\n').length]).toEqual([0, 14]);
  });
});

describe('a path that a rule of the namespace refuses', () => {
  it('is told with the rule and with what to do', async () => {
    const rule =
      'Read-only file system: mounted read-only: the command mount shows what can be written';
    const { stderr, status } = await sh('mount -r mem /ro; echo >/ro/a; touch /ro/b; mkdir /ro/c');
    expect(stderr.split('\n')).toEqual([
      `bash: line 1: /ro/a: ${rule}`,
      `touch: cannot touch '/ro/b': ${rule}`,
      `mkdir: cannot create directory ‘/ro/c’: ${rule}`,
      '',
    ]);
    expect(status).toBe(1);
  });
});

describe('a tool that stands in for a program', () => {
  it('gives way to the program while that is installed', async () => {
    const { stdout } = await sh(`PATH=/bin:/usr/bin; echo text > f; rg -c text f
      mkdir -p /usr/bin; printf '#!/bin/sh\\necho "program $1"\\n' > /usr/bin/rg; chmod +x /usr/bin/rg
      rg -c; type rg; rm /usr/bin/rg; rg -c text f`);
    expect(stdout).toBe('1\nprogram -c\nrg is /usr/bin/rg\n1\n');
  });

  it.each(['tree /usr', 'column -t f', 'file f'])(
    '%s is found where /usr/bin is a directory',
    async (command) => {
      const { stdout, stderr } = await sh(`mkdir -p /usr/bin; echo 'a b' > f; ${command}`);
      expect([stdout === '', stderr]).toEqual([false, '']);
    },
  );
});
