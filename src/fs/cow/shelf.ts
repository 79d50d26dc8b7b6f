/**
 * An overlay as text, to be kept where it does not stay in memory; the contents of its files go beside it, by
 * name.
 */
import type { Content } from '../../kernel/content.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type { Kind } from '../../kernel/service.ts';
import type { Saved } from './cowfs.ts';
import { Node } from './node.ts';

/** A node as it is kept: other nodes by their place in the list, whole numbers beyond 2^53 as text. */
interface Line {
  readonly kind: Kind;
  readonly ino?: string;
  readonly origin?: Path;
  readonly aliases: readonly Path[];
  readonly hidden: readonly Path[];
  readonly names: readonly (readonly [string, number | null])[];
  /** The name of its content. */
  readonly content?: string;
  readonly target?: string;
  readonly times?: readonly [mtime: string, atime: string, ctime: string];
  readonly mode?: number;
  readonly nlink: number;
  readonly modified: boolean;
}

interface Shelved {
  /** The first is the root. */
  readonly nodes: readonly Line[];
  readonly linked: readonly number[];
}

/** Files of the overlay that have a content of their own. */
export function filesOf({ root, linked }: Saved): Node[] {
  return allNodes(root, linked).filter(({ content }) => content !== undefined);
}

/** `nameOf` says under which name a file's content is kept. */
export function toShelf({ root, linked }: Saved, nameOf: (node: Node) => string): string {
  const nodes = allNodes(root, linked);
  const number = new Map(nodes.map((node, i) => [node, i]));
  const of = (node: Node): number => number.get(node) as number;
  const shelved: Shelved = {
    nodes: nodes.map((node) => lineOf(node, of, nameOf)),
    linked: linked.map(of),
  };
  return JSON.stringify(shelved);
}

/** EINVAL for a text that `toShelf` did not write. */
export function fromShelf(text: string, contentOf: (name: string) => Content): Saved {
  const { nodes, linked } = parsed(text);
  const made = nodes.map((line) => nodeOf(line, contentOf));
  const at = (place: number): Node => made[place] ?? fail('EINVAL', 'a node that is not there');
  for (const [i, { names }] of nodes.entries())
    for (const [name, place] of names) at(i).names.set(name, place === null ? null : at(place));
  return { root: at(0), linked: linked.map(at) };
}

function parsed(text: string): Shelved {
  try {
    return JSON.parse(text) as Shelved;
  } catch {
    return fail('EINVAL', 'this is no overlay');
  }
}

function allNodes(root: Node, linked: readonly Node[]): Node[] {
  const found = new Set<Node>();
  const walk = (node: Node): void => {
    if (found.has(node)) return;
    found.add(node);
    for (const child of node.names.values()) if (child) walk(child);
  };
  for (const node of [root, ...linked]) walk(node);
  return [...found];
}

function lineOf(node: Node, of: (node: Node) => number, nameOf: (node: Node) => string): Line {
  const { kind, ino, origin, aliases, hidden, target, times, nlink, modified } = node;
  return {
    kind,
    aliases,
    hidden,
    names: [...node.names].map(([name, child]) => [name, child && of(child)]),
    nlink,
    modified,
    ...(ino === undefined ? {} : { ino: String(ino) }),
    ...(origin ? { origin } : {}),
    ...(node.content ? { content: nameOf(node) } : {}),
    ...(target === undefined ? {} : { target }),
    ...(times ? { times: [`${times.mtime}`, `${times.atime}`, `${times.ctime}`] } : {}),
    ...(times?.mode === undefined ? {} : { mode: times.mode }),
  };
}

function nodeOf(line: Line, contentOf: (name: string) => Content): Node {
  const { kind, ino, origin, target, nlink, content, times, mode } = line;
  const own = mode === undefined ? {} : { mode };
  const [mtime, atime, ctime] = (times ?? []).map(BigInt) as [bigint, bigint, bigint];
  const node = new Node(kind, ino === undefined ? undefined : BigInt(ino), {
    origin,
    target,
    nlink,
    ...(content === undefined ? {} : { content: contentOf(content) }),
    ...(times ? { times: { mtime, atime, ctime, ...own } } : {}),
  });
  node.aliases.push(...line.aliases);
  node.hidden = [...line.hidden];
  node.modified = line.modified;
  return node;
}
