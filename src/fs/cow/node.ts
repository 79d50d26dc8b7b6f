/** What a CowFs knows of an object that differs from its base, or lies on the way to one that does. */
import { Content } from '../../kernel/content.ts';
import { type Path, samePath } from '../../kernel/path.ts';
import type { Kind, Stat } from '../../kernel/service.ts';

/** What an object has beside its content. */
export interface ObjectTimes {
  mtime: bigint;
  atime: bigint;
  ctime: bigint;
  /** Permission bits; absent where nobody set them. */
  mode?: number;
}

export class Node {
  readonly kind: Kind;
  /** Kept when it is copied up; undefined where the base has none. */
  readonly ino: bigint | undefined;
  /** Where the base has it: what is not known here is asked there. Undefined for what is new. */
  origin: Path | undefined;
  /** Its other places in the base: hard links. */
  readonly aliases: Path[] = [];
  /** Places in the base where it no longer shows. */
  hidden: Path[] = [];
  /** Of a directory: names that are other than in the base; null is a whiteout. */
  readonly names = new Map<string, Node | null>();
  /** Of a file, once it was copied up or is new. */
  content: Content | undefined;
  readonly target: string | undefined;
  /** Once they are other than in the base. */
  times: ObjectTimes | undefined;
  nlink: number;
  /** Handles that are open: what they hold counts also without a name. */
  handles = 0;
  version = 0;
  /** Content, times or target differ from the base; of directories their own times do not count. */
  modified: boolean;

  constructor(
    kind: Kind,
    ino: bigint | undefined,
    { origin, target, nlink = 0, content, times }: Partial<Node> = {},
  ) {
    this.kind = kind;
    this.ino = ino;
    this.origin = origin;
    this.target = target;
    this.nlink = nlink;
    this.times = times;
    this.content = content ?? (kind === 'file' && !origin ? new Content() : undefined);
    this.modified = origin === undefined;
  }

  /** What its own record says, over what the base does. */
  stat(base: Stat | undefined): Stat {
    const times = this.times ?? base;
    const size =
      this.content?.size ??
      (this.target === undefined
        ? (base?.size ?? 0)
        : new TextEncoder().encode(this.target).length);
    return {
      kind: this.kind,
      size: this.kind === 'dir' ? 0 : size,
      mtime: times?.mtime ?? 0n,
      ...(times?.atime === undefined ? {} : { atime: times.atime }),
      ...(times?.ctime === undefined ? {} : { ctime: times.ctime }),
      ...(times?.mode === undefined ? {} : { mode: times.mode }),
      ...(this.ino === undefined ? {} : { ino: this.ino }),
      nlink: this.nlink,
      // Of what is still the base's its version counts too.
      version: `${this.content ? 'own' : (base?.version ?? '')}+${this.version}`,
    };
  }

  /** The base has it as it is here. */
  isBase(): void {
    this.content = undefined;
    this.times = undefined;
    this.modified = false;
    this.version++;
  }

  /** The same apart, contents shared until one of the two changes. `copied` keeps hard links one object. */
  copy(copied = new Map<Node, Node>()): Node {
    const known = copied.get(this);
    if (known) return known;
    const { content, times } = this;
    const copy = new Node(this.kind, this.ino, {
      origin: this.origin,
      target: this.target,
      nlink: this.nlink,
      ...(content ? { content: content.copy() } : {}),
      ...(times ? { times: { ...times } } : {}),
    });
    copied.set(this, copy);
    copy.version = this.version + 1;
    copy.modified = this.modified;
    copy.aliases.push(...this.aliases);
    copy.hidden = [...this.hidden];
    for (const [name, child] of this.names) copy.names.set(name, child ? child.copy(copied) : null);
    return copy;
  }
}

/** It lies where the base has it. */
export function isNatural(dir: Node, name: string, child: Node): boolean {
  if (!child.origin || !dir.origin) return false;
  const here = [...dir.origin, name];
  return [child.origin, ...child.aliases].some((place) => samePath(place, here));
}

/** Files that have a name where the base has them, with that. */
export function naturalIn(root: Node): Map<Node, Path> {
  const natural = new Map<Node, Path>();
  const walk = (dir: Node, path: Path): void => {
    for (const [name, child] of dir.names) {
      if (!child) continue;
      const here = [...path, name];
      if (child.kind !== 'dir' && isNatural(dir, name, child) && !natural.has(child))
        natural.set(child, here);
      walk(child, here);
    }
  };
  walk(root, []);
  return natural;
}
