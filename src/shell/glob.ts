/** Names that match a pattern (bash(1) "Pathname Expansion", glob(7)). */
import type { Entry } from '../kernel/service.ts';
import { hasPattern, matches, unquotePattern } from './pattern.ts';
import type { State } from './state.ts';
import { absolute, type Sys } from './sys.ts';

/** Sorted; none where none matches. */
export async function glob(pattern: string, state: State, sys: Sys): Promise<string[]> {
  const found = (await new Glob(state, sys).names(pattern)).filter(
    (name) => !isIgnored(name, state),
  );
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Patterns of GLOBIGNORE take names away, and never give `.` and `..`. */
function isIgnored(name: string, state: State): boolean {
  const ignored = state.get('GLOBIGNORE');
  if (!ignored) return false;
  const ignoresCase = state.shopt.has('nocaseglob');
  const last = name.slice(name.lastIndexOf('/') + 1);
  return (
    /^\.\.?$/.test(last) ||
    ignored.split(':').some((pattern) => matches(pattern, name, ignoresCase))
  );
}

class Glob {
  readonly #state: State;
  readonly #sys: Sys;

  constructor(state: State, sys: Sys) {
    this.#state = state;
    this.#sys = sys;
  }

  async names(pattern: string): Promise<string[]> {
    const parts = pattern.split(/\/+/);
    let found = pattern.startsWith('/') ? ['/'] : [''];
    const first = pattern.startsWith('/') ? 1 : 0;
    for (let index = first; index < parts.length; index++) {
      const part = parts[index] as string;
      const isLast = index === parts.length - 1;
      if (part === '') {
        found = found
          .filter((each) => each !== '')
          .map((each) => (each.endsWith('/') ? each : `${each}/`));
        continue;
      }
      const next: string[] = [];
      const isDeep = part === '**' && this.#state.shopt.has('globstar');
      for (const base of found)
        for (const name of isDeep
          ? await this.#deep(base, isLast, parts.slice(first, index).some(hasPattern))
          : await this.#part(base, part, isLast))
          next.push(name);
      found = next;
    }
    return found;
  }

  /** With GLOBIGNORE, too. */
  get #showsHidden(): boolean {
    return this.#state.shopt.has('dotglob') || !!this.#state.get('GLOBIGNORE');
  }

  #join(base: string, name: string): string {
    return base === '' || base.endsWith('/') ? `${base}${name}` : `${base}/${name}`;
  }

  async #list(base: string): Promise<readonly Entry[]> {
    await this.#sys.checkpoint();
    return this.#sys.list(absolute(this.#state.cwd, base === '' ? '.' : base)).catch(() => []);
  }

  async #part(base: string, part: string, isLast: boolean): Promise<string[]> {
    const { cwd, shopt } = this.#state;
    if (!hasPattern(part)) {
      const path = this.#join(base, unquotePattern(part));
      return (await this.#sys.stat(absolute(cwd, path), false)) ? [path] : [];
    }
    const entries = await this.#list(base);
    const out: string[] = [];
    const dots: Entry[] = shopt.has('globskipdots')
      ? []
      : ['.', '..'].map((name) => ({ name, kind: 'dir' }));
    for (const { name, kind } of [...dots, ...entries]) {
      const isHidden = name.startsWith('.') && !/^\\?\./.test(part);
      if (isHidden && (!this.#showsHidden || /^\.\.?$/.test(name))) continue;
      if (!matches(part, name, shopt.has('nocaseglob'))) continue;
      const path = this.#join(base, name);
      if (isLast || kind === 'dir') out.push(path);
      else if (kind === 'symlink' && (await this.#sys.stat(absolute(cwd, path)))?.kind === 'dir')
        out.push(path);
    }
    return out;
  }

  /** `**`: everything below, or the directories alone where more follows. Symbolic links are not followed. */
  async #deep(base: string, isLast: boolean, isMatched: boolean): Promise<string[]> {
    // The directory itself has a slash, unless a pattern has found it.
    const own = base.endsWith('/') || isMatched ? base : `${base}/`;
    const out = !isLast ? [base] : base === '' ? [] : [own];
    const waiting = [base];
    for (let dir = waiting.pop(); dir !== undefined; dir = waiting.pop())
      for (const { name, kind } of await this.#list(dir)) {
        if (name.startsWith('.') && !this.#showsHidden) continue;
        const path = this.#join(dir, name);
        if (isLast || kind === 'dir') out.push(path);
        if (kind === 'dir') waiting.push(path);
      }
    return out;
  }
}
