/** `oanix capsule pack|unpack|ls`: folders of this computer as capsules, and back. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { packCapsule } from '../capsule/capsule.ts';
import type { CapsuleItem } from '../capsule/items.ts';
import type { LeftOut } from '../capsule/tree.ts';
import { surveyCapsule, unpackCapsule } from '../capsule/unpack.ts';
import { openRoot } from '../fs/workspace/hostroot.ts';
import { FsError, fail } from '../kernel/errors.ts';
import { sourceOf, targetIn } from './hosttree.ts';

export const CAPSULE_USAGE = `usage: oanix capsule pack DIR FILE.tar [--name NAME]
       oanix capsule unpack FILE.tar DIR
       oanix capsule ls FILE.tar
`;

interface Outcome {
  readonly text?: string;
  readonly leftOut: readonly LeftOut[];
}

/** One verb with its operands, ready to run; undefined where they are wrong. It returns the exit status. */
export function capsuleCommand(
  verb: string,
  [first, second, ...more]: readonly string[],
  name?: string,
): (() => Promise<number>) | undefined {
  if (first === undefined || more.length > 0) return undefined;
  if (verb === 'ls' && second === undefined) return () => report(() => list(first));
  if (second === undefined) return undefined;
  if (verb === 'unpack') return () => report(() => unpack(first, second));
  if (verb !== 'pack') return undefined;
  return () => report(() => pack(first, second, name ?? basename(resolve(first))));
}

/** Exit status 1 with a line for everything that was left out, or for what went wrong. */
async function report(run: () => Promise<Outcome>): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`oanix: ${printable(line)}\n`);
  try {
    const { text = '', leftOut } = await run();
    process.stdout.write(text);
    for (const { path, reason } of leftOut) say(`left out: ${path}: ${reason}`);
    return leftOut.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof FsError) && (error as NodeJS.ErrnoException).code === undefined)
      throw error;
    say((error as Error).message);
    return 1;
  }
}

async function pack(dir: string, file: string, name: string): Promise<Outcome> {
  const leftOut: LeftOut[] = [];
  const host = openRoot(dir);
  const root = `/${name}`;
  // Written beside, under a name of its own, so that a capsule that is there is replaced whole or not at all.
  const beside = join(dirname(file), `.${randomBytes(8).toString('hex')}.part`);
  const made = await fs.open(beside, 'wx');
  try {
    const stream = packCapsule(
      sourceOf(host, root, (each) => leftOut.push(each)),
      {
        name,
        roots: [root],
        now: Date.now(),
        leftOut: (each) => leftOut.push(each),
      },
    );
    const bytes = Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(bytes, made.createWriteStream());
    await fs.rename(beside, file);
  } catch (error) {
    await made.close();
    await fs.rm(beside, { force: true });
    throw error;
  }
  return { leftOut };
}

/** A gzipped capsule is read too. */
async function streamOfFile(file: string): Promise<ReadableStream<Uint8Array>> {
  const isGzip = await beginsAsGzip(file);
  const stream = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
  return isGzip ? stream.pipeThrough(new DecompressionStream('gzip') as never) : stream;
}

async function beginsAsGzip(file: string): Promise<boolean> {
  const handle = await fs.open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** The list of a capsule, and what in it could not be unpacked. */
async function list(file: string): Promise<Outcome> {
  const lines: string[] = [];
  const { manifest, leftOut } = await surveyCapsule(await streamOfFile(file), (item) =>
    lines.push(lineOf(item)),
  );
  const { name, created_at, namespace } = manifest;
  const head = [`${printable(name)}, made ${printable(created_at)}`];
  const mounts = namespace.trimEnd().split('\n').filter(Boolean);
  if (mounts.length > 0) head.push('mounts:', ...mounts.map((line) => `  ${printable(line)}`));
  return { text: `${[...head, ...lines].join('\n')}\n`, leftOut };
}

function lineOf({ kind, size, path, target, first }: CapsuleItem): string {
  const leads = kind === 'symlink' ? target : kind === 'link' ? `/${first.join('/')}` : '';
  const what = kind === 'file' ? String(size) : kind;
  return `${what.padStart(12)}  /${printable(path.join('/'))}${leads && ` -> ${printable(leads)}`}`;
}

const letters: { readonly [c: string]: string } = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** A name as `ls -b` prints it: control characters, and those that turn the direction of the text, are escaped. */
const printable = (text: string): string =>
  text.replaceAll('\\', '\\\\').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => {
    const octal = [...Buffer.from(c)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
    return letters[c] ?? octal.join('');
  });

/** Unpacks into a directory that is empty or not there. */
async function unpack(file: string, dir: string): Promise<Outcome> {
  const survey = await surveyCapsule(await streamOfFile(file));
  await fs.mkdir(dir, { recursive: true });
  if ((await fs.readdir(dir)).length > 0) fail('ENOTEMPTY', `${dir} is not empty`);
  const { target, end } = targetIn(openRoot(dir));
  try {
    return { leftOut: await unpackCapsule(await streamOfFile(file), survey, target) };
  } finally {
    end();
  }
}
