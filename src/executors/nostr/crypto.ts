/** What costs time: signatures of many events, and keys under a passphrase (NIP-49). Run in a worker of its own. */

import { decrypt, encrypt } from 'nostr-tools/nip49';
import { verifyEvent } from 'nostr-tools/pure';
import { bytesToHex, hexToBytes } from 'nostr-tools/utils';
import type { NostrEvent } from '../../fs/nostr/event.ts';

export interface NostrCrypto {
  /** Whether each is what its id and signature say, by its text (NIP-01). */
  verify(events: readonly string[]): Promise<readonly boolean[]>;
  /** A secret key of 64 hexadecimal digits, as ncryptsec. */
  seal(secret: string, passphrase: string): Promise<string>;
  /** Rejects for another passphrase. */
  open(ncryptsec: string, passphrase: string): Promise<string>;
}

/** 2^16 rounds of scrypt: some 300 ms. */
const LOG_N = 16;

function isGenuine(text: string): boolean {
  try {
    // From its text: an object that was verified once keeps that mark when it is copied and changed.
    return verifyEvent(JSON.parse(text) as NostrEvent as never);
  } catch {
    return false;
  }
}

export const nostrCrypto: NostrCrypto = {
  verify: async (events) => events.map(isGenuine),
  seal: async (secret, passphrase) => encrypt(hexToBytes(secret), passphrase, LOG_N, 0x01),
  open: async (ncryptsec, passphrase) => bytesToHex(decrypt(ncryptsec, passphrase)),
};
