/** id, whoami, uname, arch, hostname, nproc and tty. There is one user, whom the variable USER names. */
import { bytesOf } from '../kernel/rawtext.ts';
import { atMost, flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { inQuotes } from './quote.ts';
import { warn } from './stdio.ts';

export const USER_ID = 1000;

export const userOf = (host: Host): string => host.env['USER'] || 'user';

const line = (host: Host, text: string): Promise<void> => host.stdout.write(bytesOf(`${text}\n`));

export const id: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [USER]...',
    options: ['a', 'Z|context', 'g|group', 'G|groups', 'n|name', 'r|real', 'u|user', 'z|zero'],
  });
  if (flags.has('context'))
    throw new ToolError('--context (-Z) works only on an SELinux-enabled kernel');
  const kinds = ['user', 'group', 'groups'].filter((name) => flags.has(name));
  if (kinds.length > 1) throw new ToolError('cannot print "only" of more than one choice');
  if (kinds.length === 0 && (flags.has('name') || flags.has('real')))
    throw new ToolError('cannot print only names or real IDs in default format');
  if (kinds.length === 0 && flags.has('zero'))
    throw new ToolError('option --zero not permitted in default format');
  const user = userOf(host);
  const end = flags.has('zero') ? '\0' : '\n';
  const whole = `uid=${USER_ID}(${user}) gid=${USER_ID}(${user}) groups=${USER_ID}(${user})`;
  let status = 0;
  for (const name of flags.operands.length > 0 ? flags.operands : [user]) {
    if (name !== user && name !== String(USER_ID)) {
      await warn(host, `${inQuotes(name)}: no such user`);
      status = 1;
      continue;
    }
    const shown = kinds.length === 0 ? whole : flags.has('name') ? user : String(USER_ID);
    await host.stdout.write(bytesOf(shown + end));
  }
  return status;
};

export const whoami: Tool = async (host) => {
  atMost(host, flagsOf(host, { usage: '', options: [] }), 0);
  await line(host, userOf(host));
  return 0;
};

/** The fields of uname(2), and the operating system. */
const system: readonly (readonly [name: string, value: string])[] = [
  ['kernel-name', 'OANIX'],
  ['nodename', 'oanix'],
  ['kernel-release', '1.0'],
  ['kernel-version', 'OANIX'],
  ['machine', 'wasm32'],
  ['operating-system', 'OANIX'],
];

export const uname: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]...',
    options: [
      'a|all',
      's|kernel-name',
      'n|nodename',
      'r|kernel-release',
      'v|kernel-version',
      'm|machine',
      'p|processor',
      'i|hardware-platform',
      'o|operating-system',
    ],
  });
  atMost(host, flags, 0);
  const given = (name: string): boolean => flags.has(name) || flags.has('all');
  const parts = system.filter(([name]) => given(name)).map(([, value]) => value);
  for (const name of ['processor', 'hardware-platform']) if (flags.has(name)) parts.push('unknown');
  await line(host, parts.length > 0 ? parts.join(' ') : 'OANIX');
  return 0;
};

export const arch: Tool = async (host) => {
  atMost(host, flagsOf(host, { usage: '', options: [] }), 0);
  await line(host, 'wasm32');
  return 0;
};

export const hostname: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[-f|-s|-d]',
    options: [
      'a|alias',
      'A|all-fqdns',
      'b|boot',
      'd|domain',
      'f|fqdn',
      'long',
      'F|file=',
      'i|ip-address',
      'I|all-ip-addresses',
      's|short',
      'y|yp',
      'nis',
    ],
  });
  refuse(
    flags,
    'alias',
    'all-fqdns',
    'boot',
    'file',
    'ip-address',
    'all-ip-addresses',
    'yp',
    'nis',
  );
  if (flags.operands.length > 0) throw new ToolError('you must be root to change the host name');
  await line(host, flags.has('domain') ? '' : 'oanix');
  return 0;
};

export const nproc: Tool = async (host) => {
  const flags = flagsOf(host, { usage: '[OPTION]...', options: ['all', 'ignore='] });
  const ignored = flags.value('ignore') ?? '0';
  if (!/^\s*\+?\d+$/.test(ignored)) throw new ToolError(`invalid number: ${inQuotes(ignored)}`);
  atMost(host, flags, 0);
  const count = globalThis.navigator?.hardwareConcurrency ?? 1;
  await line(host, String(Math.max(1, count - Number(ignored))));
  return 0;
};

export const tty: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]...',
    options: ['s|silent', 'quiet'],
    status: 2,
  });
  atMost(host, flags, 0, 2);
  const isTerminal = host.isTerminal(0);
  if (!flags.has('silent') && !flags.has('quiet'))
    await line(host, isTerminal ? '/dev/tty' : 'not a tty');
  return isTerminal ? 0 : 1;
};
