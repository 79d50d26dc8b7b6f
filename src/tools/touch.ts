/** touch(1). */
import { FsError, hasCode } from '../kernel/errors.ts';
import { OPEN, TIME_NOW, TIME_OMIT } from '../kernel/operations.ts';
import { parseDate, parseStamp } from './dateparse.ts';
import { place, stat } from './files.ts';
import { type Flags, flagsOf, needOperands } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { meaningOf, misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';
import { zoneOf } from './zone.ts';

interface Times {
  readonly atime: bigint;
  readonly mtime: bigint;
}

const WORDS: Readonly<Record<string, string>> = {
  atime: 'a',
  access: 'a',
  use: 'a',
  mtime: 'm',
  modify: 'm',
};

export const touch: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE...',
    options: [
      'a',
      'c|no-create',
      'd|date=',
      'f',
      'h|no-dereference',
      'm',
      'r|reference=',
      't=',
      'time=',
    ],
  });
  const which = new Set(
    flags.options.map(({ name }) => name).filter((name) => /^[am]$/.test(name)),
  );
  for (const { name, value = '' } of flags.options)
    if (name === 'time') which.add(meaningOf(host.name, '--time', value, WORDS));
  const times = await timesOf(host, flags);
  needOperands(host, flags, 'missing file operand');
  const only = which.size === 1 ? [...which][0] : undefined;
  const set = {
    atime: only === 'm' ? TIME_OMIT : times.atime,
    mtime: only === 'a' ? TIME_OMIT : times.mtime,
    follow: !flags.has('no-dereference'),
  };
  const creates = !flags.has('no-create') && set.follow;
  let status = 0;
  for (const name of flags.operands) {
    const failed = await touchOne(host, name, set, creates);
    if (failed !== undefined) {
      await warn(host, failed);
      status = 1;
    }
    await host.checkpoint();
  }
  return status;
};

async function timesOf(host: Host, flags: Flags): Promise<Times> {
  const [reference, date, stamp] = ['reference', 'date', 't'].map((name) => flags.value(name));
  const zone = zoneOf(host.env);
  const now = BigInt(Date.now()) * 1_000_000n;
  const stamped = stamp === undefined ? undefined : parseStamp(stamp, now, zone);
  if (stamp !== undefined && stamped === undefined) bad(`invalid date format ${inQuotes(stamp)}`);
  if (stamp !== undefined && (reference !== undefined || date !== undefined))
    misuse(host.name, 'cannot specify times from more than one source');
  const parsed = (base: bigint): bigint =>
    parseDate(date ?? '', base, zone) ?? bad(`invalid date format ${inQuotes(date ?? '')}`);
  if (reference !== undefined) {
    const found = await referenceOf(host, flags, reference);
    return date === undefined ? found : { atime: parsed(found.atime), mtime: parsed(found.mtime) };
  }
  if (date !== undefined) {
    const time = date.trim() === 'now' ? TIME_NOW : parsed(now);
    return { atime: time, mtime: time };
  }
  const time = stamped ?? TIME_NOW;
  return { atime: time, mtime: time };
}

const bad = (message: string): never => {
  throw new ToolError(message);
};

async function referenceOf(host: Host, flags: Flags, name: string): Promise<Times> {
  try {
    const { atime, mtime } = await stat(host, name, !flags.has('no-dereference'));
    return { atime: atime ?? mtime, mtime };
  } catch (error) {
    throw new ToolError(`failed to get attributes of ${quoted(name)}: ${reasonOf(error)}`);
  }
}

/** Touches one file. Returns the message where that fails. */
async function touchOne(
  host: Host,
  name: string,
  times: Times & { readonly follow: boolean },
  creates: boolean,
): Promise<string | undefined> {
  if (name === '-') return undefined;
  let [failedOpen, failedClose]: unknown[] = [];
  if (creates) {
    try {
      const file = await host.open(name, OPEN.write | OPEN.create);
      await file.close().catch((error: unknown) => {
        failedClose = error;
      });
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      failedOpen = error;
    }
  }
  if (failedClose) return `failed to close ${quoted(name)}: ${reasonOf(failedClose)}`;
  try {
    await host.call('setTimes', { ...place(host, name), ...times });
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    if (failedOpen && !hasCode(failedOpen, 'EISDIR'))
      return `cannot touch ${quoted(name)}: ${reasonOf(failedOpen)}`;
    if (!creates && hasCode(error, 'ENOENT') && times.follow) return undefined;
    return `setting times of ${quoted(name)}: ${reason}`;
  }
}
