/** A capsule that is unpacked on the host, where names follow the rules of the host's system. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { surveyCapsule, unpackCapsule } from '../capsule/unpack.ts';
import { nameRuleOf } from '../fs/workspace/hostnames.ts';
import { VerifiedRoot } from '../fs/workspace/hostroot.ts';
import { capsuleOf, streamed } from '../testing/capsules.ts';
import { targetIn } from './hosttree.ts';

let dir: string;
beforeEach(() => {
  dir = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'oanix-hosttree-')));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

it('a capsule that is unpacked on Windows slips out of its directory by no name', async () => {
  const evil = [
    '..\\evil',
    'sub\\..\\..\\evil',
    'C:evil',
    'C:\\evil',
    'ok:stream',
    '.. /evil',
    'nul',
  ];
  const files = Object.fromEntries([...evil, 'ok', 'sub/ok'].map((name) => [name, 'text']));
  const bytes = await capsuleOf(files, { '..\\link': 'ok' });
  const { target, end } = targetIn(new VerifiedRoot(dir, nameRuleOf('win32')));
  const leftOut = await unpackCapsule(
    streamed(bytes),
    await surveyCapsule(streamed(bytes)),
    target,
  );
  end();
  expect(fs.readdirSync(dir, { recursive: true }).sort()).toEqual(['ok', 'sub', 'sub/ok']);
  expect(leftOut.map(({ path }) => path)).toEqual([...evil, '..\\link'].map((name) => `/${name}`));
  for (const { reason } of leftOut) expect(reason).toContain('does not allow this name');
});
