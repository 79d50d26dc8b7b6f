/** The page's API over a kernel: what several parts of a page do with open files, programs and terminals at once. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../testing/kernel.ts';
import { type PageBench, pageBench } from '../testing/page.ts';
import { registerFunction } from './jobfunctions.ts';
import type { OanixFile } from './oanixfs.ts';

let page: PageBench;
beforeEach(async () => {
  page = await pageBench();
});
afterEach(() => page.close());

async function allOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as never).getReader();
  let all = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) all += part.value;
  return all;
}

describe('a terminal of the page', () => {
  it('closing it after its output has ended leaves the files that were opened meanwhile alone', async () => {
    const { oanix } = page;
    const session = await oanix.terminal('/bin/sh', { args: ['sh', '-c', 'echo hi'] });
    expect(await allOf(session.output)).toBe('hi\r\n');
    await session.done;
    const two = await oanix.fs.open('/home/two', 'w');
    await two.write('G1');
    await session.close();
    const three = await oanix.fs.open('/home/three', 'w');
    await three.write('H1');
    await two.write('G2');
    expect(await oanix.fs.readFile('/home/two', 'utf8')).toBe('G1G2');
    expect(await oanix.fs.readFile('/home/three', 'utf8')).toBe('H1');
  });

  it('many are opened and closed in turn, each twice', async () => {
    const closing: Promise<void>[] = [];
    for (let count = 0; count < 12; count++) {
      const session = await page.oanix.terminal('/bin/sh', { args: ['sh', '-c', 'read x'] });
      void allOf(session.output).catch(() => undefined);
      closing.push(session.close(), session.close());
    }
    await Promise.all(closing);
  });
});

describe('an open file of the page', () => {
  it('is closed once: a second close does nothing, and everything else fails with EBADF', async () => {
    const file = await page.oanix.fs.open('/home/a', 'w+');
    await file.write('kept');
    await Promise.all([file.close(), file.close()]);
    await file.close();
    const other = await page.oanix.fs.open('/home/b', 'w+');
    for (const use of [
      () => file.write('x'),
      () => file.read(1),
      () => file.readAt(0, 1),
      () => file.seek(0),
      () => file.truncate(0),
      () => file.stat(),
      () => file.sync(),
    ])
      expect(await codeOf(use)).toBe('EBADF');
    await other.write('b');
    expect(await page.oanix.fs.readFile('/home/a', 'utf8')).toBe('kept');
    expect(await page.oanix.fs.readFile('/home/b', 'utf8')).toBe('b');
  });

  it('a stream of it that has ended, or was cancelled, closes nothing else', async () => {
    const { fs } = page.oanix;
    await fs.writeFile('/home/long', 'text');
    const [read, left] = [await fs.open('/home/long'), await fs.open('/home/long')];
    expect(await allOf(read.stream())).toBe('text');
    await left.stream().cancel();
    const other = await fs.open('/home/other', 'w');
    await Promise.all([read.close(), left.close()]);
    await other.write('here');
    expect(await fs.readFile('/home/other', 'utf8')).toBe('here');
  });
});

it('programs, terminals and files that are opened, closed and closed again never write into each other', async () => {
  const step = fc.record({
    op: fc.constantFrom('open', 'write', 'write', 'close', 'run', 'spawn', 'terminal', 'reading'),
    which: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { fs } = page.oanix;
      await fs.remove('/home/t', { recursive: true }).catch(() => undefined);
      await fs.mkdir('/home/t');
      const files: { file: OanixFile; path: string; text: string; isClosed: boolean }[] = [];
      const closers: (() => Promise<unknown>)[] = [];
      for (const { op, which } of steps) {
        const chosen = files[which % (files.length || 1)];
        if (op === 'open') {
          const path = `/home/t/${files.length}`;
          files.push({ file: await fs.open(path, 'w'), path, text: '', isClosed: false });
        } else if (op === 'write' && chosen) {
          const code = await codeOf(() => chosen.file.write(`${which};`));
          expect(code).toBe(chosen.isClosed ? 'EBADF' : 'ok');
          if (code === 'ok') chosen.text += `${which};`;
        } else if (op === 'close' && chosen) {
          await chosen.file.close();
          chosen.isClosed = true;
        } else if (op === 'reading' && chosen) {
          const stream = (await fs.open(chosen.path)).stream();
          expect(await allOf(stream)).toBe(chosen.text);
        } else if (op === 'run') {
          const { stdout } = await page.oanix.run('/bin/sh', { args: ['sh', '-c', 'echo out'] });
          expect(stdout).toBe('out\n');
        } else if (op === 'spawn') {
          const { stdin, stdout, stderr } = await page.oanix.spawn('/bin/sh', {
            args: ['sh', '-c', 'cat'],
          });
          await stdin.close();
          closers.push(
            () => stdout.cancel(),
            () => stderr.cancel(),
          );
        } else if (op === 'terminal') {
          const session = await page.oanix.terminal('/bin/sh', { args: ['sh', '-c', 'echo x'] });
          closers.push(
            () => allOf(session.output),
            () => session.close(),
            () => session.close(),
          );
        }
        // What is closed late was opened long ago.
        if (which % 3 === 0) await closers.shift()?.();
      }
      for (const close of closers) await close();
      for (const { file, path, text, isClosed } of files) {
        if (!isClosed) await file.write('end');
        expect(await fs.readFile(path, 'utf8')).toBe(isClosed ? text : `${text}end`);
        await file.close();
      }
    }),
    { numRuns: 25 },
  );
});

it('undoing a registration twice does not remove a later function of the same name', () => {
  const undo = registerFunction('f', () => 1);
  undo();
  const undoLater = registerFunction('f', () => 2);
  undo();
  expect(() => registerFunction('f', () => 3)).toThrow('there is a function f');
  undoLater();
});
