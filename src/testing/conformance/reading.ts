/** What every service must do for those who only read it. */
import { attempt } from '../../kernel/awaitable.ts';
import { type FileService, isControl, never, type OptionalMethod } from '../../kernel/service.ts';
import { type Check, content, everything, read, refuses, same, walk } from './check.ts';

export const reading: Check[] = [
  {
    name: 'says whether its files are control files',
    needs: [],
    run: async (service, { control = false }) => same(isControl(service), control, 'control files'),
  },
  {
    name: 'offers what it declares',
    needs: [],
    run: async (service, { offers }) => {
      const all: OptionalMethod[] = [...everything, 'watch'];
      const shown = all.filter((method) => service[method as keyof FileService] !== undefined);
      same(shown.join(' '), all.filter((method) => offers.includes(method)).join(' '), 'methods');
      same(typeof service.spec.kind, 'string', 'spec.kind');
      same(
        JSON.stringify(JSON.parse(JSON.stringify(service.spec))),
        JSON.stringify(service.spec),
        'spec is serializable',
      );
    },
  },
  {
    name: 'the root is a directory',
    needs: [],
    run: async (service) => same((await service.stat([], never)).kind, 'dir', 'kind'),
  },
  {
    name: 'what is listed can be statted, of the same kind, under one name each',
    needs: [],
    run: async (service) => {
      await walk(service, [], async (path, kind) =>
        same((await service.stat(path, never)).kind, kind, path.join('/')),
      );
      const listed = (await service.readdir([], never)).map(({ name }) => name);
      same(new Set(listed).size, listed.length, 'distinct names');
    },
  },
  {
    name: 'what is listed as a file opens in some mode',
    needs: [],
    run: async (service) => {
      await walk(service, [], async (path, kind) => {
        if (kind !== 'file') return;
        const reader = await attempt(
          () => service.open(path, { read: true }, never),
          () => undefined,
        );
        const handle = reader ?? (await service.open(path, { write: true }, never));
        await handle.close?.();
      });
    },
  },
  {
    name: 'a missing name is ENOENT',
    needs: [],
    run: async (service) => {
      await refuses(() => service.stat(['no-such'], never), 'stat', 'ENOENT');
      await refuses(() => service.readdir(['no-such'], never), 'readdir', 'ENOENT');
      await refuses(() => service.open(['no-such'], { read: true }, never), 'open', 'ENOENT');
      await refuses(() => service.stat(['no-such', 'x'], never), 'stat below it', 'ENOENT');
    },
  },
  {
    name: 'a directory does not open as a file',
    needs: [],
    run: (service) => refuses(() => service.open([], { read: true }, never), 'open', 'EISDIR'),
  },
];

export const sampled: Check[] = [
  {
    name: 'a file is read whole, in part, and to its end',
    needs: [],
    run: async (service, { sample }) => {
      if (!sample) return;
      same(await content(service, sample.file), sample.content, 'content');
      const handle = await service.open(sample.file, { read: true }, never);
      same(await read(handle, 1, 3), sample.content.slice(1, 4), 'part');
      same(await read(handle, sample.content.length, 10), '', 'at the end');
      same(await read(handle, sample.content.length + 100, 10), '', 'past the end');
      await handle.close?.();
    },
  },
  {
    name: 'a file is no directory',
    needs: [],
    run: async (service, { sample }) => {
      if (!sample) return;
      await refuses(() => service.readdir(sample.file, never), 'readdir', 'ENOTDIR');
      await refuses(() => service.stat([...sample.file, 'x'], never), 'stat below it', 'ENOTDIR');
      await refuses(
        () => service.open([...sample.file, 'x'], { read: true }, never),
        'open below it',
        'ENOTDIR',
      );
    },
  },
];
