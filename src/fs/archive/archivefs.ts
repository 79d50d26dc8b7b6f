/**
 * ArchiveFs: an archive as a read-only tree, without unpacking it first. Only content that its checksums confirm is
 * served; what is damaged or left out is told by `about` and by a file in the root.
 */
import { fail } from '../../kernel/errors.ts';
import { type Path, utf8Length } from '../../kernel/path.ts';
import type {
  About,
  Entry,
  FileHandle,
  FileService,
  Json,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { walkTo } from '../../kernel/treewalk.ts';
import { type ArchiveEntry, ENTRIES_MAX, NAMES_MAX, type Source } from './archive.ts';
import { openEntries } from './formats.ts';
import { decodeNames, decoderOf } from './names.ts';
import { noteOf, PROBLEMS_FILE, reportOf } from './problems.ts';
import { ArchiveTree, type DirNode, type FileNode, freeName, type Problem } from './tree.ts';

export class ArchiveFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #source: () => Promise<Source>;
  #reading: Promise<Archive> | undefined;
  /** The archive once it is read. */
  #archive: Archive | undefined;

  constructor(source: () => Promise<Source>, spec: ServiceSpec = { kind: 'archive' }) {
    this.spec = spec;
    this.#source = source;
    const encoding = textOption(spec, 'encoding');
    if (encoding !== undefined) decoderOf(encoding);
  }

  /**
   * Reads the list of entries, when it is first asked for anything. EINVAL where it is no archive or nothing of it
   * can be read, EFBIG where it is too large.
   */
  async ready(): Promise<void> {
    await this.#read();
  }

  /** What is damaged, left out or not called as in the archive. */
  get problems(): readonly Problem[] {
    return this.#archive?.problems ?? [];
  }

  about(): About {
    const note = noteOf(this.problems);
    const report = this.#archive?.report;
    return note === undefined || report === undefined ? {} : { note, report };
  }

  async stat(path: Path): Promise<Stat> {
    return statOf(await this.#node(path));
  }

  async readdir(path: Path): Promise<Entry[]> {
    const node = await this.#node(path);
    if (!('entries' in node)) return fail('ENOTDIR');
    return [...node.entries].map(([name, child]) => {
      const stat = statOf(child);
      return { name, kind: stat.kind, stat };
    });
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const node = await this.#node(path);
    if ('entries' in node) return fail('EISDIR');
    if (node.entry.kind === 'symlink') fail('ELOOP');
    if (mode.write || mode.append || mode.truncate) fail('EROFS', 'an archive is only read');
    const { size, read } = node.entry;
    return {
      read: async (at, count) =>
        at >= size ? new Uint8Array(0) : ((await read?.(at, count)) ?? new Uint8Array(0)),
      stat: async () => statOf(node),
    };
  }

  async readlink(path: Path): Promise<string> {
    const node = await this.#node(path);
    return ('target' in node ? node.target : undefined) ?? fail('EINVAL', 'not a symbolic link');
  }

  async #node(path: Path): Promise<FileNode | DirNode> {
    const { root } = this.#archive ?? (await this.#read());
    return walkTo<FileNode, DirNode>(root, path);
  }

  #read(): Promise<Archive> {
    this.#reading ??= this.#source()
      .then(async (source) => {
        try {
          return await readArchive(source, this.spec);
        } catch (error) {
          await source.close?.();
          throw error;
        }
      })
      .then((archive) => {
        this.#archive = archive;
        return archive;
      })
      .catch((error: unknown) => {
        this.#reading = undefined;
        throw error;
      });
    return this.#reading;
  }
}

interface Archive extends Pick<ArchiveTree, 'root' | 'problems'> {
  /** The name of the file that lists the problems; absent where there are none. */
  readonly report?: string;
}

async function readArchive(source: Source, spec: ServiceSpec): Promise<Archive> {
  const opened = await openEntries(source, textOption(spec, 'path') ?? '');
  const { traditional, damage, untrusted } = opened;
  const damages = damage === undefined ? [] : [damage];
  const entries: ArchiveEntry[] = [];
  let nameBytes = 0;
  for await (const found of opened.entries) {
    if ('damage' in found) {
      damages.push(found.damage);
      continue;
    }
    nameBytes += found.name.bytes.length + (found.target?.bytes.length ?? 0);
    if (nameBytes > NAMES_MAX) fail('EFBIG', 'an archive of too many long names');
    if (entries.length === ENTRIES_MAX) fail('EFBIG', 'an archive of too many entries');
    entries.push(untrusted === undefined ? found : untrustedEntry(found, untrusted));
  }
  const [first] = damages;
  if (first !== undefined && entries.length === 0)
    fail('EINVAL', `nothing in this archive is whole: ${first}`);
  const names = entries.map(({ name }) => name);
  const decode = decodeNames(names, traditional, textOption(spec, 'encoding'));
  const tree = new ArchiveTree(decode, { keepLinks: spec.options?.['links'] === 'kept' });
  for (const why of damages) tree.damaged(why);
  for (const entry of entries) await tree.add(entry);
  tree.finish();
  return { root: tree.root, problems: tree.problems, ...addReport(tree) };
}

const untrustedEntry = (entry: ArchiveEntry, why: string): ArchiveEntry =>
  entry.read
    ? { ...entry, read: async () => fail('EIO', `the archive cannot be trusted: ${why}`) }
    : entry;

/** Adds a file that lists the problems to the root, where there are any, and returns its name. */
function addReport({ root, problems }: ArchiveTree): Pick<Archive, 'report'> {
  if (problems.length === 0) return {};
  const bytes = new TextEncoder().encode(reportOf(problems));
  const name = root.entries.has(PROBLEMS_FILE) ? freeName(root, PROBLEMS_FILE) : PROBLEMS_FILE;
  const read = async (at: number, count: number): Promise<Uint8Array> =>
    bytes.slice(at, at + count);
  const entry: ArchiveEntry = {
    name: { bytes: new Uint8Array(0) },
    kind: 'file',
    size: bytes.length,
    mtime: 0n,
    read,
  };
  root.entries.set(name, { entry, ino: 0n, nlink: 1 });
  return { report: name };
}

/** EINVAL where the option is there and no text. */
function textOption({ options }: ServiceSpec, name: string): string | undefined {
  const value: Json | undefined = options?.[name];
  if (value === undefined || typeof value === 'string') return value;
  return fail('EINVAL', `the option '${name}' of an archive is a text`);
}

function statOf(node: FileNode | DirNode): Stat {
  const { ino } = node;
  const { mode, mtime } = 'entries' in node ? node : node.entry;
  const common = { mtime, ino, version: '1', ...(mode === undefined ? {} : { mode }) };
  if ('entries' in node) return { ...common, kind: 'dir', size: 0, nlink: 1 };
  const { kind, size } = node.entry;
  const length = node.target === undefined ? size : utf8Length(node.target);
  return { ...common, kind, size: length, nlink: node.nlink };
}
