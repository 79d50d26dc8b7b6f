/** What is chosen of many lines: by words, by level, and whether the last one stays in view. */
import { type ReactNode, useMemo, useState } from 'react';
import { isAtLeast, type Level, levels } from './levels.ts';
import { keepPosition, type PositionKey, positionAt } from './positions.ts';

interface Choice {
  readonly words: string;
  readonly level: Level | 'all';
  readonly follows: boolean;
}

export interface Chosen<T> extends Choice {
  readonly shown: readonly T[];
  /** How many there are in all. */
  readonly count: number;
  change(to: Partial<Choice>): void;
}

const all: Choice = { words: '', level: 'all', follows: true };

/** The lines that are chosen; `textOf` must be the same at each call. With a key the choice is kept for the next time. */
export function useChosen<T>(
  lines: readonly T[],
  textOf: (line: T) => string,
  key?: PositionKey,
): Chosen<T> {
  const [choice, setChoice] = useState<Choice>((key && positionAt<Choice>(key)) ?? all);
  const { words, level } = choice;
  const shown = useMemo(() => {
    const wanted = words.toLowerCase();
    if (wanted === '' && level === 'all') return lines;
    return lines.filter((line) => {
      const text = textOf(line);
      return (
        (level === 'all' || isAtLeast(text, level)) &&
        (wanted === '' || text.toLowerCase().includes(wanted))
      );
    });
  }, [lines, textOf, words, level]);
  return {
    ...choice,
    shown,
    count: lines.length,
    change: (to) => {
      const next = { ...choice, ...to };
      if (key) keepPosition(key, next);
      setChoice(next);
    },
  };
}

export function LineTools<T>({ chosen, children }: { chosen: Chosen<T>; children?: ReactNode }) {
  const { words, level, follows, shown, count, change } = chosen;
  return (
    <div className="notice line-tools">
      <input
        className="input"
        aria-label="Lines that have"
        placeholder="Filter"
        spellCheck={false}
        value={words}
        onChange={({ target }) => change({ words: target.value })}
      />
      <select
        className="input"
        aria-label="Level"
        value={level}
        onChange={({ target }) =>
          change({ level: levels.find((each) => each === target.value) ?? 'all' })
        }
      >
        <option value="all">all levels</option>
        {levels.map((each, index) => (
          <option key={each} value={each}>
            {index === 0 ? 'errors' : `${each} and graver`}
          </option>
        ))}
      </select>
      <p className="quiet" role="status">
        {shown.length.toLocaleString()} of {count.toLocaleString()} lines
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={follows}
          onChange={({ target }) => change({ follows: target.checked })}
        />{' '}
        Follow
      </label>
      {children}
    </div>
  );
}
