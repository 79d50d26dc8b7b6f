/** Which members the command line chooses. */
import { bare, type Member } from './member.ts';
import { type Pattern, pattern } from './names.ts';
import type { Session } from './session.ts';

interface Wanted {
  readonly name: string;
  readonly dir: string;
  readonly matches: Pattern;
  isFound: boolean;
}

export class Choice {
  readonly #session: Session;
  readonly #wanted: readonly Wanted[];

  constructor(session: Session) {
    this.#session = session;
    const { names, usesWildcards, isAnchored, ignoresCase, recurses } = session.options;
    this.#wanted = names.map(({ name, dir }) => {
      const rules = { anchored: isAnchored, wild: usesWildcards ?? false, ignoresCase };
      const within = pattern(name, rules);
      const matches = recurses
        ? within
        : (each: string) =>
            within(each) && bare(each).split('/').length === bare(name).split('/').length;
      return { name, dir, matches, isFound: false };
    });
  }

  /** Warns of names that look like patterns and are taken as they are. */
  async begin(): Promise<void> {
    const { usesWildcards } = this.#session.options;
    if (usesWildcards !== undefined || !this.#wanted.some(({ name }) => /[*?[]/.test(name))) return;
    await this.#session.warn('Pattern matching characters used in file names');
    await this.#session.warn(
      'Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning',
    );
  }

  /** The directory that a member goes to; undefined where it was not asked for. */
  dirOf(member: Member): string | undefined {
    const name = bare(member.name);
    const { excludes, dir, newer } = this.#session.options;
    // The first name that matches counts as found, also where the member is left out.
    const found = this.#wanted.find(({ matches }) => matches(name));
    if (found) found.isFound = true;
    if (excludes.some((matches) => matches(name))) return undefined;
    if (newer !== undefined && member.mtime < newer) return undefined;
    return this.#wanted.length === 0 ? dir : found?.dir;
  }

  /** Tells of names that no member had. */
  async end(): Promise<void> {
    for (const { name, isFound } of this.#wanted)
      if (!isFound) await this.#session.error(`${name}: Not found in archive`);
  }
}
