/**
 * The network under Node: fetch and WebSocket of undici, whose connections are made by us, so that each address a
 * name leads to is checked at the moment it is connected to, and each hop of a redirect is seen.
 */
import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, fetch, WebSocket as NodeWebSocket } from 'undici';
import type { AddressCheck, Answer, Platform } from '../executors/platform.ts';
import { decoded, withoutCoding } from './coding.ts';
import { after } from './host.ts';

/** Connections are shared by what has the same check only. */
const agents = new WeakMap<AddressCheck, Agent>();

function agentFor(check: AddressCheck): Agent {
  const agent =
    agents.get(check) ??
    new Agent({
      connect: (options, callback) => {
        const { protocol, hostname, port } = options;
        const host = hostname.includes(':') ? `[${hostname}]` : hostname;
        const url = new URL(`${protocol}//${host}${port ? `:${port}` : ''}`);
        buildConnector({ lookup: checkedLookup(url, check) })(options, callback);
      },
    });
  agents.set(check, agent);
  return agent;
}

const checkedLookup =
  (url: URL, check: AddressCheck): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      try {
        for (const { address } of addresses) check.checkAddress(url, address);
      } catch (refused) {
        return callback(refused as Error, []);
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };

export const network: Platform = {
  now: () => Date.now(),
  random: () => Math.random(),
  after,
  fetch: async (url, { method, headers, body, signal }, check) => {
    let coding: string | undefined;
    const dispatcher = withoutCoding(agentFor(check), (told) => {
      coding = told;
    });
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal,
      dispatcher,
      ...(body === undefined ? {} : { body: body as never, duplex: 'half' }),
    }).catch((error: unknown) => {
      throw refusalIn(error) ?? error;
    });
    return coding === undefined
      ? (response as unknown as Answer)
      : decodedAnswer(response as unknown as Answer, coding);
  },
  seesRedirects: true,
  streamsUp: true,
  connect: (url, protocols, check) =>
    new NodeWebSocket(url, {
      protocols: [...protocols],
      dispatcher: agentFor(check),
    }) as unknown as WebSocket,
};

/** The answer as it was sent, with its body decoded. */
function decodedAnswer(
  { status, statusText, type, headers, body }: Answer,
  coding: string,
): Answer {
  const all = new Headers(headers);
  all.set('content-encoding', coding);
  return {
    status,
    statusText,
    type,
    headers: all,
    body: body && (decoded(body, coding) as Answer['body']),
  };
}

/** What refused an address is what the connection failed of. */
function refusalIn(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) if ('rule' in each) return each;
  return undefined;
}
