/** date(1). It does not set the clock of the machine. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { parseDate } from './dateparse.ts';
import { stat } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { meaningOf, misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { eachInput, lineBlocks, linesOf, reasonOf, warn } from './stdio.ts';
import { strftime } from './strftime.ts';
import { divide, zoneOf } from './zone.ts';

const RFC_3339: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
};
const ISO: Readonly<Record<string, string>> = {
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

export const date: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [+FORMAT]',
    options: [
      'd|date=',
      'debug',
      'f|file=',
      'I|iso-8601=?',
      'r|reference=',
      'R|rfc-email',
      'rfc-3339=',
      's|set=',
      'u|universal',
      'utc',
      'resolution',
    ],
  });
  refuse(flags, 'debug', 'set');
  const sources = flags.options.filter(({ name }) =>
    ['date', 'file', 'reference', 'resolution'].includes(name),
  );
  if (new Set(sources.map(({ name }) => name)).size > 1)
    misuse(host.name, 'the options to specify dates for printing are mutually exclusive');
  const form = formOf(host, flags);
  const zone = flags.has('universal') || flags.has('utc') ? 'UTC' : zoneOf(host.env);
  const now = BigInt(Date.now()) * 1_000_000n;
  const show = async (moment: bigint): Promise<void> => {
    const [ms] = divide(moment, 1_000_000n);
    const [, nanoseconds] = divide(moment, 1_000_000_000n);
    const text = strftime(form, new Date(Number(ms)), zone, Number(nanoseconds));
    await host.stdout.write(bytesOf(`${text}\n`));
  };
  const file = flags.value('file');
  if (file !== undefined) return eachLine(host, file, (text) => parseDate(text, now, zone), show);
  await show(await momentOf(host, flags, now, zone));
  return 0;
};

function formOf(host: Host, flags: Flags): string {
  const forms = flags.options.flatMap(({ name, value }) => {
    if (name === 'rfc-email') return ['%a, %d %b %Y %H:%M:%S %z'];
    if (name === 'rfc-3339') return [meaningOf(host.name, '--rfc-3339', value ?? '', RFC_3339)];
    return name === 'iso-8601' ? [meaningOf(host.name, '--iso-8601', value ?? 'date', ISO)] : [];
  });
  const [first, ...more] = flags.operands;
  if (first?.startsWith('+')) {
    if (more[0] !== undefined) misuse(host.name, `extra operand ${inQuotes(more[0])}`);
    forms.push(first.slice(1));
  }
  if (forms.length > 1) throw new ToolError('multiple output formats specified');
  const operand = first?.startsWith('+') ? undefined : first;
  if (operand !== undefined) {
    if (more[0] !== undefined) misuse(host.name, `extra operand ${inQuotes(more[0])}`);
    if (flags.has('date') || flags.has('reference') || flags.has('file'))
      misuse(
        host.name,
        `the argument ${inQuotes(operand)} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'`,
      );
    throw new ToolError(
      /^\d{8}(\d{2}|\d{4})?(\.\d{2})?$/.test(operand)
        ? 'cannot set date: Operation not permitted'
        : `invalid date ${inQuotes(operand)}`,
    );
  }
  return forms[0] ?? (flags.has('resolution') ? '%s.%N' : '%a %b %e %H:%M:%S %Z %Y');
}

async function momentOf(
  host: Host,
  flags: Flags,
  now: bigint,
  zone: string | undefined,
): Promise<bigint> {
  if (flags.has('resolution')) return 1_000_000n;
  const text = flags.value('date');
  if (text !== undefined) {
    const moment = parseDate(text, now, zone);
    if (moment === undefined) throw new ToolError(`invalid date ${inQuotes(text)}`);
    return moment;
  }
  const name = flags.value('reference');
  if (name === undefined) return now;
  try {
    return (await stat(host, name)).mtime;
  } catch (error) {
    throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
  }
}

async function eachLine(
  host: Host,
  file: string,
  parse: (text: string) => bigint | undefined,
  show: (moment: bigint) => Promise<void>,
): Promise<number> {
  let status = 0;
  const failed = await eachInput(host, [file], async (source) => {
    for await (const block of lineBlocks(source))
      for (const { line } of linesOf(block)) {
        const text = textOf(line);
        const moment = parse(text);
        if (moment !== undefined) await show(moment);
        else {
          await warn(host, `invalid date ${inQuotes(text)}`);
          status = 1;
        }
        await host.checkpoint();
      }
  });
  return failed || status;
}
