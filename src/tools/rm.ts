/** rm(1). It asks only where -i or -I says so: there is no owner whose files are protected. */
import { hasCode } from '../kernel/errors.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { baseName, join, list, place, stat } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { meaningOf, misuse } from './options.ts';
import { quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

/** Asks on standard error. Returns whether the answer begins with y. */
export async function ask(host: Host, question: string): Promise<boolean> {
  await host.stderr.write(bytesOf(`${host.name}: ${question}`));
  let answer = '';
  for (;;) {
    const data = await host.stdin.read(1);
    if (data.length === 0 || data[0] === 10) return /^[yY]/.test(answer);
    answer += textOf(data);
  }
}

interface Removal {
  readonly recursive: boolean;
  readonly force: boolean;
  readonly empty: boolean;
  readonly verbose: boolean;
  readonly asks: boolean;
}

export const rm: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      ...['f|force', 'i', 'I', 'interactive=?', 'one-file-system', 'no-preserve-root'],
      ...['preserve-root=?', 'r|recursive', 'R', 'd|dir', 'v|verbose'],
    ],
  });
  refuse(flags, 'one-file-system');
  const { when, force } = promptOf(host, flags);
  if (flags.operands.length === 0) {
    if (force) return 0;
    misuse(host.name, 'missing operand');
  }
  const recursive = flags.has('recursive') || flags.has('R');
  if (when === 'once' && (recursive || flags.operands.length > 3)) {
    const count = flags.operands.length;
    const what = `remove ${count} argument${count === 1 ? '' : 's'}${recursive ? ' recursively' : ''}? `;
    if (!(await ask(host, what))) return 0;
  }
  const removal = {
    recursive,
    force,
    empty: flags.has('dir'),
    verbose: flags.has('verbose'),
    asks: when === 'always',
  };
  let status = 0;
  for (const name of flags.operands) if (!(await removeOperand(host, name, removal))) status = 1;
  return status;
};

type When = 'always' | 'once' | 'never';

const WHEN: Readonly<Record<string, When>> = {
  never: 'never',
  no: 'never',
  none: 'never',
  once: 'once',
  always: 'always',
  yes: 'always',
};

/** When rm asks, and whether it ignores missing files. */
function promptOf(host: Host, flags: Flags): { when: When; force: boolean } {
  let [when, force]: [When, boolean] = ['never', false];
  for (const { name, value } of flags.options) {
    if (name === 'force') [when, force] = ['never', true];
    if (name === 'i') [when, force] = ['always', false];
    if (name === 'I') [when, force] = ['once', false];
    if (name !== 'interactive') continue;
    when = meaningOf(host.name, '--interactive', value ?? 'always', WHEN);
    force &&= when === 'never';
  }
  return { when, force };
}

async function removeOperand(host: Host, name: string, removal: Removal): Promise<boolean> {
  const last = baseName(name);
  if (removal.recursive && (last === '.' || last === '..')) {
    await warn(host, `refusing to remove '.' or '..' directory: skipping ${quoted(name)}`);
    return false;
  }
  try {
    const { kind } = await stat(host, name, false);
    if (kind === 'dir') {
      if (/^\/+$/.test(name) && removal.recursive) {
        await warn(host, "it is dangerous to operate recursively on '/'");
        await warn(host, 'use --no-preserve-root to override this failsafe');
        return false;
      }
      return await removeTree(
        host,
        removal.recursive ? name.replace(/(?<=.)\/+$/, '') : name,
        removal,
      );
    }
  } catch (error) {
    const reason = reasonOf(error);
    if (removal.force && hasCode(error, 'ENOENT', 'ENOTDIR')) return true;
    await warn(host, `cannot remove ${quoted(name)}: ${reason}`);
    return false;
  }
  return removeFile(host, name, removal);
}

/** The kind of a file, in the words of a question. */
async function described(host: Host, name: string): Promise<string> {
  const { kind, size } = await stat(host, name, false);
  if (kind === 'dir') return 'directory';
  if (kind === 'symlink') return 'symbolic link';
  return size === 0 ? 'regular empty file' : 'regular file';
}

async function removeFile(host: Host, name: string, removal: Removal): Promise<boolean> {
  try {
    if (removal.asks) {
      const question = `remove ${await described(host, name)} ${quoted(name)}? `;
      if (!(await ask(host, question))) return true;
    }
    await host.call('unlink', place(host, name));
    if (removal.verbose) await host.stdout.write(bytesOf(`removed ${quoted(name)}\n`));
    return true;
  } catch (error) {
    await warn(host, `cannot remove ${quoted(name)}: ${reasonOf(error)}`);
    return false;
  }
}

/** A file or directory to remove. A directory comes a second time, after its entries. */
interface Step {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isEmptied?: boolean;
}

async function removeTree(host: Host, top: string, removal: Removal): Promise<boolean> {
  let isDone = true;
  const steps: Step[] = [{ name: top, isDirectory: true }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    await host.checkpoint();
    const { name } = step;
    try {
      if (!step.isDirectory) {
        if (!(await removeFile(host, name, removal))) isDone = false;
        continue;
      }
      if (step.isEmptied) {
        if (!(await removeDirectory(host, name, removal))) isDone = false;
        continue;
      }
      const entries = await list(host, name);
      if (!removal.recursive) {
        if (!removal.empty) {
          await warn(host, `cannot remove ${quoted(name)}: Is a directory`);
          return false;
        }
        return await removeDirectory(host, name, removal);
      }
      const question = `descend into directory ${quoted(name)}? `;
      if (removal.asks && entries.length > 0 && !(await ask(host, question))) continue;
      steps.push({ name, isDirectory: true, isEmptied: true });
      for (const entry of entries.reverse())
        steps.push({ name: join(name, entry.name), isDirectory: entry.kind === 'dir' });
    } catch (error) {
      await warn(host, `cannot remove ${quoted(name)}: ${reasonOf(error)}`);
      isDone = false;
    }
  }
  return isDone;
}

async function removeDirectory(host: Host, name: string, removal: Removal): Promise<boolean> {
  if (removal.asks && !(await ask(host, `remove directory ${quoted(name)}? `))) return true;
  try {
    await host.call('rmdir', place(host, name));
    if (removal.verbose) await host.stdout.write(bytesOf(`removed directory ${quoted(name)}\n`));
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    // The entries that are left have been reported.
    if (hasCode(error, 'ENOTEMPTY') && removal.recursive) return !removal.asks;
    await warn(host, `cannot remove ${quoted(name)}: ${reason}`);
    return false;
  }
}
