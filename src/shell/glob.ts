/** Names that match a pattern (bash(1) "Pathname Expansion", glob(7)). */
import type { Entry } from '../kernel/service.ts';
import { hasPattern, matches, type PatternOptions, unquotePattern } from './pattern.ts';
import type { State } from './state.ts';
import { absolute, type Sys } from './sys.ts';

/** Sorted; none where none matches. */
export async function glob(pattern: string, state: State, sys: Sys): Promise<string[]> {
  const found = new Set(await new Glob(state, sys).names(pattern));
  const isIgnored = ignoredBy(state);
  return [...found].filter((name) => !isIgnored(name)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Patterns of GLOBIGNORE, between colons, take names away, and never give `.` and `..`. Their stars match no slash. */
function ignoredBy(state: State): (name: string) => boolean {
  const patterns = [...(state.get('GLOBIGNORE') ?? '').matchAll(/(?:\\.|\[[^\]]*\]|[^:])+/gs)].map(
    ([pattern]) => pattern.split('/'),
  );
  const options = optionsOf(state);
  return (name) => {
    if (patterns.length === 0) return false;
    const names = name.split('/');
    return (
      /^\.\.?$/.test(names.at(-1) ?? '') ||
      patterns.some(
        (parts) =>
          parts.length === names.length &&
          parts.every((part, i) => matches(part, names[i] as string, options)),
      )
    );
  };
}

const optionsOf = (state: State): PatternOptions => ({
  ignoresCase: state.shopt.has('nocaseglob'),
  isExtended: state.hasExtendedPatterns,
});

class Glob {
  readonly #state: State;
  readonly #sys: Sys;

  constructor(state: State, sys: Sys) {
    this.#state = state;
    this.#sys = sys;
  }

  async names(pattern: string): Promise<string[]> {
    const parts = pattern.split(/\/+/);
    const isExtended = this.#state.hasExtendedPatterns;
    let found = pattern.startsWith('/') ? ['/'] : [''];
    const first = pattern.startsWith('/') ? 1 : 0;
    for (let index = first; index < parts.length; index++) {
      const part = parts[index] as string;
      const isLast = index === parts.length - 1;
      if (part === '') {
        found = await this.#directories(found);
        continue;
      }
      const next: string[] = [];
      const isDeep = part === '**' && this.#state.shopt.has('globstar');
      for (const base of found)
        for (const name of isDeep
          ? await this.#deep(
              base,
              isLast,
              parts.slice(first, index).some((each) => hasPattern(each, isExtended)),
            )
          : await this.#part(base, part, isLast))
          next.push(name);
      found = next;
    }
    return found;
  }

  /** Those that are directories, with a slash. */
  async #directories(paths: readonly string[]): Promise<string[]> {
    const out: string[] = [];
    for (const path of paths)
      if (path.endsWith('/')) out.push(path);
      else if (path !== '') {
        const { kind } = (await this.#sys.stat(absolute(this.#state.cwd, path))) ?? {};
        if (kind === 'dir') out.push(`${path}/`);
      }
    return out;
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
    if (!hasPattern(part, this.#state.hasExtendedPatterns)) {
      const path = this.#join(base, unquotePattern(part));
      return (await this.#sys.stat(absolute(cwd, path), false)) ? [path] : [];
    }
    const options = optionsOf(this.#state);
    const entries = await this.#list(base);
    const out: string[] = [];
    const dots: Entry[] = shopt.has('globskipdots')
      ? []
      : ['.', '..'].map((name) => ({ name, kind: 'dir' }));
    for (const { name, kind } of [...dots, ...entries]) {
      const isHidden = name.startsWith('.') && !/^\\?\./.test(part);
      if (isHidden && (!this.#showsHidden || /^\.\.?$/.test(name))) continue;
      if (!matches(part, name, options)) continue;
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
