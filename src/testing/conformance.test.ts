/** Every service passes the suite, and the suite finds what is broken: in Node, Chromium and Firefox. */

import { describe, expect, it } from 'vitest';
import { late } from '../boot/late.ts';
import { CapFs } from '../fs/cap/capfs.ts';
import { CowFs } from '../fs/cow/cowfs.ts';
import { DevFs } from '../fs/dev/devfs.ts';
import { FuncFs } from '../fs/func/funcfs.ts';
import { HttpFs } from '../fs/http/httpfs.ts';
import { HttpRequests } from '../fs/http/requests.ts';
import { Logs } from '../fs/logs/logs.ts';
import { LogsFs } from '../fs/logs/logsfs.ts';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { NostrState } from '../fs/nostr/nostr.ts';
import { NostrFs } from '../fs/nostr/nostrfs.ts';
import { PolicyFs } from '../fs/policy/policyfs.ts';
import { ReadOnly } from '../fs/readonly/readonly.ts';
import { FolderFs } from '../fs/workspace/folderfs.ts';
import { Connections } from '../fs/ws/connections.ts';
import { WsFs } from '../fs/ws/wsfs.ts';
import { attempt, quietly } from '../kernel/awaitable.ts';
import { Changes } from '../kernel/changes.ts';
import { NamespaceService } from '../kernel/export.ts';
import { MountTable, memberOf, type Source } from '../kernel/mounts.ts';
import { Namespace } from '../kernel/namespace.ts';
import type { Path } from '../kernel/path.ts';
import { connectPort, servePort } from '../kernel/port.ts';
import { type FileService, type Mode, mutations, never } from '../kernel/service.ts';
import { subtree } from '../kernel/subtree.ts';
import { type Capability, Gate } from '../policy/gate.ts';
import { policyFrom } from '../policy/policy.ts';
import { everything, type Subject } from './conformance/check.ts';
import { checksFor, faultsOf } from './conformance.ts';

const devHost = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => 1n,
  storage: async () => ({}),
};
const sample = { file: ['dir', 'file.txt'], content: 'what is here' } as const;
const tree = { '/dir/file.txt': sample.content, '/empty/': '' };

let dev = 0;
const source = (service: FileService): Source => ({
  dev: ++dev,
  service,
  use: { calls: 0, read: 0, written: 0, errors: 0 },
});
const changes = (): Changes => new Changes((run) => queueMicrotask(run));

async function overPort(service: FileService): Promise<FileService> {
  const { port1, port2 } = new MessageChannel();
  servePort(service, port1);
  return (await connectPort(port2)).service;
}

function union(): FileService {
  const members = [
    memberOf(source(new MemFs()), { create: true }),
    memberOf(source(new MapFs({}))),
  ];
  return new NamespaceService(
    new Namespace(changes(), new MountTable([{ at: [], kind: 'dir', members }])),
  );
}

async function readOnlyMem(): Promise<FileService> {
  const mem = new MemFs();
  await mem.create(['dir'], 'dir');
  await mem.create(['dir', 'file.txt'], 'file');
  const handle = await mem.open(['dir', 'file.txt'], { write: true });
  await handle.write?.(0, new TextEncoder().encode(sample.content), never);
  return new ReadOnly(mem);
}

