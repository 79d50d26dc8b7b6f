/** The file systems that names are measured on: ours through a namespace, ZenFS and memfs by promises. */
import { configureSingle, InMemory, promises as zen } from '@zenfs/core';
import { memfs } from 'memfs';
import { MemFs } from '../../fs/mem/memfs.ts';
import { Changes } from '../../kernel/changes.ts';
import { Namespace } from '../../kernel/namespace.ts';
import { never } from '../../kernel/service.ts';
import type { Names } from '../names.ts';

async function oanix(): Promise<Names> {
  const caller = { cwd: [], signal: never };
  const namespace = new Namespace(new Changes((run) => setTimeout(run, 15)));
  const use = { calls: 0, read: 0, written: 0, errors: 0 };
  await namespace.mount({ dev: 1, service: new MemFs(), use }, '/', {}, caller);
  return {
    mkdir: (path) => namespace.mkdir(path, caller),
    writeFile: (path, data) =>
      namespace.writeFile(path, data, { write: true, create: true }, caller),
    readFile: (path) => namespace.readFile(path, caller),
    stat: (path) => namespace.stat(path, true, caller),
    readdir: async (path) => namespace.list(path.split('/').filter(Boolean), caller),
    rename: (from, to) => namespace.rename(from, to, caller),
    unlink: (path) => namespace.remove(path, 'file', caller),
  };
}

async function zenfs(): Promise<Names> {
  await configureSingle({ backend: InMemory });
  return zen as unknown as Names;
}

async function memfsPromises(): Promise<Names> {
  return memfs({}, '/').fs.promises as unknown as Names;
}

export const nameSystems: Record<string, () => Promise<Names>> = {
  oanix,
  memfs: memfsPromises,
  zenfs,
};
