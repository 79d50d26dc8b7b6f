/// <reference lib="webworker" />
/** Renders Markdown beside the page: one document at a time, whose parts are the answer. */
import { markdownParts } from './markdownhtml.ts';
import type { Source } from './markdownworker.ts';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data: { text, path } }: MessageEvent<Source>) =>
  self.postMessage(markdownParts(text, path)),
);
