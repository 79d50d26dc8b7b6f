/** A capsule with very many entries comes back whole. Their number is the subject of the test, so it takes some seconds. */
import { expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { rawCapsule, streamed, textEntry } from '../testing/capsules.ts';
import { serviceTarget } from '../testing/trees.ts';
import { surveyCapsule, unpackCapsule } from './unpack.ts';

const BLOCK = 512;
const [LINKS, PER_DIR] = [200_000, 1_000];
const pathOf = (i: number): string[] => [`d${Math.floor(i / PER_DIR)}`, `link ${i}`];

const sumOf = (bytes: Uint8Array): number => bytes.reduce((all, byte) => all + byte, 0);

/** What the headers of all symbolic links have in common, by the fields of ustar (POSIX pax, 4.18). */
function linkHeader(): Buffer {
  const header = Buffer.alloc(BLOCK);
  const numbers = { 100: '0000777\0', 108: '0000000\0', 116: '0000000\0', 124: '00000000000\0' };
  const fields = {
    ...numbers,
    136: '00000000000\0',
    148: ' '.repeat(8),
    156: '2',
    257: 'ustar\x0000',
  };
  for (const [at, text] of Object.entries(fields)) header.write(text, Number(at));
  return header;
}

/** A capsule of links without files. */
async function manyLinks(): Promise<Uint8Array> {
  const small = await rawCapsule([textEntry('SHA256SUMS', '')]);
  // Without the empty blocks at the end of an archive.
  const used = Math.ceil((small.findLastIndex((byte) => byte !== 0) + 1) / BLOCK) * BLOCK;
  const links = Buffer.alloc((LINKS + 2) * BLOCK);
  const header = linkHeader();
  const common = sumOf(header);
  for (let i = 0; i < LINKS; i++) {
    const [name, target] = [`files/${pathOf(i).join('/')}`, `target ${i}`].map((text) =>
      Buffer.from(text),
    );
    const sum = common + sumOf(name as Buffer) + sumOf(target as Buffer);
    const at = i * BLOCK;
    links.set(header, at);
    links.set(name as Buffer, at);
    links.set(target as Buffer, at + 157);
    links.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
  }
  return Buffer.concat([small.subarray(0, used), links]);
}

it('a capsule with 200,000 entries comes back whole', async () => {
  const bytes = await manyLinks();
  const survey = await surveyCapsule(streamed(bytes));
  expect(survey).toMatchObject({ entries: LINKS + 2, leftOut: [], outward: { count: 0 } });
  const back = new MemFs();
  expect(await unpackCapsule(streamed(bytes), survey, serviceTarget(back))).toEqual([]);
  for (let i = 0; i < LINKS; i += PER_DIR)
    expect((await back.readdir(pathOf(i).slice(0, 1))).length).toBe(PER_DIR);
  for (const i of [0, 1, 12_345, LINKS - 1])
    expect(await back.readlink(pathOf(i))).toBe(`target ${i}`);
}, 120_000);
