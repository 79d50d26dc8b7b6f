/** Commands of the namespace: mounts, processes, manual pages. Each says its usage with `--help`. */

import { hasCode } from '../kernel/errors.ts';
import { parseNs } from '../kernel/nstext.ts';
import type { ProcessInfo } from '../kernel/process.ts';
import type { SpawnConfig } from '../kernel/spawn.ts';
import { explain } from '../tools/strerror.ts';
import { type NamespaceCommand, print, Usage } from './command.ts';
import type { Context } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { snapshotCommand } from './snapshots.ts';
import { absolute, hasEnded, resolvePath } from './sys.ts';

/** Arguments as a line of namespace(6), with its paths made absolute. */
function nsLine(
  verb: string,
  args: readonly string[],
  context: Context,
  paths: readonly number[],
): string {
  const operands = args.filter((word) => !/^-[bacr]+$/.test(word));
  const letters = args
    .filter((word) => /^-[bacr]+$/.test(word))
    .map((word) => word.slice(1))
    .join('');
  const flags = letters === '' ? [] : [`-${letters}`];
  const full = operands.map((word, i) =>
    paths.includes(i) ? resolvePath(context.state.cwd, word) : word,
  );
  return [verb, ...flags, ...full.map((word) => `'${word.replaceAll("'", "''")}'`)].join(' ');
}

async function apply(line: string, shell: Interpreter): Promise<number> {
  for (const each of parseNs(line)) {
    if (each.verb === 'mount')
      await shell.sys.call('mount', { spec: each.spec, at: each.at, flags: each.flags });
    else if (each.verb === 'bind')
      await shell.sys.call('bind', { from: each.from, to: each.at, flags: each.flags });
    else await shell.sys.call('unmount', { at: each.at, what: each.what });
  }
  return 0;
}

const size = (bytes: number): string =>
  bytes < 1 << 20 ? `${Math.ceil(bytes / 1024)}K` : `${(bytes / (1 << 20)).toFixed(1)}M`;

async function rows(shell: Interpreter): Promise<ProcessInfo[]> {
  return (await shell.sys.call('processes', {})).processes as ProcessInfo[];
}

/** `run` and `fork` start programs with more said than a plain command can. */
async function runWith(
  words: readonly string[],
  config: SpawnConfig,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined) throw new Usage();
  const path = await shell.programs.which(name, context.state);
  if (path === undefined) throw new ShellError(`${name}: command not found`, 127);
  return shell.programs.start(path, [name, ...args], context, config);
}

const limitOf: Readonly<
  Record<string, readonly [name: 'wall' | 'cpu' | 'memory' | 'output' | 'files', unit: number]>
> = {
  '--wall': ['wall', 1],
  '--cpu': ['cpu', 1],
  '--memory': ['memory', 1 << 20],
  '--output': ['output', 1],
  '--files': ['files', 1],
};

