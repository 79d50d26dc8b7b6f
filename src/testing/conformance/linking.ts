/** What a service must do that renames and links files, and sets their times and modes. */
import { never } from '../../kernel/service.ts';
import { type Check, content, names, put, read, refuses, rewrite, same, toBytes } from './check.ts';

export const linking: Check[] = [
  {
    name: 'renames by the rules of rename(2)',
    needs: ['create', 'rename', 'remove'],
    run: async (service) => {
      for (const dir of [['d'], ['d', 'sub'], ['empty'], ['full']])
        await service.create(dir, 'dir', never);
      await put(service, ['f'], 'f');
      await put(service, ['g'], 'g');
      await put(service, ['full', 'x'], 'x');
      await refuses(() => service.rename(['no'], ['n'], never), 'missing source', 'ENOENT');
      await refuses(() => service.rename(['f'], ['no', 'f'], never), 'missing parent', 'ENOENT');
      await refuses(() => service.rename(['f'], ['g', 'f'], never), 'parent is a file', 'ENOTDIR');
      await refuses(() => service.rename(['f'], ['empty'], never), 'file over directory', 'EISDIR');
      await refuses(() => service.rename(['d'], ['f'], never), 'directory over file', 'ENOTDIR');
      await refuses(
        () => service.rename(['d'], ['full'], never),
        'over a full directory',
        'ENOTEMPTY',
        'EEXIST',
      );
      await refuses(
        () => service.rename(['d'], ['d', 'sub', 'in'], never),
        'into itself',
        'EINVAL',
      );
      same(await names(service, []), 'd empty f full g', 'nothing moved');
      await service.rename(['f'], ['f'], never);
      await service.rename(['f'], ['g'], never);
      same(await content(service, ['g']), 'f', 'file over file');
      await service.rename(['d'], ['empty'], never);
      same(await names(service, ['empty']), 'sub', 'directory over an empty one');
      same(await names(service, []), 'empty full g', 'sources are gone');
    },
  },
  {
    name: 'a renamed object keeps its ino and its open handles',
    needs: ['create', 'rename'],
    run: async (service) => {
      await put(service, ['f'], 'one');
      const before = (await service.stat(['f'], never)).ino;
      const handle = await service.open(['f'], { read: true }, never);
      await service.rename(['f'], ['g'], never);
      same((await service.stat(['g'], never)).ino, before, 'ino');
      same(await read(handle, 0, 3), 'one', 'handle');
      await handle.close?.();
    },
  },
  {
    name: 'symlinks are kept as text and never followed',
    needs: ['create', 'symlink', 'readlink'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await put(service, ['d', 'f'], 'x');
      await service.symlink('d', ['l'], never);
      await service.symlink('/no/../where ', ['odd'], never);
      same(await service.readlink(['odd'], never), '/no/../where ', 'target');
      same((await service.stat(['l'], never)).kind, 'symlink', 'stat');
      await refuses(() => service.open(['l'], { read: true }, never), 'open', 'ELOOP');
      await refuses(() => service.readdir(['l'], never), 'readdir', 'ENOTDIR');
      await refuses(() => service.stat(['l', 'f'], never), 'through it', 'ENOTDIR');
      await refuses(() => service.symlink('x', ['d'], never), 'taken name', 'EEXIST');
      await refuses(() => service.readlink(['d', 'f'], never), 'readlink of a file', 'EINVAL');
    },
  },
  {
    name: 'hard links are one file under two names',
    needs: ['create', 'link', 'remove', 'rename'],
    run: async (service) => {
      await put(service, ['a'], 'one');
      await service.create(['d'], 'dir', never);
      await service.link(['a'], ['b'], never);
      await rewrite(service, ['b'], 'two');
      same(await content(service, ['a']), 'two', 'content');
      const [a, b] = [await service.stat(['a'], never), await service.stat(['b'], never)];
      same(a.ino, b.ino, 'ino');
      same(`${a.nlink} ${b.nlink}`, '2 2', 'nlink');
      await service.rename(['a'], ['b'], never);
      same(await names(service, []), 'a b d', 'renaming one onto the other does nothing');
      await refuses(() => service.link(['d'], ['e'], never), 'a directory', 'EPERM');
      await refuses(() => service.link(['a'], ['b'], never), 'a taken name', 'EEXIST');
      await refuses(() => service.link(['no'], ['e'], never), 'missing', 'ENOENT');
      await service.remove(['a'], 'file', never);
      same(await content(service, ['b']), 'two', 'the other name stays');
      same((await service.stat(['b'], never)).nlink, 1, 'nlink');
    },
  },
  {
    name: 'sets the times it is given and leaves the others',
    needs: ['create', 'setTimes'],
    run: async (service) => {
      await put(service, ['f'], 'x');
      await service.setTimes(['f'], { atime: 5n, mtime: 1_700_000_000_123_456_789n }, never);
      await service.setTimes(['f'], { atime: 7n }, never);
      const stat = await service.stat(['f'], never);
      same(`${stat.atime} ${stat.mtime}`, '7 1700000000123456789', 'times');
      await refuses(() => service.setTimes(['no'], { mtime: 1n }, never), 'missing', 'ENOENT');
    },
  },
  {
    name: 'sets the permission bits of files and directories, and keeps them when the content or the name changes',
    needs: ['create', 'rename', 'setMode'],
    run: async (service) => {
      await put(service, ['f'], 'x');
      await service.create(['d'], 'dir', never);
      await service.setMode(['f'], 0o755, never);
      await service.setMode(['d'], 0o700, never);
      const handle = await service.open(['f'], { write: true }, never);
      await handle.write?.(0, toBytes('other'), never);
      await handle.close?.();
      await service.rename(['f'], ['d', 'g'], never);
      same(`${(await service.stat(['d', 'g'], never)).mode}`, `${0o755}`, 'the mode of a file');
      same(`${(await service.stat(['d'], never)).mode}`, `${0o700}`, 'the mode of a directory');
      const [entry] = await service.readdir(['d'], never);
      same(`${entry?.stat?.mode ?? 0o755}`, `${0o755}`, 'the mode in a listing');
      await refuses(() => service.setMode(['no'], 0o600, never), 'missing', 'ENOENT');
    },
  },
  {
    name: 'gives a symbolic link no mode',
    needs: ['symlink', 'setMode'],
    run: async (service) => {
      await service.symlink('f', ['l'], never);
      await refuses(() => service.setMode(['l'], 0o600, never), 'a symlink', 'EINVAL');
    },
  },
  {
    name: 'sync resolves',
    needs: ['sync'],
    run: async (service) => {
      await service.sync?.();
    },
  },
];
