/** Where the calls of a process went: each path as wide as its part, what lies in it below. Pressing one looks into it. */
import { useMemo, useState } from 'react';
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
/** Narrower than this part of the whole is not drawn. */
const PART_MIN = 0.004;

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
      {root.calls === 0 ? (
        <p className="quiet">No calls yet.</p>
      ) : (
        <div className="flame-rows">
          <Bar node={shown} metric={metric} whole={shown[metric] || 1} depth={0} look={setPath} />
        </div>
      )}
    </section>
  );
}

function Bar({
  node,
  metric,
  whole,
  depth,
  look,
}: {
  node: FlameNode;
  metric: Metric;
  whole: number;
  depth: number;
  look: (path: string) => void;
}) {
  const share = depth === 0 ? 1 : node[metric] / whole;
  if (share < PART_MIN || depth > DEPTH_MAX) return null;
  return (
    <div className="flame-node" style={{ width: depth === 0 ? '100%' : `${share * 100}%` }}>
      <button
        type="button"
        className={node.refused > 0 ? 'flame-bar refused' : `flame-bar d${depth % 4}`}
        aria-label={`${showName(node.path || node.name)}: ${about(node)}`}
        title={`${showName(node.path || node.name)}\n${about(node)}`}
        onClick={() => look(node.path)}
      >
        {showName(node.name)}
      </button>
      <div className="flame-children">
        {node.children.map((child) => (
          <Bar
            key={child.name}
            node={child}
            metric={metric}
            whole={node[metric] || 1}
            depth={depth + 1}
            look={look}
          />
        ))}
      </div>
    </div>
  );
}
