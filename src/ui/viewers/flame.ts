/** Calls by the paths that they were for, as a tree whose nodes hold what is below them: what a flame view draws. */
import type { TracedCall } from '../../kernel/trace.ts';

export const metrics = ['microseconds', 'bytes', 'calls'] as const;
export type Metric = (typeof metrics)[number];

export interface FlameNode {
  readonly name: string;
  /** Absolute; '' for what has none. */
  readonly path: string;
  readonly calls: number;
  readonly bytes: number;
  readonly microseconds: number;
  readonly refused: number;
  readonly children: readonly FlameNode[];
}

interface Growing {
  readonly name: string;
  readonly path: string;
  calls: number;
  bytes: number;
  microseconds: number;
  refused: number;
  readonly children: Map<string, Growing>;
}

const grow = (name: string, path: string): Growing => ({
  name,
  path,
  calls: 0,
  bytes: 0,
  microseconds: 0,
  refused: 0,
  children: new Map(),
});

export function flameOf(calls: readonly TracedCall[]): FlameNode {
  const root = grow('all calls', '');
  for (const call of calls) {
    let node = root;
    add(node, call);
    const isPath = call.path.startsWith('/');
    const names = isPath
      ? ['/', ...call.path.split('/').filter(Boolean)]
      : [call.path || 'no path'];
    let path = '';
    for (const name of names) {
      path = isPath ? (name === '/' ? '/' : `${path === '/' ? '' : path}/${name}`) : '';
      let child = node.children.get(name);
      if (!child) {
        child = grow(name, path);
        node.children.set(name, child);
      }
      node = child;
      add(node, call);
    }
  }
  return frozen(root);
}

function add(node: Growing, { bytes, microseconds, result }: TracedCall): void {
  node.calls++;
  node.bytes += bytes;
  node.microseconds += microseconds;
  if (result !== 'OK') node.refused++;
}

const frozen = ({ children, ...node }: Growing): FlameNode => ({
  ...node,
  children: [...children.values()]
    .map(frozen)
    .sort((a, b) => b.microseconds - a.microseconds || a.name.localeCompare(b.name)),
});

/** The node at a path, to look at it alone; the root for none. */
export function nodeAt(root: FlameNode, path: string): FlameNode {
  if (path === '') return root;
  const stack = [...root.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.path === path) return node;
    // One by one: a directory may have more names than a call takes arguments.
    for (const child of node.children) stack.push(child);
  }
  return root;
}
