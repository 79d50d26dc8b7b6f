/** The page's side of the Markdown worker, over a worker that is answered by hand. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MarkdownWorker } from './markdownworker.ts';

class ByHand extends EventTarget {
  static readonly all: ByHand[] = [];
  readonly given: { text: string }[] = [];
  isEnded = false;

  constructor() {
    super();
    ByHand.all.push(this);
  }

  postMessage(source: { text: string }): void {
    if (!this.isEnded) this.given.push(source);
  }

  terminate(): void {
    this.isEnded = true;
  }

  answer(): void {
    const source = this.given.shift();
    if (!this.isEnded && source)
      this.dispatchEvent(new MessageEvent('message', { data: [source.text] }));
  }
}

const lastWorker = (): ByHand => ByHand.all.at(-1) as ByHand;

beforeEach(() => {
  ByHand.all.length = 0;
  vi.stubGlobal('Worker', ByHand);
});
afterEach(() => vi.unstubAllGlobals());

test('a text that changes while it is rendered is rendered, however often it changes', async () => {
  const worker = new MarkdownWorker();
  let control = new AbortController();
  const stopped: Promise<unknown>[] = [];
  for (const text of ['a', 'b', 'c']) {
    stopped.push(worker.render({ text, path: '/a.md' }, control.signal).catch(() => 'stopped'));
    // As a view does: the rendering before is stopped and the next one begins without a pause.
    control.abort();
    control = new AbortController();
  }
  const last = worker.render({ text: 'd', path: '/a.md' }, control.signal);
  expect(await Promise.all(stopped)).toEqual(['stopped', 'stopped', 'stopped']);
  lastWorker().answer();
  expect(await last).toEqual(['d']);
  expect(ByHand.all.filter(({ isEnded }) => !isEnded)).toHaveLength(1);
});

test('a worker that has answered renders the next text, and ends with the view', async () => {
  const worker = new MarkdownWorker();
  for (const text of ['a', 'b']) {
    const rendered = worker.render({ text, path: '/a.md' }, new AbortController().signal);
    lastWorker().answer();
    expect(await rendered).toEqual([text]);
  }
  expect(ByHand.all).toHaveLength(1);
  worker.end();
  expect(lastWorker().isEnded).toBe(true);
});