const commands: { readonly [name: string]: NamespaceCommand } = {
  mount: {
    usage: 'mount [-b|-a][-c][-r] KIND DIR [JSON]',
    about:
      'Mounts a new service. Without arguments it lists what is mounted. -b before, -a after what is there; -c new files go here; -r read-only.',
    run: async (args, context, shell) => {
      if (args.length === 0) {
        await print(context, (await shell.sys.call('ns', {})).text);
        return 0;
      }
      return apply(nsLine('mount', args, context, [1]), shell);
    },
  },
  bind: {
    usage: 'bind [-b|-a][-c][-r] FROM TO',
    about: 'Makes TO show what FROM shows (bind(1) of Plan 9).',
    run: (args, context, shell) => apply(nsLine('bind', args, context, [0, 1]), shell),
  },
  unmount: {
    usage: 'unmount [WHAT] DIR',
    about: 'Takes a mount or bind away; with WHAT only that member of a union.',
    run: (args, context, shell) =>
      apply(nsLine('unmount', args, context, args.length > 1 ? [1] : [0]), shell),
  },
  ns: {
    usage: 'ns [PID]',
    about: 'Prints the namespace as text that makes it again, in mount order.',
    run: async ([pid], context, shell) => {
      const text =
        pid === undefined
          ? (await shell.sys.call('ns', {})).text
          : new TextDecoder().decode(await shell.sys.readFile(`/proc/${pid}/ns`));
      await print(context, text);
      return 0;
    },
  },
  fork: {
    usage: 'fork [COMMAND [ARGUMENT]…]',
    about:
      'Runs a command, by default a shell, in a fork of the namespace: what it binds only it sees.',
    run: (args, context, shell) =>
      runWith(args.length > 0 ? args : ['/bin/sh'], { namespace: 'fork' }, context, shell),
  },
  ps: {
    usage: 'ps [-l]',
    about: 'Lists the processes that this shell sees; -l with parents, time and memory.',
    run: async (args, context, shell) => {
      const long = args.some((word) => /^-.*[lfa]/.test(word));
      const living = (await rows(shell)).filter(
        ({ state }) => args.includes('-a') || !hasEnded(state),
      );
      const table = living.map((row) => {
        const command = row.args.join(' ') || row.name;
        return long
          ? `${String(row.pid).padStart(5)} ${String(row.ppid).padStart(5)} ${row.state.padEnd(8)} ${(row.cpu_ms / 1000).toFixed(2).padStart(7)} ${size(row.memory).padStart(7)} ${command}`
          : `${String(row.pid).padStart(5)} ${row.state.padEnd(8)} ${command}`;
      });
      const title = long
        ? '  PID  PPID STATE        CPU  MEMORY COMMAND'
        : '  PID STATE    COMMAND';
      await print(context, `${[title, ...table].join('\n')}\n`);
      return 0;
    },
  },
  run: {
    usage:
      'run [--review] [--wall MS] [--cpu MS] [--memory MIB] [--output BYTES] [--files N] [--dir PATH::GUEST]… PROGRAM [ARGUMENT]…',
    about:
      'Runs a program under limits, or with other preopened directories than / and the working directory. --review: it writes to copies, and what it changed waits in /review.',
    run: (args, context, shell) => {
      const limits: Record<string, number> = {};
      const preopens: Record<string, string> = {};
      const review = args[0] === '--review';
      let at = review ? 1 : 0;
      for (; args[at]?.startsWith('--'); at += 2) {
        const [option = '', value = ''] = [args[at], args[at + 1]];
        const limit = limitOf[option];
        if (option === '--dir') {
          const [path = '', guest = path] = value.split('::');
          preopens[guest] = absolute(context.state.cwd, path);
        } else if (limit && Number(value) > 0) limits[limit[0]] = Number(value) * limit[1];
        else throw new Usage();
      }
      return runWith(
        args.slice(at),
        {
          limits,
          ...(Object.keys(preopens).length > 0 ? { preopens } : {}),
          ...(review ? { access: { '*': 'cow' } } : {}),
        },
        context,
        shell,
      );
    },
  },
  snapshot: snapshotCommand,
  open: {
    usage: 'open PATH',
    about: 'Shows a file or directory in the page.',
    run: async ([path], context, shell) => {
      if (path === undefined) throw new Usage();
      const full = resolvePath(context.state.cwd, path);
      if (!(await shell.sys.stat(full))) throw new ShellError(`${path}: No such file or directory`);
      // The page hears it from the terminal (xterm's operating system command, with a number of our own).
      await print(context, `\x1b]7777;open;${encodeURI(full)}\x07`);
      return 0;
    },
  },
  man: {
    usage: 'man PAGE',
    about: 'Shows the manual page of a service or a command.',
    run: async ([name], context, shell) => {
      if (name === undefined) throw new Usage();
      const own = commands[name];
      if (own) {
        await print(context, helpOf(own));
        return 0;
      }
      const page = await shell.sys.readFile(`/lib/man/${name}.md`).catch(() => undefined);
      if (!page) {
        const known = await shell.sys.list('/lib/man').catch(() => []);
        const names = known.map((entry) => entry.name.replace(/\.md$/, '')).sort();
        throw new ShellError(
          `no manual page for ${name}; there are ${[...names, ...Object.keys(commands)].join(', ')}`,
        );
      }
      await print(context, new TextDecoder().decode(page));
      return 0;
    },
  },
  help: {
    usage: 'help',
    about: 'Lists the commands.',
    run: async (_, context, shell) => {
      const list = (title: string, names: readonly string[]): string =>
        `${title}\n  ${[...names].sort().join(' ')}\n`;
      await print(
        context,
        `${list(
          'Shell',
          [...shell.commands.builtins.keys()].filter((name) => !Object.hasOwn(commands, name)),
        )}${list('Tools', shell.commands.names())}${list('Namespace (NAME --help)', Object.keys(commands))}Programs are the .wasm files on PATH: ${context.state.get('PATH') ?? ''}\n`,
      );
      return 0;
    },
  },
};

const helpOf = ({ usage, about }: NamespaceCommand): string => `usage: ${usage}\n\n${about}\n`;

/** Each with `--help`, and with its usage where the words do not fit. */
export const namespaceCommands: ReadonlyMap<string, Builtin> = new Map(
  Object.entries(commands).map(([name, command]) => [
    name,
    async (args, context, shell) => {
      if (args[0] === '--help') {
        await print(context, helpOf(command));
        return 0;
      }
      try {
        return await command.run(args, context, shell);
      } catch (error) {
        if (error instanceof Usage) throw new ShellError(`usage: ${command.usage}`, 2);
        if (hasCode(error, 'EINVAL'))
          throw new ShellError(`${explain(error)}\nusage: ${command.usage}`);
        throw error;
      }
    },
  ]),
);
