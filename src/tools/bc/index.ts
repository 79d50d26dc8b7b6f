/** bc(1): an arbitrary precision calculator, as GNU bc 1.07 has it. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { type Host, type Tool, ToolError } from '../host.ts';
import { Help, type Parsed, parseOptions } from '../options.ts';
import { Output } from '../stdio.ts';
import { Session } from './session.ts';
import { Sources } from './sources.ts';
import { banner, usage, version } from './texts.ts';

const DEFAULT_WIDTH = 70;

const rules = {
  usage: '',
  options: [
    'c|compile',
    'h|usage',
    'i|interactive',
    'l|mathlib',
    'q|quiet',
    's|standard',
    'v|version',
    'w|warn',
  ],
};

export const bc: Tool = async (host) => {
  const parsed = await optionsOf(host);
  if (typeof parsed === 'number') return parsed;
  const { options, operands } = parsed;
  const has = (name: string): boolean => options.some((each) => each.name === name);
  if (has('compile')) throw new ToolError('the option -c is not supported here', 2);
  const out = new Output(host.stdout);
  const isTerminal = host.isTerminal(0) && host.isTerminal(1);
  const isInteractive = has('interactive') || isTerminal;
  if (isInteractive && !has('quiet')) out.text(banner);
  const echo = async (line: string): Promise<void> => {
    out.text(line);
    await out.flush();
  };
  const sources = new Sources(host, operands, isInteractive && !isTerminal ? echo : undefined);
  const session = new Session(host, sources, out, {
    isStandard: has('standard'),
    isWarned: has('warn'),
    hasLibrary: has('mathlib'),
    width: widthOf(host.env['BC_LINE_LENGTH']),
  });
  return session.run();
};

/** The options, also those of BC_ENV_ARGS; or the status where bc only says something about itself. */
async function optionsOf(host: Host): Promise<Parsed | number> {
  const before = (host.env['BC_ENV_ARGS'] ?? '').split(/[ \t]+/).filter((word) => word !== '');
  try {
    const parsed = parseOptions(host.name, [...before, ...host.args], rules);
    const last = parsed.options.find(({ name }) => name === 'usage' || name === 'version');
    if (!last) return parsed;
    await host.stdout.write(bytesOf(last.name === 'usage' ? usage : version));
    return 0;
  } catch (error) {
    const isHelp = error instanceof Help;
    if (!isHelp && !(error instanceof ToolError)) throw error;
    if (!isHelp)
      await host.stderr.write(bytesOf(`${host.name}: ${error.message.split('\n')[0]}\n`));
    await host.stdout.write(bytesOf(usage));
    return isHelp ? 0 : 1;
  }
}

/** Lines of fewer than three characters could not be broken. */
function widthOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_WIDTH;
  const width = Number.parseInt(text, 10) || 0;
  return width < 3 && width !== 0 ? DEFAULT_WIDTH : width;
}
