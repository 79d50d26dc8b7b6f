/**
 * The language of policies, one for all capabilities: what a mount allows, and how much. A policy is JSON that its
 * schema checks; what it does not name it does not allow.
 */
import { type Schema, Validator } from '@cfworker/json-schema';
import { fail } from '../kernel/errors.ts';
import type { Json } from '../kernel/service.ts';
import { schema } from './schema.ts';

/** A header that the host adds to requests; a secret is named, never written. */
export interface AddedHeader {
  readonly header: string;
  readonly secret?: string;
  readonly value?: string;
  /** Before the secret: `Bearer ` where it is left out and the header is Authorization. */
  readonly prefix?: string;
  /** Only for these; all that the policy allows where it is left out. */
  readonly origins?: readonly string[];
}

/** Whether a header may have this value: one line of Latin-1 (RFC 9110 5.5). */
export const isHeaderText = (text: string): boolean =>
  [...text].every((letter) => {
    const code = letter.codePointAt(0) as number;
    return code === 0x09 || (code >= 0x20 && code !== 0x7f && code <= 0xff);
  });

/** Headers of a connection and of the framing of messages (RFC 9110 7.6.1, 8.6): nobody but the carrier sets them. */
export const isFraming = (name: string): boolean =>
  /^(connection|content-length|expect|host|http2-settings|keep-alive|proxy-(authenticate|authorization|connection)|te|trailer|transfer-encoding|upgrade)$/i.test(
    name,
  );

export interface Policy {
  /** Whom HTTP and WebSocket may reach: `https://api.example.org`, `wss://*.example.org`. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Names of headers that a program may set; `*` for all. */
  readonly headers: readonly string[];
  readonly add: readonly AddedHeader[];
  readonly redirects: 'error' | 'follow';
  readonly bytes: {
    /** Most of one request or message out, of one response or message in, and of both all told. */
    readonly request: number;
    readonly response: number;
    readonly total: number;
  };
  /** Uses a minute: requests, connections, signatures. */
  readonly per_minute: number;
  /** Kinds of events that may be signed: 1, or '5000-5999'. */
  readonly kinds: readonly (number | string)[];
  readonly relays: readonly string[];
  /** When a person is asked: for what the lists do not name, for all, or not at all. */
  readonly confirm: 'never' | 'unlisted' | 'always';
}

const MIB = 1 << 20;

const first: Policy = {
  origins: [],
  methods: ['GET', 'HEAD'],
  headers: [
    'accept',
    'accept-language',
    'cache-control',
    'content-type',
    'idempotency-key',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'last-event-id',
    'range',
  ],
  add: [],
  redirects: 'error',
  bytes: { request: 8 * MIB, response: 16 * MIB, total: 1024 * MIB },
  per_minute: 600,
  kinds: [],
  relays: [],
  confirm: 'never',
};

/** From what someone wrote; EINVAL says what is wrong. What is left out is that of `first`. */
export function policyFrom(value: unknown): Policy {
  const given = (value ?? {}) as Partial<Policy>;
  const { valid, errors } = new Validator(schema as unknown as Schema, '2020-12', false).validate(
    given,
  );
  if (!valid) {
    const { instanceLocation: at, error } = errors.at(-1) ?? { instanceLocation: '#', error: '' };
    fail('EINVAL', `the policy is wrong at ${at}: ${error}`);
  }
  const added = given.add ?? [];
  const whom = added.flatMap(({ origins = [] }) => origins);
  for (const origin of [...(given.origins ?? []), ...(given.relays ?? []), ...whom])
    patternFrom(origin);
  for (const { header, secret, value } of added) {
    if ((secret === undefined) === (value === undefined))
      fail('EINVAL', `what is added as ${header} is a secret or a value`);
    if (isFraming(header)) fail('EINVAL', `${header} is set by what carries the request`);
  }
  return { ...first, ...given, bytes: { ...first.bytes, ...given.bytes } };
}

/** As data, for who shows or keeps it; a policy holds no secret. */
export const policyJson = (policy: Policy): { readonly [name: string]: Json } =>
  policy as unknown as { readonly [name: string]: Json };

export interface Pattern {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  /** Names below `host`, and not itself. */
  readonly wild: boolean;
}

const ports: Readonly<Record<string, string>> = {
  'http:': '80',
  'https:': '443',
  'ws:': '80',
  'wss:': '443',
};

/** EINVAL for what is no origin of HTTP or WebSocket. */
export function patternFrom(text: string): Pattern {
  const wild = text.includes('://*.');
  let url: URL;
  try {
    url = new URL(wild ? text.replace('://*.', '://') : text);
  } catch {
    return fail('EINVAL', `'${text}' is no origin: write https://name or https://*.name`);
  }
  const isOrigin = url.pathname === '/' && url.search === '' && url.username === '';
  if (!isOrigin || !(url.protocol in ports))
    fail('EINVAL', `'${text}' is no origin of http, https, ws or wss`);
  return { protocol: url.protocol, host: hostOf(url), port: portOf(url), wild };
}

export const hostOf = (url: URL): string => url.hostname.toLowerCase().replace(/\.+$/, '');
const portOf = ({ port, protocol }: URL): string => port || (ports[protocol] ?? '');

/** Whether one of the patterns allows it; `exact`: one without a star. */
export function isListed(url: URL, patterns: readonly string[], exact = false): boolean {
  const host = hostOf(url);
  return patterns
    .map(patternFrom)
    .some(
      (pattern) =>
        pattern.protocol === url.protocol &&
        pattern.port === portOf(url) &&
        !(exact && pattern.wild) &&
        (pattern.wild ? host.endsWith(`.${pattern.host}`) : host === pattern.host),
    );
}

export const isKind = (kind: number, kinds: Policy['kinds']): boolean =>
  kinds.some((each) => {
    if (typeof each === 'number') return each === kind;
    const [from = 0, to = from] = each.split('-').map(Number);
    return kind >= from && kind <= to;
  });
