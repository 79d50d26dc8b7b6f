/** Where an open file stands in its namespace, and in whose name it works. */
import type { Awaitable } from './awaitable.ts';
import type { Caller, NamespaceStat } from './caller.ts';
import type { Member } from './mounts.ts';
import type { Place as OpenPlace } from './openfile.ts';
import { formatPath, type Path } from './path.ts';
import type { Place } from './place.ts';
import type { Stat, Times } from './service.ts';

/** What an open file may ask of the namespace that it was opened in. */
export interface FileWork {
  statAt(path: Path, caller: Caller): Awaitable<NamespaceStat>;
  complete(stat: Stat, member: Member, rest: Path): NamespaceStat;
  setTimesAt(path: Path, times: Times, caller: Caller): Promise<void>;
  didWrite(place: Place, bytes: number, caller: Caller): void;
}

/** Where an open file stands, and in whose name it works. */
export class FilePlace implements OpenPlace {
  readonly #work: FileWork;
  readonly #place: Place;
  readonly #caller: Caller;

  constructor(work: FileWork, place: Place, caller: Caller) {
    this.#work = work;
    this.#place = place;
    this.#caller = caller;
  }

  get ro(): boolean {
    return this.#place.member.ro;
  }

  get isCopy(): boolean {
    return this.#place.member.source.service.spec.kind === 'cow';
  }

  name(): string {
    return `${this.#place.member.source.dev}:${this.#place.rest.join('/')}`;
  }

  path(): string {
    return formatPath(this.#place.path);
  }

  leave(): void {
    this.#place.leave();
  }

  stat(signal: AbortSignal): Awaitable<NamespaceStat> {
    return this.#work.statAt(this.#place.path, { ...this.#caller, signal });
  }

  complete(stat: Stat): NamespaceStat {
    return this.#work.complete(stat, this.#place.member, this.#place.rest);
  }

  setTimes(times: Times, signal: AbortSignal): Promise<void> {
    return this.#work.setTimesAt(this.#place.path, times, { ...this.#caller, signal });
  }

  async sync(): Promise<void> {
    await this.#place.member.source.service.sync?.();
  }

  didRead(bytes: number): void {
    const { use } = this.#place.member.source;
    use.calls++;
    use.read += bytes;
  }

  didWrite(bytes: number): void {
    this.#work.didWrite(this.#place, bytes, this.#caller);
  }
}
