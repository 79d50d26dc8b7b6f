/** The head of a table: what each of its columns has. */
export interface Column {
  readonly words: string;
  /** Left out where there is little room. */
  readonly isLong?: boolean;
  /** Said to who listens, and not shown. */
  readonly isHidden?: boolean;
  readonly className?: string;
  readonly title?: string;
}

/** The column of buttons. */
export const ACTIONS: Column = { words: 'Actions', isHidden: true };

export function Head({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map(({ words, isLong, isHidden, className, title }, index) => (
          <th
            key={`${String(index)} ${words}`}
            scope="col"
            className={isLong ? 'long' : className}
            title={title}
          >
            {isHidden ? <span className="sr-only">{words}</span> : words}
          </th>
        ))}
      </tr>
    </thead>
  );
}
