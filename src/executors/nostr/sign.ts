/** An event with its id and signature (NIP-01), by a secret key of 32 bytes. */
import { finalizeEvent } from 'nostr-tools/pure';
import type { NostrEvent, UnsignedEvent } from '../../fs/nostr/event.ts';

export const signedBy = (template: UnsignedEvent, secret: Uint8Array): NostrEvent =>
  finalizeEvent({ ...template, tags: template.tags.map((tag) => [...tag]) }, secret);
