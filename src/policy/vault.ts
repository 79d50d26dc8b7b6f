/**
 * Secrets of the host, encrypted at rest by a passphrase: PBKDF2-HMAC-SHA-256 (RFC 8018) makes the key, AES-256-GCM
 * keeps each secret with its name as additional data. Nothing in a namespace reaches it.
 */
import { fromBase64, toBase64 } from '../kernel/base64.ts';
import { fail } from '../kernel/errors.ts';
import { Refused } from '../kernel/jsoncontrol.ts';
import { isHeaderText } from './policy.ts';

/** As OWASP advises for PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PASSPHRASE_MIN = 8;
const SECRET_MAX = 4_096;
/** A name that no secret can have: its text says that the passphrase is right. */
const PROOF = '#proof';

interface Sealed {
  readonly iv: string;
  readonly data: string;
}

/** As it is kept: base64. */
export interface KeptVault {
  readonly version: 1;
  readonly salt: string;
  readonly rounds: number;
  readonly sealed: Readonly<Record<string, Sealed>>;
}

export class Vault {
  #kept: KeptVault | undefined;
  readonly #keep: (kept: KeptVault) => Promise<void>;
  #key: CryptoKey | undefined;
  /** While it is open. */
  readonly #plain = new Map<string, string>();

  constructor(kept: KeptVault | undefined, keep: (kept: KeptVault) => Promise<void>) {
    this.#kept = kept;
    this.#keep = keep;
  }

  get state(): 'empty' | 'locked' | 'open' {
    if (this.#key) return 'open';
    return this.#kept ? 'locked' : 'empty';
  }

  get names(): readonly string[] {
    return Object.keys(this.#kept?.sealed ?? {}).filter((name) => name !== PROOF);
  }

  /** The first passphrase is the one. EACCES for another. */
  async unlock(passphrase: string): Promise<void> {
    checkPassphrase(passphrase);
    const kept = this.#kept;
    const salt = kept ? fromBase64(kept.salt) : crypto.getRandomValues(new Uint8Array(16));
    const key = await keyFrom(passphrase, salt, kept?.rounds ?? ROUNDS);
    if (!kept) {
      const proof = await seal(key, PROOF, 'oanix');
      await this.#store({
        version: 1,
        salt: toBase64(salt),
        rounds: ROUNDS,
        sealed: { [PROOF]: proof },
      });
    } else {
      for (const [name, sealed] of Object.entries(kept.sealed)) {
        const text = await open(key, name, sealed).catch(() =>
          fail('EACCES', 'this is not the passphrase'),
        );
        if (name !== PROOF) this.#plain.set(name, text);
      }
    }
    this.#key = key;
  }

  lock(): void {
    this.#key = undefined;
    this.#plain.clear();
  }

  async set(name: string, text: string): Promise<void> {
    checkName(name);
    const value = textFrom(text, 'a secret').trim();
    if (value.length < 4 || value.length > SECRET_MAX || !isHeaderText(value))
      fail('EINVAL', `a secret is one line of 4 to ${SECRET_MAX} characters of Latin-1`);
    const key = this.#key ?? fail('EACCES', 'the vault is locked');
    const kept = this.#kept as KeptVault;
    const sealed = { ...kept.sealed, [name]: await seal(key, name, value) };
    await this.#store({ ...kept, sealed });
    this.#plain.set(name, value);
  }

  async remove(name: string): Promise<void> {
    const kept = this.#kept ?? fail('ENOENT', `there is no secret ${name}`);
    const { [name]: gone, ...sealed } = kept.sealed;
    if (!gone || name === PROOF) fail('ENOENT', `there is no secret ${name}`);
    await this.#store({ ...kept, sealed });
    this.#plain.delete(name);
  }

  /** Refused by the rule `secret` while it cannot be had. */
  get(name: string): string {
    const value = this.#plain.get(name);
    if (value !== undefined) return value;
    throw new Refused(
      'secret',
      this.state === 'open' ? `there is no secret ${name}` : 'the vault is locked: unlock it',
    );
  }

  async #store(kept: KeptVault): Promise<void> {
    await this.#keep(kept);
    this.#kept = kept;
  }
}

/** EINVAL for what is no text; callers of the page's API are not checked by a compiler. */
export function textFrom(value: unknown, what: string): string {
  return typeof value === 'string' ? value : fail('EINVAL', `${what} is a text`);
}

/** Checks the name of a secret or a key; EINVAL. */
export function checkName(name: string): void {
  if (!NAME.test(textFrom(name, 'a name')))
    fail('EINVAL', 'a name is up to 64 letters, digits, dots, dashes, underscores');
}

/** EINVAL for one that is too short to protect anything. */
export function checkPassphrase(passphrase: string): void {
  if (textFrom(passphrase, 'a passphrase').length < PASSPHRASE_MIN)
    fail('EINVAL', `a passphrase has at least ${PASSPHRASE_MIN} characters`);
}

type Bytes = Uint8Array<ArrayBuffer>;

async function keyFrom(passphrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const text = new TextEncoder().encode(passphrase.normalize('NFKC'));
  const raw = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    raw,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

async function seal(key: CryptoKey, name: string, text: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(name);
  const data = new TextEncoder().encode(text);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, data);
  return { iv: toBase64(iv), data: toBase64(new Uint8Array(sealed)) };
}

async function open(key: CryptoKey, name: string, { iv, data }: Sealed): Promise<string> {
  const additionalData = new TextEncoder().encode(name);
  const algorithm = { name: 'AES-GCM', iv: fromBase64(iv), additionalData };
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, fromBase64(data)));
}
