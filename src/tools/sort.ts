/** sort(1): lines in order, by keys. What is more than the memory allows is sorted in parts, which are merged from files in /tmp. */
import { OPEN } from '../kernel/operations.ts';
import { closing, writeError } from './closing.ts';
import { type Host, type Sink, type Tool, ToolError } from './host.ts';
import { quotedIfNeeded } from './quote.ts';
import { lineCompare } from './sortlines.ts';
import { type SortRules, sortOptions } from './sortoptions.ts';
import { checkOrder, mergeInputs, sortInputs } from './sortwork.ts';
import { reasonOf } from './stdio.ts';

export const sort: Tool = async (host) => {
  const rules = await sortOptions(host);
  const compare = lineCompare(rules);
  if (rules.check !== '') return checkOrder(host, rules, compare);
  const work = (to: Sink): Promise<void> =>
    rules.isMerge ? mergeInputs(host, rules, compare, to) : sortInputs(host, rules, compare, to);
  if (rules.output === undefined) {
    await work(host.stdout);
    return 0;
  }
  await toFile(host, rules, work);
  return 0;
};

/** The file is cut when the first line is written: it may be one of those that are read. */
async function toFile(
  host: Host,
  { output = '' }: SortRules,
  work: (to: Sink) => Promise<void>,
): Promise<void> {
  const file = await host.open(output, OPEN.write | OPEN.create).catch((error: unknown) => {
    throw new ToolError(`open failed: ${quotedIfNeeded(output)}: ${reasonOf(error)}`, 2);
  });
  let isCut = false;
  const cut = async (): Promise<void> => {
    if (!isCut) await host.call('truncate', { fd: file.fd, size: 0 });
    isCut = true;
  };
  await closing(
    file,
    async () => {
      await work({
        write: async (data) => {
          await cut();
          await file.write(data);
        },
      });
      await cut();
    },
    writeError(2),
  );
}
