/** The options of diff(1). */

import { bytesOf } from '../kernel/rawtext.ts';
import type { LineRules } from './difflines.ts';
import type { Layout } from './diffprint.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { globRegex } from './globs.ts';
import { type Host, ToolError } from './host.ts';
import { misuse } from './options.ts';

export interface DiffSettings {
  readonly style: Layout['style'];
  readonly labels: readonly string[];
  readonly lines: LineRules;
  /** The options as they were given, for the heading of each pair of files in directories. */
  readonly given: readonly string[];
  isExcluded(name: string): boolean;
  has(name: string): boolean;
}

const REFUSED = [
  ...['e|ed', 'f|forward-ed', 'n|rcs', 'y|side-by-side', 'W|width=', 'left-column'],
  ...['suppress-common-lines', 'p|show-c-function', 'F|show-function-line=', 't|expand-tabs'],
  ...['tabsize=', 'l|paginate', 'no-dereference', 'ignore-file-name-case', 'D|ifdef='],
  ...['no-ignore-file-name-case', 'X|exclude-from=', 'S|starting-file=', 'from-file=', 'to-file='],
  ...['I|ignore-matching-lines=', 'line-format=', 'old-line-format='],
  ...['new-line-format=', 'unchanged-line-format=', 'palette=', 'P|unidirectional-new-file'],
];

const OPTIONS = [
  ...[
    'normal',
    'q|brief',
    's|report-identical-files',
    'c',
    'C=',
    'context=?',
    'u',
    'U=',
    'unified=?',
  ],
  ...[
    'L|label=',
    'T|initial-tab',
    'suppress-blank-empty',
    'r|recursive',
    'N|new-file',
    'x|exclude=',
  ],
  ...[
    'i|ignore-case',
    'E|ignore-tab-expansion',
    'Z|ignore-trailing-space',
    'b|ignore-space-change',
  ],
  ...['w|ignore-all-space', 'B|ignore-blank-lines', 'strip-trailing-cr', 'a|text', 'd|minimal'],
  ...['speed-large-files', 'H', 'horizon-lines=', 'color=?'],
];

const STYLES: Readonly<Record<string, Layout['style']>> = {
  normal: 'normal',
  c: 'context',
  C: 'context',
  context: 'context',
  u: 'unified',
  U: 'unified',
  unified: 'unified',
};

const nameOf = (spec: string): string => spec.replace(/=.*$/, '').replace(/^.\|/, '');

export function diffSettings(host: Host): { settings: DiffSettings; operands: readonly string[] } {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILES',
    status: 2,
    options: [...OPTIONS, ...REFUSED],
  });
  refuse(flags, ...REFUSED.map(nameOf), 'speed-large-files', 'H', 'horizon-lines');
  if (flags.value('color') === 'always' || (flags.has('color') && host.isTerminal(1)))
    throw new ToolError('the option --color is not supported here', 2);
  const { style, context } = layoutOf(host, flags);
  const all = (name: string) => flags.options.filter((each) => each.name === name);
  const labels = all('label').map(({ value = '' }) => value);
  if (labels.length > 2) throw new ToolError('too many file label options', 2);
  const excluded = all('exclude').map(({ value = '' }) => globRegex(value));
  const settings: DiffSettings = {
    style,
    labels,
    lines: {
      ignoreCase: flags.has('ignore-case'),
      blanks: blanksOf(flags),
      expandsTabs: flags.has('ignore-tab-expansion'),
      stripsReturns: flags.has('strip-trailing-cr'),
      ignoresBlankLines: flags.has('ignore-blank-lines'),
      minimal: flags.has('minimal'),
      context,
    },
    given: host.args.filter((word) => !flags.operands.includes(word)),
    isExcluded: (name) => excluded.some((glob) => glob.find(bytesOf(name)) !== undefined),
    has: flags.has,
  };
  return { settings, operands: flags.operands };
}

function blanksOf(flags: Flags): LineRules['blanks'] {
  if (flags.has('ignore-all-space')) return 'all';
  if (flags.has('ignore-space-change')) return 'amount';
  return flags.has('ignore-trailing-space') ? 'trailing' : 'exact';
}

const FEW = 3;

/** The style, and the largest of the numbers of lines around changes. */
function layoutOf(host: Host, flags: Flags): { style: Layout['style']; context: number } {
  let style: Layout['style'] | undefined;
  let context = 0;
  for (const { name, value } of flags.options) {
    const found = STYLES[name];
    if (!found) continue;
    if (style && style !== found) misuse(host.name, 'conflicting output style options', 2);
    style = found;
    if (found === 'normal') continue;
    const text = value || String(FEW);
    if (!/^\d+$/.test(text)) misuse(host.name, `invalid context length '${text}'`, 2);
    context = Math.max(context, Number(text));
  }
  return { style: style ?? 'normal', context };
}
