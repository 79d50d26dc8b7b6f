/** factor(1): the prime factors of numbers. */
import { textOf } from '../kernel/rawtext.ts';
import { factorize } from './factorize.ts';
import { flagsOf } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { inQuotes } from './quote.ts';
import { BLOCK, Output, warn } from './stdio.ts';

export const factor: Tool = async (host) => {
  const { operands } = flagsOf(host, { usage: '[NUMBER]...', options: [] });
  const out = new Output(host.stdout);
  let isGood = true;
  const take = async (text: string): Promise<void> => {
    if (!(await factorWord(host, text, out))) isGood = false;
  };
  if (operands.length > 0) for (const text of operands) await take(text);
  else for await (const text of wordsOf(host, out)) await take(text);
  await out.flush();
  return isGood ? 0 : 1;
};

/** Words of standard input as they come. A byte 0 ends one and hides the rest up to the next blank. */
async function* wordsOf(host: Host, out: Output): AsyncGenerator<string> {
  let rest = '';
  for (;;) {
    const data = await host.stdin.read(BLOCK);
    if (data.length === 0) break;
    const parts = (rest + latin1(data)).split(/[ \t\n]+/);
    rest = parts.pop() ?? '';
    for (const part of parts) if (part !== '') yield textOf8(part);
    await out.flush();
  }
  if (rest !== '') yield textOf8(rest);
}

const latin1 = (data: Uint8Array): string => {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
};

const textOf8 = (part: string): string =>
  textOf(Uint8Array.from(part.split('\0', 1)[0] ?? '', (char) => char.charCodeAt(0)));

async function factorWord(host: Host, text: string, out: Output): Promise<boolean> {
  const digits = /^ *\+?(\d+)$/.exec(text)?.[1];
  if (digits === undefined) {
    await out.flush();
    await warn(host, `${inQuotes(text)} is not a valid positive integer`);
    return false;
  }
  const value = BigInt(digits);
  const factors = await factorize(value, () => host.checkpoint());
  out.text(`${value}:${factors.map((each) => ` ${each}`).join('')}\n`);
  if (out.isFull) {
    await out.flush();
    await host.checkpoint();
  }
  return true;
}
