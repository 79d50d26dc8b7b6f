/** Where the calls of a process went: each path as wide as its part, what lies in it below. Pressing one looks into it. */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { TracedCall } from '../../kernel/trace.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { showName, showSize } from '../text.ts';
import { type FlameNode, flameOf, type Metric, metrics, nodeAt } from './flame.ts';

const words: Readonly<Record<Metric, string>> = {
  microseconds: 'Time',
  bytes: 'Bytes',
  calls: 'Calls',
};
const DEPTH_MAX = 12;
/** In px: what is narrower is not drawn, or cannot be pressed (WCAG 2.2, target size). */
const WIDTH_MIN = 2;
const TARGET_MIN = 25;

const about = ({ calls, bytes, microseconds, refused }: FlameNode): string =>
  [
    `${calls} ${calls === 1 ? 'call' : 'calls'}`,
    microseconds < 1000 ? `${microseconds} µs` : `${(microseconds / 1000).toFixed(1)} ms`,
    showSize(bytes),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ].join(', ');

export function Flame({ calls }: { calls: readonly TracedCall[] }) {
  const [metric, setMetric] = useState<Metric>('microseconds');
  const [path, setPath] = useState('');
  const root = useMemo(() => flameOf(calls), [calls]);
  const shown = nodeAt(root, path);
  const rows = useRef<HTMLDivElement>(null);
  const width = useWidth(rows);
  return (
    <section className="flame" aria-label="Flame of calls by path" tabIndex={0}>
      <div className="flame-tools">
        <label>
          As wide as its{' '}
          <select
            className="input"
            value={metric}
            onChange={({ target }) => setMetric(target.value as Metric)}
          >
            {metrics.map((each) => (
              <option key={each} value={each}>
                {words[each].toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <span className="mono">{shown.path ? showName(shown.path) : 'all calls'}</span>
        <span className="quiet">{about(shown)}</span>
        {shown.path !== '' && (
          <>
            <Button label="All calls" onClick={() => setPath('')} />
            <Button label="Open" onClick={() => void open(shown.path)} />
          </>
        )}
      </div>
      {root.calls === 0 && <p className="quiet">No calls yet.</p>}
      <div ref={rows}>
        {root.calls > 0 && (
          <Bar node={shown} metric={metric} width={width} depth={0} look={setPath} />
        )}
      </div>
    </section>
  );
}

/** Of an element, in px, as it is now. */
function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = of.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return width;
}

function Bar({
  node,
  metric,
  width,
  depth,
  look,
}: {
  node: FlameNode;
  metric: Metric;
  /** In px. */
  width: number;
  depth: number;
  look: (path: string) => void;
}) {
  if (width < WIDTH_MIN || depth > DEPTH_MAX) return null;
  const name = showName(node.path || node.name);
  const className = node.refused > 0 ? 'flame-bar refused' : `flame-bar d${depth % 4}`;
  return (
    <div className="flame-node" style={{ width }}>
      {width >= TARGET_MIN ? (
        <button
          type="button"
          className={className}
          aria-label={`${name}: ${about(node)}`}
          title={`${name}\n${about(node)}`}
          onClick={() => look(node.path)}
        >
          {showName(node.name)}
        </button>
      ) : (
        // Too narrow to be hit: reached by looking into what it lies in.
        <span className={className} title={`${name}\n${about(node)}`} />
      )}
      <div className="flame-children">
        {node.children.map((child) => (
          <Bar
            key={child.name}
            node={child}
            metric={metric}
            width={(width * child[metric]) / (node[metric] || 1)}
            depth={depth + 1}
            look={look}
          />
        ))}
      </div>
    </div>
  );
}
