/** Secrets are taken out in each spelling that servers use, and nothing else of a secret can be observed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../kernel/bytes.ts';
import { REDACTED, type Redactor, SecretSet } from './redact.ts';
import { basicCredentials, spell } from './spelling.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function setOf(...secrets: readonly string[]): SecretSet {
  const set = new SecretSet();
  set.add(secrets.map(spell));
  return set;
}

const redact = (text: string, ...secrets: readonly string[]): string =>
  setOf(...secrets).redact(text);

/** Pushes `data` cut at these lengths; each piece that is released, the last at the end. */
function pieces(redactor: Redactor, data: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = 0;
  for (const cut of [...cuts, data.length]) {
    out.push(redactor.push(data.subarray(at, at + cut)));
    at += cut;
  }
  out.push(redactor.end());
  return out;
}

describe('a secret is found', () => {
  const secret = 'a"b\\c/d e+f&g';
  const html = (text: string): string =>
    text.replace(/[&"'<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    ['with escaped slashes', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    [
      'as \\u escapes',
      [...secret].map((l) => `\\u${l.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    ],
    [
      'as \\u escapes of signs alone',
      secret.replace(
        /\W/g,
        (l) => `\\u${l.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
      ),
    ],
    ['in a URL', encodeURIComponent(secret)],
    ['in a form', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['in a URL within a URL', encodeURIComponent(encodeURIComponent(secret))],
    ['in lower-case percents', encodeURIComponent(secret).replace(/%../g, (l) => l.toLowerCase())],
    ['in HTML by number', html(secret)],
    ['in HTML by name', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in HTML twice', secret.replaceAll('&', '&amp;amp;').replaceAll('"', '&amp;quot;')],
    ['in upper case', secret.toUpperCase()],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in upper-case hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    [
      'in quoted-printable',
      secret.replace(/[^a-z]/g, (l) => `=${l.charCodeAt(0).toString(16).toUpperCase()}`),
    ],
    ['quoted for a shell', secret.replace(/\W/g, '\\$&')],
    ['in HTML by numbers with zeros', secret.replace(/\W/g, (l) => `&#0000${l.charCodeAt(0)};`)],
    [
      'in HTML by upper-case hexadecimal numbers',
      secret.replace(/\W/g, (l) => `&#X00${l.charCodeAt(0).toString(16).toUpperCase()};`),
    ],
    ['as \\u{} escapes', secret.replace(/\W/g, (l) => `\\u{${l.charCodeAt(0).toString(16)}}`)],
    [
      'as octal escapes',
      secret.replace(/\W/g, (l) => `\\${l.charCodeAt(0).toString(8).padStart(3, '0')}`),
    ],
    ...[':', '-', ' ', '\n'].map((sign): [string, string] => [
      `in hexadecimal with ${JSON.stringify(sign)} between its bytes`,
      (Buffer.from(secret).toString('hex').match(/../g) ?? []).join(sign),
    ]),
    ...(['utf16le', 'utf16be'] as const).map((charset): [string, string] => {
      const bytes = Buffer.from(secret, 'utf16le');
      return [`in ${charset}`, (charset === 'utf16be' ? bytes.swap16() : bytes).toString('latin1')];
    }),
  ])('%s', (_how, written) => {
    expect(redact(`<${written}>`, secret)).toBe(`<${REDACTED}>`);
  });

  it('in base64, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' }),
        fc.string({ maxLength: 5, unit: 'grapheme-ascii' }),
        fc.string({ maxLength: 5, unit: 'grapheme-ascii' }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (value, before, after, alphabet) => {
          const text = Buffer.from(before + value + after).toString(alphabet);
          const left = redact(text, value).replace(REDACTED, '');
          const edges =
            Buffer.from(before).toString('base64').length +
            2 +
            Buffer.from(after).toString('base64').length;
          expect(redact(text, value)).toContain(REDACTED);
          expect(left.length).toBeLessThanOrEqual(edges);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('in base64 that is wrapped in lines, wherever they and the pieces are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 20, maxLength: 60, unit: 'grapheme-ascii' }),
        fc.string({ minLength: 100, maxLength: 200, unit: 'grapheme-ascii' }),
        fc.string({ maxLength: 80, unit: 'grapheme-ascii' }),
        fc.constantFrom('\n', '\r\n', '\\n', '\\r\\n'),
        fc.constantFrom(64, 76),
        fc.array(fc.nat(90)),
        (value, before, after, lineEnd, width, cuts) => {
          const whole = Buffer.from(before + value + after).toString('base64');
          const lines = whole.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
          const text = encode(lines.join(lineEnd));
          const out = decode(concat(pieces(setOf(value).redactor(), text, cuts)));
          expect(out).toContain(REDACTED);
          const left = out.replace(REDACTED, '').replaceAll(lineEnd, '');
          expect(left.length).toBeLessThanOrEqual(whole.length - value.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with letters beyond ASCII, in each charset', () => {
    const secret = 'schlüssel-é';
    const latin1 = Uint8Array.from(secret, (letter) => letter.charCodeAt(0));
    expect(redact(`x${secret}`, secret)).toBe(`x${REDACTED}`);
    expect(
      redact(
        JSON.stringify(secret).replace(
          /[^\0-\x7f]/g,
          (l) => `\\u00${l.charCodeAt(0).toString(16)}`,
        ),
        secret,
      ),
    ).toBe(`"${REDACTED}"`);
    const redactor = setOf(secret).redactor();
    expect(decode(concat([redactor.push(latin1), redactor.end()]))).toBe(REDACTED);
    // Bytes of UTF-8 in a header, which is read as Latin-1.
    const misread = String.fromCharCode(...encode(secret));
    expect(redact(misread, secret)).toBe(REDACTED);
  });

  it('the longest of those that begin at one place, and each of several', () => {
    expect(redact('secret-key-2 secret-key', 'secret-key', 'secret-key-2')).toBe(
      `${REDACTED} ${REDACTED}`,
    );
    expect(redact('nothing here', 'secret-key')).toBe('nothing here');
    expect(redact('lone \ud800 half', 'secret-key')).toBe('lone \ud800 half');
  });

  it('what a Basic header holds is a secret too', () => {
    const pair = Buffer.from('me:pass-word').toString('base64');
    expect(basicCredentials(`Basic ${pair}`)).toEqual(['me:pass-word', 'pass-word']);
    expect(basicCredentials(`Bearer ${pair}`)).toEqual([]);
    expect(basicCredentials('Basic ***')).toEqual([]);
  });

  it('wherever the pieces are cut', () => {
    const words = fc.constantFrom(
      'sec',
      'ret',
      'secret',
      'x',
      's',
      'secretsecret',
      'se',
      '\\u0073',
      '%73',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), fc.array(fc.nat(7)), (parts, cuts) => {
        const whole = parts.join('');
        const out = pieces(setOf('secret').redactor(), encode(whole), cuts);
        expect(decode(concat(out))).toBe(redact(whole, 'secret'));
        expect(decode(concat(out))).not.toMatch(/secret|\\u0073ecret|%73ecret/);
      }),
    );
  });
});

describe('a secret that does not pass', () => {
  const letters = 'ab"\\%&1';
  const secretText = fc
    .array(fc.constantFrom(...letters), { minLength: 8, maxLength: 200 })
    .map((all) => all.join(''));
  const written = fc.oneof(
    fc
      .array(fc.constantFrom(...letters, '\n', 'a"b'), { maxLength: 40 })
      .map((all) => all.join('')),
    fc.base64String({ maxLength: 40 }),
    fc.string({ maxLength: 200 }),
  );

  it('changes neither what is released nor when, whatever the secret is', () => {
    fc.assert(
      fc.property(
        fc.array(secretText, { minLength: 1, maxLength: 3 }),
        fc.array(secretText, { minLength: 1, maxLength: 3 }),
        fc.array(written, { maxLength: 200 }),
        fc.array(fc.nat(3000), { maxLength: 40 }),
        (ones, others, parts, cuts) => {
          const data = encode(parts.join(''));
          const [a, b] = [setOf(...ones).redactor(), setOf(...others).redactor()];
          const released = [pieces(a, data, cuts), pieces(b, data, cuts)];
          fc.pre(!a.found && !b.found);
          expect(released[0]).toEqual(released[1]);
          expect(concat(released[0] ?? [])).toEqual(data);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is not told by its beginning: a guess is held back as long as anything else', () => {
    const secret = 'k7-very-secret';
    for (const guess of ['k', 'k7-very-secre', 'zzzzzzzzzzzzz', '{"']) {
      const redactor = setOf(secret).redactor();
      expect(redactor.push(encode(guess))).toHaveLength(0);
      expect(redactor.push(encode('\n'))).toHaveLength(guess.length + 1);
      expect(redactor.push(encode(`${guess}${'.'.repeat(8_000)}`)).length).toBe(
        8_000 + guess.length - 4_096,
      );
    }
  });
});
