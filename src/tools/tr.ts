/** tr(1): bytes are translated, deleted and squeezed by tables of 256. In C.UTF-8 Debian's works on bytes, not characters. */

import { flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { blocksOf, Output } from './stdio.ts';
import { type ByteSet, expandSet, parseSet, type SetEntry, setLength } from './trset.ts';

interface Rules {
  readonly isComplement: boolean;
  readonly isTruncated: boolean;
}

export const tr: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... STRING1 [STRING2]',
    options: ['c|complement', 'C', 'd|delete', 's|squeeze-repeats', 't|truncate-set1'],
    inOrder: true,
  });
  const isDelete = flags.has('delete');
  const isSqueeze = flags.has('squeeze-repeats');
  const isComplement = flags.has('complement') || flags.has('C');
  const isTruncated = flags.has('truncate-set1');
  const { operands } = flags;
  checkOperands(host.name, operands, isDelete, isSqueeze);
  const isTranslate = operands.length === 2 && !isDelete;
  const set1 = await parseSet(host, operands[0] ?? '');
  const set2 = operands.length === 2 ? await parseSet(host, operands[1] ?? '') : undefined;
  const pair = validate(set1, set2, isTranslate, { isComplement, isTruncated });
  const inSet1 = tableOf(pair.first, isComplement);
  const map = isTranslate ? translation(pair, inSet1, { isComplement, isTruncated }) : undefined;
  const deleted = isDelete ? inSet1 : undefined;
  const squeezed = isSqueeze
    ? operands.length === 2
      ? tableOf(pair.second, false)
      : inSet1
    : undefined;
  await filter(host, map, deleted, squeezed);
  return 0;
};

function checkOperands(
  name: string,
  operands: readonly string[],
  isDelete: boolean,
  isSqueeze: boolean,
): void {
  const least = isDelete === isSqueeze ? 2 : 1;
  const most = isDelete && !isSqueeze ? 1 : 2;
  if (operands.length < least) {
    if (operands.length === 0) misuse(name, 'missing operand');
    const why = isSqueeze
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.';
    misuse(name, `missing operand after ${inQuotes(operands.at(-1) ?? '')}\n${why}`);
  }
  if (operands.length <= most) return;
  const extra = `extra operand ${inQuotes(operands[most] ?? '')}`;
  misuse(
    name,
    operands.length === 2
      ? `${extra}\nOnly one string may be given when deleting without squeezing repeats.`
      : extra,
  );
}

interface Pair {
  readonly first: readonly SetEntry[];
  readonly second: readonly SetEntry[];
}

const fail = (message: string): never => {
  throw new ToolError(message);
};

/** Refuses what cannot be, and gives the bytes of both sets, the second as long as the first. */
function validate(
  set1: ByteSet,
  set2: ByteSet | undefined,
  isTranslate: boolean,
  { isComplement, isTruncated }: Rules,
): Pair {
  if (set1.some(({ kind, count }) => kind === 'repeat' && count === 0))
    fail('the [c*] repeat construct may not appear in string1');
  const expanded1 = expandSet(set1);
  const length1 = isComplement
    ? tableOf(expanded1, true).reduce((sum, each) => sum + each, 0)
    : expanded1.length;
  if (!set2) return { first: expanded1, second: [] };
  const fillers = set2.filter(({ kind, count }) => kind === 'repeat' && count === 0);
  if (fillers.length > 1) fail('only one [c*] repeat construct may appear in string2');
  if (!isTranslate) {
    if (fillers.length > 0) fail('the [c*] construct may appear in string2 only when translating');
    return { first: expanded1, second: expandSet(set2) };
  }
  if (set2.some(({ kind }) => kind === 'equivalence'))
    fail('[=c=] expressions may not appear in string2 when translating');
  const isCase = (name: string): boolean => name === 'upper' || name === 'lower';
  if (set2.some(({ kind, name }) => kind === 'class' && !isCase(name)))
    fail(
      "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
    );
  const second = [...expandSet(set2, Math.max(0, length1 - setLength(set2)))];
  const [discount1, discount2] = isComplement ? [0, 0] : alignCases(expanded1, second);
  const most1 = length1 - discount1;
  const most2 = second.length - discount2;
  if (most1 > most2 && !isTruncated) {
    if (second.length === 0) fail('when not truncating set1, string2 must be non-empty');
    if (set2.at(-1)?.kind === 'class')
      fail(
        'when translating with string1 longer than string2,\nthe latter string must not end with a character class',
      );
    const last = second.at(-1) as SetEntry;
    for (let missing = most1 - most2; missing > 0; missing--)
      second.push({ byte: last.byte, begins: true, caseClass: '' });
  }
  const hasClass = set1.some(({ kind }) => kind === 'class');
  const isOne = second.every(({ byte }) => byte === second[0]?.byte);
  if (isComplement && hasClass && !(second.length === length1 && isOne))
    fail(
      'when translating with complemented character classes,\nstring2 must map all characters in the domain to one',
    );
  return { first: expanded1, second };
}

