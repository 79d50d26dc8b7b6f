/** SHA-256 of what comes in parts, which crypto.subtle cannot do. */
import { createSHA256 } from 'hash-wasm';

export interface Hasher {
  update(bytes: Uint8Array): void;
  /** In hexadecimal; the next file can begin after it. */
  digest(): string;
}

export async function sha256(): Promise<Hasher> {
  const hash = await createSHA256();
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => {
      const sum = hash.digest('hex');
      hash.init();
      return sum;
    },
  };
}
