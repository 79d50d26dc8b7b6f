/** basename(1) and dirname(1). */
import { baseName, dirName } from './files.ts';
import { flagsOf, needOperands } from './flags.ts';
import type { Tool } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { Output } from './stdio.ts';

export const basename: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: 'NAME [SUFFIX] | OPTION... NAME...',
    options: ['a|multiple', 's|suffix=', 'z|zero'],
    inOrder: true,
  });
  needOperands(host, flags);
  const isMany = flags.has('multiple') || flags.has('suffix');
  const [first = '', second, extra] = flags.operands;
  if (!isMany && extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`);
  const suffix = isMany ? flags.value('suffix') : second;
  const out = new Output(host.stdout);
  for (const path of isMany ? flags.operands : [first]) {
    const name = baseName(path);
    const isCut = suffix && name.length > suffix.length && name.endsWith(suffix) && name !== '/';
    out.text((isCut ? name.slice(0, -suffix.length) : name) + (flags.has('zero') ? '\0' : '\n'));
  }
  await out.flush();
  return 0;
};

export const dirname: Tool = async (host) => {
  const flags = flagsOf(host, { usage: '[OPTION] NAME...', options: ['z|zero'] });
  needOperands(host, flags);
  const out = new Output(host.stdout);
  for (const path of flags.operands) out.text(dirName(path) + (flags.has('zero') ? '\0' : '\n'));
  await out.flush();
  return 0;
};
