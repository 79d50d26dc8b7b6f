/** What a service must do that makes, writes and removes files. */
import { attempt } from '../../kernel/awaitable.ts';
import type { FsError } from '../../kernel/errors.ts';
import { never } from '../../kernel/service.ts';
import {
  type Check,
  content,
  Fault,
  names,
  put,
  read,
  refuses,
  rewrite,
  same,
  toBytes,
  toText,
} from './check.ts';

export const making: Check[] = [
  {
    name: 'creates files and directories once, under a parent that is there',
    needs: ['create'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await service.create(['d', 'f'], 'file', never);
      same(await names(service, ['d']), 'f', 'listing');
      same((await service.stat(['d', 'f'], never)).size, 0, 'size');
      for (const kind of ['file', 'dir'] as const) {
        await refuses(() => service.create(['d', 'f'], kind, never), 'over a file', 'EEXIST');
        await refuses(() => service.create(['d'], kind, never), 'over a directory', 'EEXIST');
        await refuses(() => service.create(['no', 'x'], kind, never), 'no parent', 'ENOENT');
        await refuses(
          () => service.create(['d', 'f', 'x'], kind, never),
          'below a file',
          'ENOTDIR',
        );
      }
    },
  },
  {
    name: 'reads what was written, at any offset, at once in every handle',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'hello world');
      await rewrite(service, ['f'], 'J', 0);
      await rewrite(service, ['f'], 'W', 6);
      same(await content(service, ['f']), 'Jello World', 'content');
      const reader = await service.open(['f'], { read: true }, never);
      const before = (await reader.read?.(0, 5, never)) as Uint8Array;
      await rewrite(service, ['f'], 'other');
      same(toText(before), 'Jello', 'what was read does not change afterwards');
      same(await read(reader, 0, 5), 'other', 'an open handle sees the write');
      await reader.close?.();
    },
  },
  {
    name: 'tells where a write ended',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], '12345');
      const handle = await service.open(['f'], { write: true }, never);
      const at = await handle.write?.(2, toBytes('ab'), never);
      same(`${at?.written} ${at?.end}`, '2 4', 'at an offset');
      const end = await handle.write?.('end', toBytes('cd'), never);
      same(`${end?.written} ${end?.end}`, '2 7', 'at the end');
      await handle.close?.();
    },
  },
  {
    name: 'loses nothing between two that append',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], '');
      const [a, b] = await Promise.all(
        [0, 1].map(async () => service.open(['f'], { write: true, append: true }, never)),
      );
      for (let i = 0; i < 50; i++) {
        await Promise.all([
          a?.write?.('end', toBytes('a'), never),
          b?.write?.('end', toBytes('b'), never),
        ]);
      }
      await a?.close?.();
      await b?.close?.();
      const text = await content(service, ['f']);
      same(`${text.length} ${text.replaceAll('b', '').length}`, '100 50', 'letters');
    },
  },
  {
    name: 'holes read as zeros',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'a');
      await rewrite(service, ['f'], 'z', 200_000);
      const text = await content(service, ['f']);
      same(text.length, 200_001, 'size');
      same(text.replaceAll('\0', ''), 'az', 'all else is zero');
    },
  },
  {
    name: 'truncates down and up, and what was cut never comes back',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'x'.repeat(150_000));
      const handle = await service.open(['f'], { write: true }, never);
      if (!handle.truncate) throw new Fault('a file of this service must be truncatable');
      await handle.truncate(3, never);
      same(await content(service, ['f']), 'xxx', 'cut');
      await handle.truncate(100_000, never);
      same((await content(service, ['f'])).replaceAll('\0', ''), 'xxx', 'grown');
      same((await service.stat(['f'], never)).size, 100_000, 'size');
      await handle.close?.();
      const again = await service.open(['f'], { write: true, truncate: true }, never);
      await again.close?.();
      same((await service.stat(['f'], never)).size, 0, 'truncated by open');
    },
  },
  {
    name: 'a version changes whenever content does',
    needs: ['create'],
    run: async (service) => {
      await put(service, ['f'], 'a');
      const before = (await service.stat(['f'], never)).version;
      await rewrite(service, ['f'], 'b');
      const after = (await service.stat(['f'], never)).version;
      if (before !== '' && before === after) throw new Fault('the version stayed');
    },
  },
  {
    name: 'keeps names as they are',
    needs: ['create'],
    run: async (service) => {
      const odd = [
        '\u00e9',
        'e\u0301',
        ' ',
        '-',
        '...',
        '\u202etxt',
        'a\nb',
        '__proto__',
        'constructor',
        'x'.repeat(255),
      ];
      for (const name of odd) await put(service, [name], name);
      for (const name of odd) same(await content(service, [name]), name, JSON.stringify(name));
      same(
        (await service.readdir([], never)).filter(({ name }) => odd.includes(name)).length,
        odd.length,
        'listed',
      );
    },
  },
  {
    name: 'removes files as files and empty directories as directories',
    needs: ['create', 'remove'],
    run: async (service) => {
      await service.create(['d'], 'dir', never);
      await put(service, ['d', 'f'], 'x');
      await refuses(() => service.remove(['d'], 'file', never), 'directory as file', 'EISDIR');
      await refuses(() => service.remove(['d'], 'dir', never), 'full directory', 'ENOTEMPTY');
      await refuses(() => service.remove(['d', 'f'], 'dir', never), 'file as directory', 'ENOTDIR');
      await refuses(() => service.remove(['d', 'no'], 'file', never), 'missing', 'ENOENT');
      await refuses(() => service.remove([], 'dir', never), 'the root', 'EBUSY');
      await service.remove(['d', 'f'], 'file', never);
      await service.remove(['d'], 'dir', never);
      await refuses(() => service.stat(['d'], never), 'afterwards', 'ENOENT');
    },
  },
  {
    name: 'a file that was removed while open stays usable, or is ESTALE',
    needs: ['create', 'remove'],
    run: async (service) => {
      await put(service, ['f'], 'still');
      const handle = await service.open(['f'], { read: true, write: true }, never);
      await service.remove(['f'], 'file', never);
      const text = await read(handle, 0, 10).catch((error: unknown) => (error as FsError).code);
      if (text !== 'still' && text !== 'ESTALE') throw new Fault(`read gave ${text}`);
      await put(service, ['f'], 'new');
      await attempt(
        () => handle.write?.(0, toBytes('old'), never),
        () => undefined,
      );
      same(await content(service, ['f']), 'new', 'a new file of that name is another');
      await handle.close?.();
    },
  },
];
