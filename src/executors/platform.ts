/** What executors get from where they run: the network, the clock and chance. Node and browsers give others. */

export interface FetchRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Blob | ReadableStream<Uint8Array> | undefined;
  readonly redirect: 'follow' | 'error' | 'manual';
  readonly signal: AbortSignal;
}

/** Asked for each address that a name was resolved to, where that can be known: what it throws ends the connection. */
export interface AddressCheck {
  checkAddress(url: URL, address: string): void;
}

export interface Platform {
  /** Milliseconds since 1970. */
  now(): number;
  random(): number;
  after(ms: number, run: () => void): () => void;
  fetch(url: URL, request: FetchRequest, check: AddressCheck): Promise<Response>;
  /** Whether each hop of a redirect can be seen before it is made (Node), or the browser follows by itself. */
  readonly seesRedirects: boolean;
  /** Whether a body can go out while it is written: Chromium over HTTP/2, and Node. */
  readonly streamsUp: boolean;
  connect(url: URL, protocols: readonly string[], check: AddressCheck): WebSocket;
}

/** Resolves after a time, or at once when aborted. */
export function pause(platform: Platform, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = platform.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
