/** The files by which the changes of an overlay are looked at and decided. They are a service of their own. */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { splitWords } from '../../kernel/words.ts';
import type { Review } from './review.ts';

interface ControlFile {
  readonly read?: (review: Review) => Promise<string>;
  readonly write?: (review: Review, line: string) => Promise<void>;
}

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');

const verbs: {
  readonly [verb: string]: (review: Review, words: readonly string[]) => Promise<void>;
} = {
  commit: (review, paths) => review.commit(paths),
  revert: (review, paths) => review.revert(paths),
  snapshot: (review, [name = '']) => review.snapshot(name),
  rollback: (review, [name = '']) => review.rollback(name),
};

const files: { readonly [name: string]: ControlFile } = {
  changes: { read: async (review) => lines(await review.changes()) },
  diff: { read: (review) => review.diff() },
  ctl: {
    write: async (review, line) => {
      const [verb = '', ...words] = splitWords(line);
      const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
      if (!run) fail('EINVAL', `'${verb}' is none of ${Object.keys(verbs).join(', ')}`);
      await run?.(review, words);
    },
  },
};

export class CowControl implements FileService {
  readonly spec: ServiceSpec = { kind: 'cowcontrol' };
  readonly #review: Review;

  constructor(review: Review) {
    this.#review = review;
  }

  async stat(path: Path): Promise<Stat> {
    if (path.length > 0) fileAt(path);
    const kind = path.length === 0 ? 'dir' : 'file';
    return { kind, size: 0, mtime: 0n, nlink: 1, version: '' };
  }

  async readdir(path: Path): Promise<Entry[]> {
    if (path.length > 0) {
      fileAt(path);
      fail('ENOTDIR');
    }
    return Object.keys(files).map((name) => ({ name, kind: 'file' }));
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    if (path.length === 0) fail('EISDIR');
    const { read, write } = fileAt(path);
    if (mode.read && !read) fail('EACCES', 'this file is only written');
    if ((mode.write || mode.append) && !write) fail('EACCES', 'this file is only read');
    if (write) return controlHandle((line) => write(this.#review, line));
    return textHandle(() => (read as NonNullable<ControlFile['read']>)(this.#review));
  }
}

function fileAt([name = '', ...rest]: Path): ControlFile {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) return fail('ENOENT');
  return rest.length > 0 ? fail('ENOTDIR') : file;
}
