/** Editing files in place, as `sed -i` does: a new file takes the place of the old one when it is whole. */
import { OPEN } from '../../kernel/operations.ts';
import { closeAfterError, closeOr } from '../closing.ts';
import { baseName, dirName, join, modeOf, place, readLink, setMode, stat } from '../files.ts';
import type { Host, OpenFile } from '../host.ts';
import { Output, warn } from '../stdio.ts';
import type { Around } from './input.ts';
import { closeFailed, Writer } from './outputs.ts';

export class InPlace implements Around {
  readonly #host: Host;
  readonly #suffix: string;
  readonly #rules: { readonly delimiter: number; readonly followsLinks: boolean };
  #file: { readonly at: string; readonly temporary: string; readonly file: OpenFile } | undefined;
  /** Where the file that is being edited is written. */
  writer: Writer | undefined;
  status = 0;

  constructor(
    host: Host,
    suffix: string,
    rules: { readonly delimiter: number; readonly followsLinks: boolean },
  ) {
    this.#host = host;
    this.#suffix = suffix;
    this.#rules = rules;
  }

  async begin(name: string): Promise<boolean> {
    const at = this.#rules.followsLinks ? await this.#target(name) : name;
    const found = await stat(this.#host, at);
    if (found.kind !== 'file') {
      await warn(this.#host, `couldn't edit ${name}: not a regular file`);
      this.status = 4;
      return false;
    }
    const temporary = join(dirName(at), `sed${Math.random().toString(36).slice(2, 8)}`);
    const file = await this.#host.open(temporary, OPEN.write | OPEN.create | OPEN.exclusive);
    await setMode(this.#host, temporary, modeOf(found));
    this.#file = { at, temporary, file };
    this.writer = new Writer(new Output(file), this.#rules.delimiter);
    return true;
  }

  async end(): Promise<void> {
    if (!this.#file) return;
    const { at, temporary, file } = this.#file;
    await this.writer?.flush();
    await closeOr(file, (reason) => closeFailed(temporary, reason));
    if (this.#suffix !== '') await this.#rename(at, this.#backup(at));
    await this.#rename(temporary, at);
    this.#file = undefined;
    this.writer = undefined;
  }

  /** Takes away what was written of a file whose editing failed. */
  async abandon(): Promise<void> {
    if (!this.#file) return;
    const { temporary, file } = this.#file;
    this.#file = undefined;
    await closeAfterError(file);
    await this.#host.call('unlink', place(this.#host, temporary));
  }

  /** A `*` in the suffix stands for the name; with a slash it names a place in another directory. */
  #backup(at: string): string {
    const base = baseName(at);
    const name = this.#suffix.includes('*')
      ? this.#suffix.replaceAll('*', base)
      : base + this.#suffix;
    return name.includes('/') ? name : join(dirName(at), name);
  }

  async #rename(from: string, to: string): Promise<void> {
    const target = place(this.#host, to);
    await this.#host.call('rename', {
      ...place(this.#host, from),
      toDir: target.dir,
      toPath: target.path,
    });
  }

  async #target(name: string): Promise<string> {
    let at = name;
    for (let links = 0; links < 40; links++) {
      const found = await stat(this.#host, at, false);
      if (found.kind !== 'symlink') return at;
      const target = await readLink(this.#host, at);
      at = target.startsWith('/') ? target : join(dirName(at), target);
    }
    return at;
  }
}
