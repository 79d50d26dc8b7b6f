/** What executors get from where they run: the network, the clock and chance. Node and browsers give others. */
import type { Clock } from '../kernel/pause.ts';

export interface FetchRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Blob | ReadableStream<Uint8Array> | undefined;
  readonly signal: AbortSignal;
}

/** What is read of a response. */
export type Answer = Pick<Response, 'status' | 'statusText' | 'type' | 'headers' | 'body'>;

/** Asked for each address that a name was resolved to, where that can be known: what it throws ends the connection. */
export interface AddressCheck {
  checkAddress(url: URL, address: string): void;
}

export interface Platform extends Clock {
  /** Milliseconds since 1970. */
  now(): number;
  random(): number;
  /** Follows no redirect: it is the answer. */
  fetch(url: URL, request: FetchRequest, check: AddressCheck): Promise<Answer>;
  /** Whether a redirect says where it leads, and a failure says why: under Node, not in a browser. */
  readonly seesRedirects: boolean;
  /** Whether a body can go out while it is written: Chromium over HTTP/2, and Node. */
  readonly streamsUp: boolean;
  connect(url: URL, protocols: readonly string[], check: AddressCheck): WebSocket;
}
