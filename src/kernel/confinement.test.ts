/** What a script was not given it does not get, however it binds, unmounts and moves what it has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { caller, codeOf, kernelHost, memWith, sourceOf, text, write } from '../testing/kernel.ts';
import { Kernel } from './kernel.ts';
import type { Args, Operation } from './operations.ts';
import type { Process } from './process.ts';
import { never } from './service.ts';

const SECRET = 'nobody may read this';

interface Sandbox {
  call<K extends Operation>(operation: K, args: Args<K>): Promise<unknown>;
  read(path: string): Promise<string>;
  readonly process: Process;
}

/** A script's process: /home/secret and /home/sub/deep are hidden, /home/kept is only read, /dir/hid is covered. */
async function sandbox(): Promise<Sandbox> {
  const kernel = new Kernel(kernelHost());
  const page = kernel.processes.attach('page');
  const { namespace } = page;
  const files = { '/tmp/': '', '/dir/hid/key': SECRET, '/sh': '#!oanix:shell\n' };
  const home = { '/secret/key': SECRET, '/kept/f': 'kept', '/sub/deep/key': SECRET, '/sub/x/': '' };
  await namespace.mount(sourceOf(await memWith(files)), '/', {}, caller);
  await namespace.mount(sourceOf(await memWith(home)), '/home', {}, caller);
  await namespace.mount(sourceOf(new MemFs()), '/home/secret', {}, caller);
  await namespace.mount(sourceOf(new MemFs()), '/home/sub/deep', {}, caller);
  await namespace.bind('/home/kept', '/home/kept', { ro: true }, caller);
  await namespace.mount(sourceOf(await memWith({ '/hid/z': 'z' })), '/data', {}, caller);
  await namespace.bind('/data/hid', '/dir/hid', { ro: true }, caller);
  await write(namespace, '/tmp/note', 'mine');
  const { pid } = await kernel.call(page, 'spawn', { program: '/sh', config: {} }, never);
  const process = kernel.processes.get(pid);
  const call: Sandbox['call'] = (operation, args) => kernel.call(process, operation, args, never);
  const read = async (path: string): Promise<string> =>
    text(((await call('readFile', { dir: -1, path })) as { data: Uint8Array }).data);
  return { process, call, read };
}

/** Runs lines of a script: bind, unmount, mkdir, rmdir, ln, mv. What is refused is refused. */
async function run({ call }: Sandbox, line: string): Promise<string> {
  const [verb, ...words] = line.split(' ');
  const order = words[0] === '-a' ? 'after' : words[0] === '-b' ? 'before' : 'replace';
  const [one = '', two = ''] = words.filter((word) => !word.startsWith('-'));
  const at = { dir: -1, path: one };
  return codeOf(() => {
    if (verb === 'bind') return call('bind', { from: one, to: two, flags: { order } });
    if (verb === 'unmount') return call('unmount', { at: one, what: null });
    if (verb === 'mkdir') return call('mkdir', at);
    if (verb === 'rmdir') return call('rmdir', at);
    if (verb === 'ln') return call('symlink', { target: one, dir: -1, path: two });
    return call('rename', { ...at, toDir: -1, toPath: two });
  });
}

/** Every file that can be seen, to a depth at which binds repeat themselves. */
async function* files({ process }: Sandbox, path: readonly string[] = []): AsyncGenerator<string> {
  const entries = await process.namespace.list(path, caller).catch(() => []);
  for (const { name, kind } of entries) {
    const below = [...path, name];
    if (kind === 'file') yield `/${below.join('/')}`;
    else if (kind === 'dir' && below.length < 6) yield* files({ process } as Sandbox, below);
  }
}

async function expectConfined(box: Sandbox): Promise<void> {
  for await (const path of files(box)) {
    const content = await box.read(path).catch(() => '');
    expect(content, path).not.toBe(SECRET);
    if (content !== 'kept') continue;
    const data = new Uint8Array(1);
    const args = { dir: -1, path, data, append: false, exclusive: false };
    expect(await codeOf(() => box.call('writeFile', args)), path).toBe('EROFS');
  }
}

describe('a confined script', () => {
  it.each([
    ['bind /home /x; unmount /x/secret; unmount /x/kept'],
    ['bind /home /x; bind /tmp /x/secret; unmount /x/secret'],
    ['bind /home /home/secret'],
    ['bind /home /home/sub'],
    ['mkdir /tmp/u; mkdir /tmp/u/secret; bind -a /home /tmp/u; rmdir /tmp/u/secret'],
    ['bind /tmp /q/secret; bind -a /home /q; unmount /q/secret'],
    ['ln /home/secret /tmp/l; unmount /tmp/l'],
    ['ln /home/sub /tmp/l; unmount /tmp/l/../secret'],
    ['bind /data /dir; unmount /dir'],
    [
      'mkdir /tmp/a; mkdir /tmp/a/hid; mkdir /tmp/e; bind /tmp/e /tmp/a/hid; bind /tmp/a /dir; unmount /dir',
    ],
    ['bind /home /x; mv /x/sub /x/moved; mv /home/sub /home/moved'],
    ['bind / /n; bind /n/home /m; unmount /n; unmount /m/secret'],
  ])('stays confined after %s', async (script) => {
    const box = await sandbox();
    for (const line of script.split('; ')) await run(box, line);
    await expectConfined(box);
  });

  it('stays confined after anything', async () => {
    const path = fc.constantFrom(
      ...['/home', '/home/secret', '/home/sub', '/home/sub/deep', '/home/kept', '/dir', '/dir/hid'],
      ...[
        '/tmp',
        '/tmp/u',
        '/tmp/u/secret',
        '/tmp/u/kept',
        '/tmp/u/sub',
        '/tmp/l',
        '/x',
        '/x/secret',
      ],
    );
    const line = fc.oneof(
      fc.tuple(fc.constantFrom('bind', 'bind -a', 'bind -b', 'ln', 'mv'), path, path),
      fc.tuple(fc.constantFrom('unmount', 'mkdir', 'rmdir'), path),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 7 }), async (lines) => {
        const box = await sandbox();
        for (const words of lines) await run(box, words.join(' '));
        await expectConfined(box);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('has so many mounts and no more', async () => {
    const box = await sandbox();
    const refused = [];
    for (let i = 0; i < 14; i++) refused.push(await run(box, `bind / /n${i}`));
    expect(refused.at(-1)).toBe('ENOSPC');
    expect(box.process.namespace.table.points.length).toBeLessThanOrEqual(1024);
  });
});