const gate = (cap: Capability): Gate =>
  new Gate(
    cap,
    policyFrom({ methods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'], per_minute: 1e9 }),
    {
      now: () => 0,
      remembered: () => undefined,
      ask: async () => 'no',
      audit: () => undefined,
      secret: () => '',
    },
  );
const host = { now: () => 0, changed: () => undefined, accepts: () => undefined };
const soon = () => () => undefined;
const nobody = {
  name: undefined,
  pubkey: async () => '0'.repeat(64),
  sign: () => Promise.reject(new Error('there is no key')),
  npub: (pubkey: string) => pubkey,
};
const httpFs = (): FileService => {
  const requests = new HttpRequests(gate('http'), { ...host, defaultTimeoutSecs: 30 });
  return new HttpFs({ requests, now: () => 0, after: soon });
};

const mem: Subject = { make: async () => new MemFs(), offers: everything };
const subjects: Record<string, Subject> = {
  MemFs: mem,
  'MemFs over a port': { make: () => overPort(new MemFs()), offers: everything },
  MapFs: { make: async () => new MapFs(tree), offers: [], sample },
  'MapFs over a port': { make: () => overPort(new MapFs(tree)), offers: [], sample },
  FuncFs: {
    make: async () =>
      new FuncFs()
        .readOnly('/dir/file.txt', () => sample.content)
        .writeOnly('/in', () => undefined),
    offers: [],
    control: true,
    sample,
  },
  DevFs: { make: async () => new DevFs(devHost), offers: [], control: true },
  LogsFs: {
    make: async () => new LogsFs(new Logs({ now: () => 0 })),
    offers: ['watch'],
    control: true,
  },
  HttpFs: { make: async () => httpFs(), offers: ['remove'], control: true },
  'HttpFs over a port': { make: () => overPort(httpFs()), offers: ['remove'], control: true },
  WsFs: {
    make: async () => new WsFs(new Connections(gate('ws'), { ...host, after: soon })),
    offers: [],
    control: true,
  },
  NostrFs: {
    make: async () => new NostrFs(new NostrState(gate('nostr'), nobody, { ...host, after: soon })),
    offers: [],
    control: true,
  },
  CapFs: { make: async () => new CapFs(() => ({ state: 'running' })), offers: [], control: true },
  'PolicyFs over MemFs': {
    make: async () => new PolicyFs(new MemFs(), gate('files')),
    offers: [...everything, 'watch'],
  },
  'ReadOnly over MemFs': { make: readOnlyMem, offers: ['readlink'], sample },
  'CowFs over MemFs': { make: async () => new CowFs(new MemFs()), offers: everything },
  'CowFs over MapFs': { make: async () => new CowFs(new MapFs({})), offers: everything },
  'an exported namespace': {
    make: async () => {
      const table = new MountTable([
        { at: [], kind: 'dir', members: [memberOf(source(new MemFs()))] },
      ]);
      return new NamespaceService(new Namespace(changes(), table));
    },
    offers: everything,
  },
  'a directory of MemFs': {
    make: async () => {
      const whole = new MemFs();
      await whole.create(['in'], 'dir');
      await whole.create(['beside'], 'dir');
      return subtree(whole, ['in']);
    },
    offers: everything,
  },
  'a service that is made late': {
    make: async () => late({ kind: 'mem' }, async () => new MemFs(), { has: mutations }),
    offers: [...everything, 'watch'],
  },
  'an exported union': { make: async () => union(), offers: everything },
};

const folders = (globalThis.navigator as Navigator | undefined)?.storage?.getDirectory;
if (folders) {
  let last = 0;
  subjects['a folder of the browser'] = {
    make: async () => {
      const root = await navigator.storage.getDirectory();
      const name = `conformance ${performance.timeOrigin} ${++last}`;
      const host = {
        now: () => Date.now(),
        after: (ms: number, run: () => void) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      };
      const folder = await root.getDirectoryHandle(name, { create: true });
      return new FolderFs(folder, { kind: 'workspace' }, host);
    },
    offers: ['create', 'remove', 'rename', 'sync', 'watch'],
  };
}

for (const [name, subject] of Object.entries(subjects)) {
  describe(name, () => {
    it.each(checksFor(subject).map((check) => [check.name, check] as const))(
      '%s',
      async (_, check) => {
        await check.run((await subject.make()) as Parameters<typeof check.run>[0], subject);
      },
    );
  });
}

/** Each way of being wrong, and a word of the check that must find it. */
const broken: Record<string, { readonly make: () => FileService; readonly found: RegExp }> = {
  'forgets to list': {
    make: () => Object.assign(new MemFs(), { readdir: async () => [] }),
    found: /creates files and directories/,
  },
  'creates over what is there': {
    make: () => new OverwritingFs(),
    found: /creates files and directories once/,
  },
  'loses appends': { make: () => new SnapshotFs(), found: /loses nothing between two that append/ },
  'lends memory that changes': { make: () => new AliasingFs(), found: /reads what was written/ },
  'removes full directories': { make: () => new ForcefulFs(), found: /removes files as files/ },
  'follows symlinks': { make: () => new FollowingFs(), found: /never followed/ },
  'moves a directory into itself': { make: () => new CarelessFs(), found: /renames by the rules/ },
  'claims to sync': {
    make: () => Object.assign(new MemFs(), { sync: undefined }),
    found: /offers what it declares/,
  },
  'hides that its files are control files': {
    make: () => Object.assign(new MemFs(), { control: true as const }),
    found: /control files/,
  },
  'has no errors': { make: () => new VagueFs(), found: /a missing name is ENOENT/ },
};

class OverwritingFs extends MemFs {
  override async create(path: Path, kind: 'file' | 'dir'): Promise<void> {
    await attempt(
      () => super.create(path, kind),
      () => undefined,
    );
  }
}
class SnapshotFs extends MemFs {
  override async open(path: Path, mode: Mode) {
    const handle = await super.open(path, mode);
    const { size } = await this.stat(path);
    let end = size;
    return {
      ...handle,
      write: async (at: number | 'end', data: Uint8Array) => {
        const done = await handle.write?.(at === 'end' ? end : at, data, never);
        if (at === 'end') end += data.length;
        return done as { written: number; end: number };
      },
    };
  }
}
class AliasingFs extends MemFs {
  #block = new Uint8Array(1_000_000);
  override async open(path: Path, mode: Mode) {
    const handle = await super.open(path, mode);
    const block = this.#block;
    return {
      ...handle,
      read: async (at: number, count: number) => {
        const data = (await handle.read?.(at, count, never)) as Uint8Array;
        block.set(data);
        return block.subarray(0, data.length);
      },
      write: async (at: number | 'end', data: Uint8Array) => {
        block.set(data);
        return (await handle.write?.(at, data.slice(), never)) as { written: number; end: number };
      },
    };
  }
}
class ForcefulFs extends MemFs {
  override async remove(path: Path, kind: 'file' | 'dir'): Promise<void> {
    if (kind === 'dir')
      for (const { name, kind: of } of await this.readdir(path))
        await this.remove([...path, name], of === 'dir' ? 'dir' : 'file');
    await super.remove(path, kind);
  }
}
class FollowingFs extends MemFs {
  override async open(path: Path, mode: Mode) {
    const { kind } = await this.stat(path);
    return kind === 'symlink'
      ? super.open([await this.readlink(path), 'f'], mode)
      : super.open(path, mode);
  }
}
class CarelessFs extends MemFs {
  override async rename(from: Path, to: Path): Promise<void> {
    if (to.length > from.length) quietly(() => this.remove(from, 'dir'));
    else await super.rename(from, to);
  }
}
class VagueFs extends MemFs {
  override async stat(path: Path) {
    return attempt(
      () => super.stat(path),
      () => {
        throw new Error('something went wrong');
      },
    );
  }
}

describe('the suite itself', () => {
  it.each(Object.entries(broken))('finds a service that %s', async (_, { make, found }) => {
    const faults = await faultsOf({ make: async () => make(), offers: everything });
    expect(faults.join('\n')).toMatch(found);
  });

  it('finds no fault in a good one', async () => {
    expect(await faultsOf(mem)).toEqual([]);
  });
});
