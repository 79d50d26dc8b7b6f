/**
 * The network under Node: fetch and WebSocket of undici, whose connections are made by us, so that each address a
 * name leads to is checked at the moment it is connected to, and each hop of a redirect is seen.
 */
import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, fetch, WebSocket as NodeWebSocket } from 'undici';
import type { AddressCheck, Platform } from '../executors/platform.ts';
import { after } from './host.ts';

/** Connections are shared by what has the same check only. */
const agents = new WeakMap<AddressCheck, Agent>();

function agentFor(check: AddressCheck): Agent {
  const agent =
    agents.get(check) ??
    new Agent({
      connect: (options, callback) => {
        const { protocol, hostname, port } = options;
        const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}`);
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
  fetch: async (url, { method, headers, body, redirect, signal }, check) => {
    const response = await fetch(url, {
      method,
      headers,
      redirect,
      signal,
      dispatcher: agentFor(check),
      ...(body === undefined ? {} : { body: body as never, duplex: 'half' }),
    }).catch((error: unknown) => {
      throw refusalIn(error) ?? error;
    });
    return response as unknown as Response;
  },
  seesRedirects: true,
  streamsUp: true,
  connect: (url, protocols, check) =>
    new NodeWebSocket(url, {
      protocols: [...protocols],
      dispatcher: agentFor(check),
    }) as unknown as WebSocket,
};

/** What refused an address is what the connection failed of. */
function refusalIn(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) if ('rule' in each) return each;
  return undefined;
}
