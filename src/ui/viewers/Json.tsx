/** JSON as a tree. */
import { useMemo } from 'react';
import { JsonView } from 'react-json-view-lite';
import { useText } from './bytes.ts';
import type { Shown } from './table.ts';

/** A node of more is opened by hand. */
const OPEN_MAX = 100;

const look = {
  container: 'json-tree',
  basicChildStyle: 'json-child',
  childFieldsContainer: 'json-fields',
  label: 'json-label',
  clickableLabel: 'json-label json-click',
  nullValue: 'json-null',
  undefinedValue: 'json-null',
  stringValue: 'json-string',
  booleanValue: 'json-word',
  numberValue: 'json-number',
  otherValue: 'json-null',
  punctuation: 'json-mark',
  collapseIcon: 'json-toggle json-open',
  expandIcon: 'json-toggle json-closed',
  collapsedContent: 'json-more',
  noQuotesForStringValues: false,
  quotesForFieldNames: false,
  ariaLables: { collapseJson: 'Close', expandJson: 'Open' },
  stringifyStringValues: true,
} as const;

export function Show({ path, view }: Shown) {
  const text = useText(path, view);
  const parsed = useMemo(() => parse(text), [text]);
  if ('error' in parsed)
    return (
      <div className="empty" role="alert">
        <p>This is no valid JSON: {parsed.error}</p>
        <p>Look at it as text to mend it.</p>
      </div>
    );
  const { value } = parsed;
  if (typeof value !== 'object' || value === null)
    return <div className="json-scroll">{JSON.stringify(value)}</div>;
  return (
    <section className="json-scroll" aria-label="Tree of values" tabIndex={0}>
      <JsonView
        data={value}
        style={look}
        clickToExpandNode
        shouldExpandNode={(level, node) =>
          level < 3 && (level === 0 || Object.keys(node ?? {}).length <= OPEN_MAX)
        }
      />
    </section>
  );
}

function parse(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
