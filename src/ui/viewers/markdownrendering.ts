/** Hooks of a Markdown view: one renders a text in a worker, the other draws the rendering in parts. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { inParts } from '../inparts.ts';
import { explain } from '../text.ts';
import { type DrawnPart, drawParts } from './markdowndrawing.ts';
import { Pictures } from './markdownpictures.ts';
import { MarkdownWorker } from './markdownworker.ts';

/** Characters of the largest document that is rendered: the tokens of a larger one could fill the memory. */
const LARGEST = 4_000_000;

export interface Rendering {
  /** Undefined until a text was rendered. */
  readonly parts: readonly string[] | undefined;
  /** Why the latest text is not rendered. */
  readonly error: string | undefined;
  readonly isWorking: boolean;
  readonly cancel: () => void;
  /** Renders the text once more. */
  readonly retry: () => void;
}

type Outcome = Pick<Rendering, 'parts' | 'error' | 'isWorking'>;

/** Renders the text whenever it changes. The rendering of an earlier text ends then, and when the view is left. */
export function useRendering(text: string, path: string): Rendering {
  const [state, setState] = useState<Outcome>({
    parts: undefined,
    error: undefined,
    isWorking: true,
  });
  const [worker] = useState(() => new MarkdownWorker());
  const current = useRef<AbortController>(undefined);
  const render = useCallback(() => {
    const control = new AbortController();
    current.current = control;
    const settle = (made: Partial<Outcome>): void => {
      if (current.current === control)
        setState((state) => ({ ...state, ...made, isWorking: false }));
    };
    setState(({ parts }) => ({ parts, error: undefined, isWorking: true }));
    renderBounded(worker, text, path, control.signal).then(
      (parts) => settle({ parts }),
      (error: unknown) => settle({ error: explain(error) }),
    );
  }, [worker, text, path]);
  useEffect(() => {
    render();
    return () => {
      current.current?.abort();
      current.current = undefined;
    };
  }, [render]);
  useEffect(() => () => worker.end(), [worker]);
  const cancel = useCallback(
    () => current.current?.abort(new Error('The rendering was stopped.')),
    [],
  );
  return { ...state, cancel, retry: render };
}

async function renderBounded(
  worker: MarkdownWorker,
  text: string,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (text.length > LARGEST)
    throw new Error(
      `This document has ${text.length.toLocaleString('en')} characters. At most ${LARGEST.toLocaleString('en')} are rendered; look at it as text.`,
    );
  return worker.render({ text, path }, signal);
}

/** Draws the first `most` of the parts into the page. Returns the parts whose drawing is complete. */
export function useDrawing(
  page: RefObject<HTMLElement | null>,
  parts: readonly string[] | undefined,
  most: number,
): readonly string[] | undefined {
  const [complete, setComplete] = useState<readonly string[]>();
  const drawn = useRef<DrawnPart[]>([]);
  const pictures = useRef<Pictures>(undefined);
  useEffect(() => () => pictures.current?.end(), []);
  useEffect(() => {
    if (!page.current || !parts) return;
    pictures.current ??= new Pictures();
    const control = new AbortController();
    const first = parts.slice(0, most);
    const steps = drawParts(page.current, drawn.current, first, pictures.current);
    inParts(steps, control.signal, () => undefined).then(
      () => setComplete(first),
      (error: unknown) => {
        // The next drawing goes on with what is drawn.
        if (!control.signal.aborted) throw error;
      },
    );
    return () => control.abort();
  }, [page, parts, most]);
  return complete;
}