/** A class of case in the second set stands opposite to one in the first. Gives by how much each set counts less for it. */
function alignCases(first: readonly SetEntry[], second: readonly SetEntry[]): [number, number] {
  if (!second.some(({ caseClass }) => caseClass !== '')) return [0, 0];
  let discount = 0;
  let at1 = 0;
  let at2 = 0;
  while (at1 < first.length && at2 < second.length) {
    const one = first[at1] as SetEntry;
    const two = second[at2] as SetEntry;
    if (two.caseClass !== '' && two.begins) {
      if (!(one.begins && one.caseClass !== ''))
        fail('misaligned [:upper:] and/or [:lower:] construct');
      at1 += CASES;
      at2 += CASES;
      discount += CASES - 1;
      continue;
    }
    at1++;
    at2++;
  }
  const next = second[at2];
  if (next?.begins && next.caseClass !== '')
    fail('misaligned [:upper:] and/or [:lower:] construct');
  return [discount, discount];
}

/** Letters of a class of case. */
const CASES = 26;

function tableOf(entries: readonly SetEntry[], isComplement: boolean): Uint8Array {
  const table = new Uint8Array(256).fill(isComplement ? 1 : 0);
  for (const { byte } of entries) table[byte] = isComplement ? 0 : 1;
  return table;
}

function translation(
  { first, second }: Pair,
  inSet1: Uint8Array,
  { isComplement }: Rules,
): Uint8Array {
  const map = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  if (isComplement) {
    let at = 0;
    for (let byte = 0; byte < 256; byte++) {
      if (!inSet1[byte]) continue;
      const to = second[at++];
      if (!to) break;
      map[byte] = to.byte;
    }
    return map;
  }
  for (let at1 = 0, at2 = 0; at1 < first.length && at2 < second.length; ) {
    const one = first[at1] as SetEntry;
    const two = second[at2] as SetEntry;
    const isCase = one.begins && two.begins && one.caseClass !== '' && two.caseClass !== '';
    if (isCase) {
      if (one.caseClass !== two.caseClass)
        for (let i = 0; i < CASES; i++)
          map[(first[at1 + i] as SetEntry).byte] = (second[at2 + i] as SetEntry).byte;
      at1 += CASES;
      at2 += CASES;
      continue;
    }
    map[one.byte] = two.byte;
    at1++;
    at2++;
  }
  return map;
}

async function filter(
  host: Host,
  map: Uint8Array | undefined,
  deleted: Uint8Array | undefined,
  squeezed: Uint8Array | undefined,
): Promise<void> {
  const out = new Output(host.stdout);
  let before = -1;
  for await (const data of blocksOf(host.stdin)) {
    const changed = data.slice();
    let length = 0;
    for (let at = 0; at < changed.length; at++) {
      let byte = changed[at] as number;
      if (deleted?.[byte]) continue;
      if (map) byte = map[byte] as number;
      if (squeezed) {
        if (byte === before && squeezed[byte]) continue;
        before = byte;
      }
      changed[length++] = byte;
    }
    out.bytes(changed.subarray(0, length));
    await out.flush();
    await host.checkpoint();
  }
}
