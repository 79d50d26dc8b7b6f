/** How the text in front stands in its file: its line endings and its encoding, each to be changed. */
import { useMemo } from 'react';
import { chooseEncoding, chooseEnding } from '../commands/textcommands.ts';
import { formatName } from '../editor/encodings.ts';
import { endingName } from '../editor/endings.ts';
import { paneOf, useApp } from '../store.ts';

/** Calls with the place of a button, for a menu above it. */
const at =
  (choose: (x: number, y: number) => void) =>
  ({ currentTarget }: React.MouseEvent<HTMLElement>): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    choose(left, top - 120);
  };

export function TextStatus() {
  const view = useApp((s) => paneOf(s).view);
  const draft = useApp((s) => s.drafts[paneOf(s).path]);
  const shown = draft ?? (view.kind === 'text' ? view : undefined);
  const text = shown?.text;
  const ending = useMemo(() => (text === undefined ? '' : endingName(text)), [text]);
  if (!shown || view.kind !== 'text') return null;
  const encoding = formatName(shown.format);
  return (
    <>
      <button
        type="button"
        className="button plain"
        aria-label={`Line endings: ${ending}`}
        title="The line endings of this file"
        disabled={view.readOnly}
        onClick={at(chooseEnding)}
      >
        {ending}
      </button>
      <button
        type="button"
        className="button plain"
        aria-label={`Encoding: ${encoding}`}
        title={`The encoding of this file: ${encoding}`}
        onClick={at(chooseEncoding)}
      >
        {shown.format.encoding.toUpperCase()}
        {shown.format.mark && <span className="long"> with mark</span>}
      </button>
    </>
  );
}
