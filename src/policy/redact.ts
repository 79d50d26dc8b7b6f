/** Takes secrets out of what a namespace may see: in headers, in text, and in bytes that come in pieces. */
import { concat } from '../kernel/bytes.ts';

export const REDACTED = '[redacted]';

/** Headers whose value nobody in a namespace reads again (RFC 9110, RFC 6265). */
const secretHeaders =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|x-auth-token)$/i;

export const isSecretHeader = (name: string): boolean => secretHeaders.test(name);

/** Headers as they may be shown; `more` are those that the host adds. */
export function redactHeaders(
  headers: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Record<string, string> {
  const added = new Set(more.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecretHeader(name) || added.has(name.toLowerCase()) ? REDACTED : value,
    ]),
  );
}

export function redactText(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (rest, secret) => (secret ? rest.replaceAll(secret, REDACTED) : rest),
    text,
  );
}

/** A secret that is split over two pieces is found too: what may be its beginning is held back. */
export class Redactor {
  readonly #secrets: readonly Uint8Array[];
  readonly #longest: number;
  #held: Uint8Array = new Uint8Array(0);

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter(Boolean).map((secret) => new TextEncoder().encode(secret));
    this.#longest = Math.max(0, ...this.#secrets.map(({ length }) => length));
  }

  push(data: Uint8Array): Uint8Array {
    if (this.#longest === 0) return data;
    const all = this.#replace(concat([this.#held, data]));
    const keep = this.#tail(all);
    this.#held = all.slice(all.length - keep);
    return all.subarray(0, all.length - keep);
  }

  end(): Uint8Array {
    const rest = this.#held;
    this.#held = new Uint8Array(0);
    return rest;
  }

  #replace(data: Uint8Array): Uint8Array {
    return this.#secrets.reduce((rest, secret) => {
      const parts: Uint8Array[] = [];
      let from = 0;
      for (let at = find(rest, secret, 0); at >= 0; at = find(rest, secret, from)) {
        parts.push(rest.subarray(from, at), new TextEncoder().encode(REDACTED));
        from = at + secret.length;
      }
      return from === 0 ? rest : concat([...parts, rest.subarray(from)]);
    }, data);
  }

  /** How many of the last bytes may be the beginning of a secret. */
  #tail(data: Uint8Array): number {
    for (let length = Math.min(this.#longest - 1, data.length); length > 0; length--) {
      const tail = data.subarray(data.length - length);
      if (this.#secrets.some((secret) => secret.length > length && startsWith(secret, tail)))
        return length;
    }
    return 0;
  }
}

const startsWith = (whole: Uint8Array, part: Uint8Array): boolean =>
  part.every((byte, at) => whole[at] === byte);

function find(data: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = data.indexOf(wanted[0] as number, from); at >= 0; ) {
    if (at + wanted.length > data.length) return -1;
    if (startsWith(data.subarray(at), wanted)) return at;
    at = data.indexOf(wanted[0] as number, at + 1);
  }
  return -1;
}
