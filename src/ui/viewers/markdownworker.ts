/**
 * The page's side of the worker that renders Markdown. A hostile document may take minutes, and only the end of its
 * worker stops the rendering.
 */

/** A document to render. */
export interface Source {
  readonly text: string;
  readonly path: string;
}

export class MarkdownWorker {
  #worker: Worker | undefined;

  /**
   * Resolves to the HTML of the document in parts. An abort ends the worker, and so does an error; the next document
   * starts another worker.
   */
  async render(source: Source, signal: AbortSignal): Promise<readonly string[]> {
    const worker = this.#started();
    const settled = new AbortController();
    const until = { signal: settled.signal };
    worker.postMessage(source);
    try {
      return await new Promise<readonly string[]>((resolve, reject) => {
        // At once: the next document may be given before this promise is heard.
        const stop = (reason: unknown): void => {
          this.end();
          reject(reason);
        };
        worker.addEventListener('message', ({ data }) => resolve(data as string[]), until);
        worker.addEventListener('error', (event) => stop(failure(event)), until);
        signal.addEventListener('abort', () => stop(signal.reason), until);
      });
    } finally {
      settled.abort();
    }
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #started(): Worker {
    this.#worker ??= new Worker(new URL('./markdown.worker.ts', import.meta.url), {
      type: 'module',
      name: 'markdown',
    });
    return this.#worker;
  }
}

/** An error of the code has a message; a worker that could not be loaded has none. */
function failure(event: ErrorEvent): Error {
  // The view says it, so the browser need not.
  event.preventDefault();
  return new Error(
    event.message
      ? `This document could not be rendered: ${event.message.replace(/^(Uncaught )?Error: /, '')}`
      : 'The worker that renders Markdown could not be loaded.',
  );
}
