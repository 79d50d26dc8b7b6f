/**
 * ReviewFs: a directory for each program whose changes wait to be kept or discarded, with the files of their
 * control and, below `new`, everything as the program left it.
 */
import { textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import { isWithin, type Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { CowControl } from './control.ts';
import { type Layer, layerOf, type Review } from './review.ts';

/** A program under review. */
export interface Reviewed {
  readonly pid: number;
  readonly review: Review;
  /** What `status` tells. */
  status(): Promise<object>;
}

/** The reviews there are, by process number. */
export type Reviews = ReadonlyMap<number, Reviewed>;

const directory: Stat = { kind: 'dir', size: 0, mtime: 0n, nlink: 1, version: '' };
const file: Stat = { ...directory, kind: 'file' };

/** Where a path below a review leads. */
type Place =
  | { readonly kind: 'root' }
  | { readonly kind: 'review'; readonly reviewed: Reviewed }
  | { readonly kind: 'status'; readonly reviewed: Reviewed }
  | { readonly kind: 'control'; readonly reviewed: Reviewed; readonly rest: Path }
  /** On the way to an overlay, or in one. */
  | { readonly kind: 'way'; readonly reviewed: Reviewed; readonly rest: Path }
  | { readonly kind: 'tree'; readonly layer: Layer; readonly rest: Path };

export class ReviewFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #reviews: Reviews;

  constructor(reviews: Reviews, spec: ServiceSpec = { kind: 'review' }) {
    this.spec = spec;
    this.#reviews = reviews;
  }

  async stat(path: Path, signal: AbortSignal): Promise<Stat> {
    const place = this.#at(path);
    if (place.kind === 'tree') return place.layer.cow.stat(place.rest, signal);
    if (place.kind === 'control') return new CowControl(place.reviewed.review).stat(place.rest);
    return place.kind === 'status' ? file : directory;
  }

  async readdir(path: Path, signal: AbortSignal): Promise<Entry[]> {
    const place = this.#at(path);
    if (place.kind === 'tree') return place.layer.cow.readdir(place.rest, signal);
    if (place.kind === 'root')
      return [...this.#reviews.keys()].map((pid) => ({ name: String(pid), kind: 'dir' }));
    if (place.kind === 'way') return namesOnTheWay(place.reviewed.review, place.rest);
    if (place.kind !== 'review') fail('ENOTDIR');
    const control = await new CowControl(place.reviewed.review).readdir([]);
    return [{ name: 'status', kind: 'file' }, ...control, { name: 'new', kind: 'dir' }];
  }

  async open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    const place = this.#at(path);
    if (place.kind === 'control')
      return new CowControl(place.reviewed.review).open(place.rest, mode, signal);
    if (place.kind === 'status') {
      if (mode.write || mode.append) fail('EACCES', 'this file is only read');
      return textHandle(async () => `${JSON.stringify(await place.reviewed.status(), null, 2)}\n`);
    }
    if (place.kind !== 'tree') return fail('EISDIR');
    if (mode.write || mode.append || mode.truncate)
      fail('EROFS', 'what a program left is only read here');
    return place.layer.cow.open(place.rest, mode, signal);
  }

  async readlink(path: Path, signal: AbortSignal): Promise<string> {
    const place = this.#at(path);
    return place.kind === 'tree'
      ? place.layer.cow.readlink(place.rest, signal)
      : fail('EINVAL', 'not a symbolic link');
  }

  #at([number, name, ...rest]: Path): Place {
    if (number === undefined) return { kind: 'root' };
    const reviewed =
      (/^[1-9]\d*$/.test(number) ? this.#reviews.get(Number(number)) : undefined) ?? fail('ENOENT');
    if (name === undefined) return { kind: 'review', reviewed };
    if (name === 'status') return rest.length > 0 ? fail('ENOTDIR') : { kind: 'status', reviewed };
    if (name !== 'new') return { kind: 'control', reviewed, rest: [name, ...rest] };
    const layer = layerOf(reviewed.review.layers, rest);
    if (layer) return { kind: 'tree', layer, rest: rest.slice(layer.at.length) };
    const leads = reviewed.review.layers.some(({ at }) => isWithin(at, rest));
    return leads || rest.length === 0 ? { kind: 'way', reviewed, rest } : fail('ENOENT');
  }
}

function namesOnTheWay({ layers }: Review, rest: Path): Entry[] {
  const names = layers
    .filter(({ at }) => isWithin(at, rest))
    .map(({ at }) => at[rest.length] as string);
  return [...new Set(names)].map((name) => ({ name, kind: 'dir' }));
}
