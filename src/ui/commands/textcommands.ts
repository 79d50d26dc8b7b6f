/** Commands about how a text stands in its file: its line endings and its encoding. */
import { openDialog } from '../dialogs.ts';
import { edit, reopenIn, setFormat, shownText } from '../editing.ts';
import { encodings, saveFormats } from '../editor/encodings.ts';
import { type Ending, endingName, endingNames, withEnding } from '../editor/endings.ts';
import { nothing } from '../notices.ts';
import { pane, set } from '../store.ts';
import { isReadOnly } from '../viewing.ts';
import { command } from './command.ts';

const PATH = { type: 'path', about: 'An open file; without it the one in front' } as const;
const isText = (): boolean => pane().view.kind === 'text';
const isFile = (): boolean => isText() || pane().view.kind === 'bytes';
const isEditable = (): boolean => {
  const { view } = pane();
  return view.kind === 'text' && !view.readOnly;
};

const endings = Object.entries(endingNames) as [Ending, string][];

export const textCommands = [
  command({
    id: 'text.lineEnding',
    title: 'Change the line endings…',
    args: {
      ending: {
        type: 'string',
        about: 'The ending of every line',
        oneOf: Object.values(endingNames),
        isRequired: true,
      },
      path: PATH,
    },
    isAvailable: isEditable,
    run: ({ ending, path = pane().path }) => {
      const found = endings.find(([, name]) => name === ending);
      return found ? setEnding(path, found[0]) : chooseEnding(innerWidth / 2, innerHeight);
    },
  }),
  command({
    id: 'text.reopen',
    title: 'Reopen with another encoding…',
    args: {
      encoding: {
        type: 'string',
        about: 'The encoding that the file is read in',
        oneOf: Object.keys(encodings),
        isRequired: true,
      },
      path: PATH,
    },
    isAvailable: isFile,
    run: ({ encoding, path = pane().path }) =>
      encoding === undefined
        ? openDialog({ kind: 'encoding', path, how: 'reopen' })
        : reopenIn(path, encoding),
  }),
  command({
    id: 'text.saveIn',
    title: 'Save with another encoding…',
    args: {
      encoding: {
        type: 'string',
        about: 'The encoding that the text is saved in from now on',
        oneOf: Object.keys(saveFormats),
        isRequired: true,
      },
      path: PATH,
    },
    isAvailable: isEditable,
    run: ({ encoding, path = pane().path }) => {
      const format = saveFormats[encoding ?? ''];
      if (format) setFormat(path, format);
      else openDialog({ kind: 'encoding', path, how: 'save' });
    },
  }),
];

function setEnding(path: string, ending: Ending): unknown {
  const shown = shownText(path);
  if (!shown) return nothing('This file is not open as text.');
  if (isReadOnly(path)) return nothing('This file is read-only.');
  edit(path, withEnding(shown.text, ending));
  return undefined;
}

/** Lists the endings at a place of the page. */
export function chooseEnding(x: number, y: number): void {
  const { path } = pane();
  const now = endingName(shownText(path)?.text ?? '');
  const choices = endings.map(([ending, name]) => ({
    label: name,
    isChosen: name === now,
    choose: () => void setEnding(path, ending),
  }));
  set({ menu: { label: 'Line endings', x, y, choices, commands: [] } });
}

/** Lists what can be done about the encoding at a place of the page. */
export function chooseEncoding(x: number, y: number): void {
  set({ menu: { label: 'Encoding', x, y, commands: ['text.reopen', 'text.saveIn'] } });
}
