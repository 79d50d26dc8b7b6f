/** env(1). */
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';
import { splitWords } from './splitwords.ts';
import { Output, reasonOf, warn } from './stdio.ts';
import { words } from './strerror.ts';

const FAILED = 125;

export const env: Tool = async (host) => {
  const { args, steps } = withSplit(host);
  await host.stderr.write(bytesOf(steps));
  const flags = flagsOf(
    { ...host, args },
    {
      usage: '[-i] [-0v] [-u NAME]... [-C DIR] [-S TEXT] [NAME=VALUE]... [COMMAND [ARGUMENT]...]',
      status: FAILED,
      inOrder: true,
      options: [
        'i|ignore-environment',
        '0|null',
        'u|unset=',
        'C|chdir=',
        'S|split-string=',
        'v|debug',
        'block-signal=?',
        'default-signal=?',
        'ignore-signal=?',
        'list-signal-handling',
      ],
    },
  );
  refuse(flags, 'block-signal', 'default-signal', 'ignore-signal', 'list-signal-handling');
  const operands = [...flags.operands];
  const isEmpty = operands[0] === '-' ? operands.shift() === '-' : flags.has('ignore-environment');
  const log = flags.has('debug') ? (text: string) => host.stderr.write(bytesOf(text)) : silent;
  const own: Record<string, string> = isEmpty ? {} : { ...host.env };
  if (isEmpty) await log('cleaning environ\n');
  for (const { name, value = '' } of flags.options) {
    if (name !== 'unset') continue;
    if (value === '' || value.includes('='))
      throw new ToolError(`cannot unset ${inQuotes(value)}: Invalid argument`, FAILED);
    await log(`unset:    ${value}\n`);
    delete own[value];
  }
  while (operands[0]?.includes('=')) {
    const text = operands.shift() as string;
    const at = text.indexOf('=');
    await log(`setenv:   ${text}\n`);
    own[text.slice(0, at)] = text.slice(at + 1);
  }
  const cwd = flags.value('chdir');
  if (operands.length === 0) {
    if (cwd !== undefined) misuse(host.name, 'must specify command with --chdir (-C)', FAILED);
    return printAll(host, own, flags.has('null') ? '\0' : '\n');
  }
  if (flags.has('null')) misuse(host.name, 'cannot specify --null (-0) with command', FAILED);
  if (cwd !== undefined) {
    await log(`chdir:    ${quoted(cwd)}\n`);
    await enter(host, cwd);
  }
  await log(`executing: ${operands[0]}\n`);
  for (const [i, each] of operands.entries()) await log(`   arg[${i}]= ${inQuotes(each)}\n`);
  return execute(host, operands, { env: own, ...(cwd === undefined ? {} : { cwd }) });
};

const silent = async (_text: string): Promise<void> => undefined;

/** The arguments with the words of each -S in its place, and what -v tells of it. */
function withSplit(host: Host): { args: string[]; steps: string } {
  const args = [...host.args];
  let steps = '';
  let isVerbose = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--' || !/^-./.test(word)) break;
    const [, before, attached] = /^-([i0v]*)S([\s\S]*)$/.exec(word) ?? [];
    const [, long] = /^--split-string=([\s\S]*)$/.exec(word) ?? [];
    if (/^-[i0]*v/.test(word) || word === '--debug') isVerbose = true;
    if (before === undefined && long === undefined && word !== '--split-string') {
      if (/^-[i0v]*[uC]$/.test(word) || word === '--unset' || word === '--chdir') at++;
      continue;
    }
    const isApart = long === undefined && (attached === undefined || attached === '');
    const text = isApart ? args[at + 1] : (long ?? attached);
    if (text === undefined) break;
    const given = before ? [`-${before}`] : [];
    const words_ = splitWords(text, host.env);
    if (isVerbose) steps += stepsOf(text, words_);
    args.splice(at, isApart ? 2 : 1, ...given, ...words_);
    at += given.length - 1;
  }
  return { args, steps };
}

/** What -v tells of -S. */
const stepsOf = (text: string, found: readonly string[]): string =>
  [
    `split -S:  ${inQuotes(text)}`,
    ...found.map((each, i) => `${i === 0 ? ' into:    ' : '     &    '}${inQuotes(each)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');

async function enter(host: Host, cwd: string): Promise<void> {
  try {
    const { stat } = await host.call('stat', { dir: -1, path: host.path(cwd), follow: true });
    if (stat.kind === 'dir') return;
  } catch (error) {
    throw new ToolError(`cannot change directory to ${quoted(cwd)}: ${reasonOf(error)}`, FAILED);
  }
  throw new ToolError(`cannot change directory to ${quoted(cwd)}: Not a directory`, FAILED);
}

async function printAll(
  host: Host,
  own: Readonly<Record<string, string>>,
  end: string,
): Promise<number> {
  const out = new Output(host.stdout);
  for (const [name, value] of Object.entries(own)) out.text(`${name}=${value}${end}`);
  await out.flush();
  return 0;
}

async function execute(
  host: Host,
  command: readonly string[],
  how: Parameters<Host['run']>[1],
): Promise<number> {
  const name = command[0] as string;
  const reason = await host.missing(name, how);
  if (!reason) return host.run(command, how);
  await warn(host, `${inQuotes(name)}: ${words[reason]}`);
  return reason === 'ENOENT' ? 127 : 126;
}
