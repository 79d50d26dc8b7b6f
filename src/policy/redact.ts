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
  if (!secrets.some((secret) => secret !== '' && text.includes(secret))) return text;
  const redactor = new Redactor(secrets);
  const out = [redactor.push(new TextEncoder().encode(text)), redactor.end()];
  return new TextDecoder().decode(concat(out));
}

const mark = new TextEncoder().encode(REDACTED);

/**
 * The leftmost, and there the longest, of the secrets is taken out, wherever the pieces are cut: what may be the
 * beginning of one is held back.
 */
export class Redactor {
  /** The longest first. */
  readonly #secrets: readonly Uint8Array[];
  readonly #firsts = new Set<number>();
  #held: Uint8Array = new Uint8Array(0);

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
      .filter(Boolean)
      .map((secret) => new TextEncoder().encode(secret))
      .sort((a, b) => b.length - a.length);
    for (const [first] of this.#secrets) this.#firsts.add(first as number);
  }

  push(data: Uint8Array): Uint8Array {
    return this.#secrets.length === 0 ? data : this.#take(concat([this.#held, data]), false);
  }

  end(): Uint8Array {
    return this.#take(this.#held, true);
  }

  #take(data: Uint8Array, isLast: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    while (at < data.length) {
      const found = this.#firsts.has(data[at] as number) ? this.#at(data, at, isLast) : 'none';
      if (found === 'none') {
        at++;
        continue;
      }
      parts.push(data.subarray(from, at));
      if (found === 'perhaps') {
        this.#held = data.slice(at);
        return concat(parts);
      }
      parts.push(mark);
      at += found;
      from = at;
    }
    this.#held = new Uint8Array(0);
    return concat([...parts, data.subarray(from)]);
  }

  /** The length of the secret that begins there; perhaps: more bytes would tell. */
  #at(data: Uint8Array, at: number, isLast: boolean): number | 'none' | 'perhaps' {
    const left = data.length - at;
    for (const secret of this.#secrets) {
      const shown = Math.min(secret.length, left);
      let same = 0;
      while (same < shown && data[at + same] === secret[same]) same++;
      if (same < shown) continue;
      if (same === secret.length) return same;
      if (!isLast) return 'perhaps';
    }
    return 'none';
  }
}
