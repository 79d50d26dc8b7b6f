/** printenv(1). */
import { flagsOf } from './flags.ts';
import type { Tool } from './host.ts';
import { Output } from './stdio.ts';

export const printenv: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[-0] [NAME]...',
    status: 2,
    inOrder: true,
    options: ['0|null'],
  });
  const end = flags.has('null') ? '\0' : '\n';
  const out = new Output(host.stdout);
  const { env } = host;
  let status = 0;
  if (flags.operands.length === 0)
    for (const [name, value] of Object.entries(env)) out.text(`${name}=${value}${end}`);
  for (const name of flags.operands) {
    if (Object.hasOwn(env, name)) out.text(`${env[name]}${end}`);
    else status = 1;
  }
  await out.flush();
  return status;
};
