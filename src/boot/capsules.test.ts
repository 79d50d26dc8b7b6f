/** Capsules of strangers, opened in a page: what their namespaces and links may not do, and what is left when one fails. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capsuleOf } from '../testing/capsules.ts';
import { codeOf } from '../testing/kernel.ts';
import { type PageBench, pageBench } from '../testing/page.ts';
import type { Capsules, OpenedCapsule } from './capsules.ts';

let page: PageBench;
let capsules: Capsules;
beforeEach(async () => {
  page = await pageBench();
  capsules = await page.oanix.capsules();
  const { fs } = page.oanix;
  await fs.mkdir('/home/person');
  await fs.writeFile('/home/person/diary', 'mine');
});
afterEach(() => page.close());

async function opened(bytes: Uint8Array): Promise<OpenedCapsule> {
  await page.oanix.fs.writeFile('/home/x.tar', bytes);
  return capsules.open('/home/x.tar', await capsules.review('/home/x.tar'));
}

/** The lines of the namespace that mention the person's directory. */
const mountsOf = async (part: string): Promise<string[]> =>
  (await page.oanix.ns()).split('\n').filter((line) => line.includes(part));

const isThere = (path: string): Promise<boolean> =>
  page.oanix.fs.lstat(path).then(
    () => true,
    () => false,
  );

describe('a symbolic link of a capsule on the way of', () => {
  const links = {
    'an absolute link': '/home/person',
    'a link that climbs': '../../../../home/person',
    'a link to another link': 'second',
  };

  describe.each(Object.entries(links))('%s', (_, target) => {
    const open = async (namespace: string): Promise<OpenedCapsule> =>
      opened(await capsuleOf({ ok: 'text' }, { link: target, second: '/home/person' }, namespace));

    it.each([
      ['a mount', 'mount mem /\nmount mem /link/inner\n'],
      ['a mount on the link itself', 'mount mem /\nmount mem /link\n'],
      ['a mount of something else', 'mount mem /\nmount dev /link/inner\n'],
      ['a bind from it', 'mount mem /\nbind /link /shown\n'],
      ['a bind from below it', 'mount mem /\nbind -c /link/inner /shown\n'],
      ['a bind to it', 'mount mem /\nbind /ok /link/inner\n'],
    ])('%s: it is left out, and nothing of the person is touched', async (_case, namespace) => {
      const before = await page.oanix.ns();
      const { at, leftOut } = await open(namespace);
      expect(leftOut).toHaveLength(1);
      expect(leftOut[0]?.reason).toContain('is a symbolic link');
      expect(await page.oanix.fs.readFile(`${at}/ok`, 'utf8')).toBe('text');
      expect((await page.oanix.fs.readdir('/home/person')).map(({ name }) => name)).toEqual([
        'diary',
      ]);
      expect(await page.oanix.fs.readFile('/home/person/diary', 'utf8')).toBe('mine');
      expect(await mountsOf('person')).toEqual([]);
      expect(await isThere(`${at}/shown/diary`)).toBe(false);
      const added = (await page.oanix.ns()).replace(before, '');
      expect(added.trim().split('\n')).toHaveLength(1);
    });
  });
});

describe('a capsule that is opened', () => {
  it('is there with its files where a line of its namespace fails, and names the line', async () => {
    const namespace = 'mount mem /\nmount http /net\nbind /net /mine\nmount mem /scratch\n';
    const { at, leftOut } = await opened(await capsuleOf({ ok: 'text' }, {}, namespace));
    expect(leftOut).toEqual([
      {
        path: '/mine',
        reason: `'bind /capsules/x/net /capsules/x/mine' failed: it is no longer there`,
      },
    ]);
    expect(await page.oanix.fs.readFile(`${at}/ok`, 'utf8')).toBe('text');
    await page.oanix.fs.writeFile(`${at}/scratch/f`, 'there');
    expect(await page.oanix.fs.readFile('/home/capsules/x/scratch/f', 'utf8')).toBe('there');
  });

  it('does not take away what another opening of the same capsule has unpacked so far', async () => {
    await page.oanix.fs.writeFile('/home/x.tar', await capsuleOf({ ok: 'text' }));
    const review = await capsules.review('/home/x.tar');
    const both = [capsules.open('/home/x.tar', review), capsules.open('/home/x.tar', review)];
    const outcomes = await Promise.all(both.map((each) => codeOf(() => each)));
    expect(outcomes.sort()).toEqual(['EEXIST', 'ok']);
    expect(await page.oanix.fs.readFile('/home/capsules/x/ok', 'utf8')).toBe('text');
  });

  it('leaves no file open when it cannot be read, is none, or is cut off', async () => {
    const { fs } = page.oanix;
    const whole = await capsuleOf({ ok: 'text' });
    await fs.writeFile('/home/none', 'text');
    await fs.writeFile('/home/short', whole.subarray(0, whole.length - 2000));
    await fs.writeFile('/home/broken.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3));
    const count = (operation: string): number =>
      page.calls.filter((each) => each === operation).length;
    for (const path of ['/home', '/home/none', '/home/short', '/home/broken.gz'])
      expect([path, await codeOf(() => capsules.review(path))]).not.toEqual([path, 'ok']);
    expect(count('close')).toBe(count('open'));
  });
});

describe('a path that is too long below /home/capsules', () => {
  /** A folder of the name `long` with a file whose full path has so many bytes. */
  const makeFile = async (bytes: number): Promise<string> => {
    let dir = '/home/long';
    for (let left = bytes - 250 - dir.length; left > 1; left = bytes - 250 - dir.length)
      dir += `/${'d'.repeat(Math.min(200, left - 1))}`;
    await page.oanix.fs.mkdir(dir, { recursive: true });
    const path = `${dir}/${'f'.repeat(bytes - dir.length - 1)}`;
    await page.oanix.fs.writeFile(path, 'deep');
    return path;
  };
  const open = async () =>
    opened(
      new Uint8Array(await new Response(capsules.packFolder('/home/long') as never).arrayBuffer()),
    );

  it('is named before the export, and left out by name when the capsule is opened', async () => {
    const path = await makeFile(4090);
    const { leftOut, notes } = await capsules.survey(['/home/long']);
    expect(leftOut).toEqual([]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('One path is so long that it may have more than 4096 bytes');
    expect(notes[0]).toContain(path.slice(0, 300));
    const { leftOut: lost } = await open();
    expect(lost).toHaveLength(1);
    expect(lost[0]?.path).toContain(path.slice(0, 200));
    expect(lost[0]?.reason).toBe('a path has at most 4096 bytes');
  });

  it('is not warned of where it fits, and comes back', async () => {
    const path = await makeFile(4096 - 256);
    expect((await capsules.survey(['/home/long'])).notes).toEqual([]);
    const { at, leftOut } = await open();
    expect(leftOut).toEqual([]);
    expect(await page.oanix.fs.readFile(path.replace('/home/long', at), 'utf8')).toBe('deep');
  });
});
