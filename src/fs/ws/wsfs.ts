/** WsFs: WebSockets as files. A connection is a directory; a read is a message, a write is a frame. */
import { controlHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import {
  type ComputedDir,
  type ComputedFile,
  fixedDir,
  jsonFile,
  TreeService,
} from '../../kernel/filetree.ts';
import { jsonHandle } from '../../kernel/jsoncontrol.ts';
import type { FileHandle, ServiceSpec } from '../../kernel/service.ts';
import type { Connection, Frame, Message } from './connection.ts';
import type { Connections } from './connections.ts';

/** A request to open or close is no longer. */
const CONTROL_BYTES = 65_536;

export class WsFs extends TreeService {
  constructor(connections: Connections, spec: ServiceSpec = { kind: 'ws' }) {
    super(
      spec,
      fixedDir({
        control: {
          may: 'both',
          open: (mode) =>
            jsonHandle(mode, CONTROL_BYTES, (value) => ({ id: connections.control(value) })),
        },
        status: jsonFile(() => connections.status),
        conns: {
          names: () => connections.ids,
          at: (id) => (connections.has(id) ? dirOf(connections, connections.get(id)) : undefined),
        },
      }),
    );
  }
}

function dirOf(connections: Connections, connection: Connection): ComputedDir {
  return fixedDir({
    in: { may: 'read', open: () => inHandle(connection) },
    'inbox.jsonl': {
      may: 'read',
      open: () =>
        textHandle(() =>
          connection
            .peek()
            .map((each) => `${JSON.stringify(each)}\n`)
            .join(''),
        ),
    },
    out: outFile(connection, 'text'),
    'out.bin': outFile(connection, 'binary'),
    status: jsonFile(() => connection.status),
    url: { may: 'read', open: () => textHandle(() => `${connection.url.href}\n`) },
    ctl: { may: 'write', open: () => controlHandle((line) => tell(connections, connection, line)) },
  });
}

/** One message a read; what a read had no room for comes with the next, of whoever reads it. */
function inHandle(connection: Connection): FileHandle {
  let rest: Uint8Array = new Uint8Array(0);
  let message: Message | undefined;
  return {
    stream: true,
    ready: (what) => {
      if (what === 'write') return undefined;
      return rest.length > 0 ? { bytes: rest.length, hangup: false } : connection.readyIn();
    },
    changed: (signal) => connection.changed(signal),
    read: async (_at, count, signal) => {
      // An empty message is none that a read could tell from the end: `inbox.jsonl` shows it.
      while (rest.length === 0) {
        message = await connection.receive(signal);
        if (!message) return rest;
        rest = message.data;
      }
      const part = rest.subarray(0, count);
      rest = rest.subarray(part.length);
      return part;
    },
    unread: (data) => {
      const all = new Uint8Array(data.length + rest.length);
      all.set(data);
      all.set(rest, data.length);
      rest = all;
    },
    close: () => {
      if (message && rest.length > 0) connection.putBack(message, rest);
    },
  };
}

const outFile = (connection: Connection, type: Frame['type']): ComputedFile => ({
  may: 'write',
  open: () => ({
    stream: true,
    ready: (what) => (what === 'write' ? connection.readyOut() : undefined),
    changed: (signal) => connection.changed(signal),
    write: async (_at, data, signal) => {
      if (type === 'text') checkText(data);
      await connection.send({ type, data }, signal);
      return { written: data.length, end: 0 };
    },
  }),
});

/** A text frame is UTF-8 (RFC 6455 5.6). */
function checkText(data: Uint8Array): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    fail('EILSEQ', 'a text frame is UTF-8: write bytes to out.bin');
  }
}

function tell(connections: Connections, connection: Connection, line: string): void {
  const [verb, first, ...rest] = line.split(/\s+/);
  if (verb === 'forget' && first === undefined) connections.forget(connection.id);
  else if (verb === 'reconnect' && (first === 'on' || first === 'off') && rest.length === 0)
    connection.reconnect = first === 'on';
  else if (verb === 'close') connection.close(...closing(first, rest.join(' ')));
  else fail('EINVAL', `'${line}' is none of close [CODE REASON], reconnect on|off, forget`);
}

/** A client may say 1000, or 3000 to 4999; the reason has at most 123 bytes (WebSockets 3.2). */
function closing(code: string | undefined, reason: string): [number?, string?] {
  if (code === undefined) return [];
  const number = Number(code);
  if (number !== 1000 && !(number >= 3000 && number <= 4999))
    fail('EINVAL', 'a code is 1000, or 3000 to 4999');
  if (new TextEncoder().encode(reason).length > 123)
    fail('EINVAL', 'a reason has at most 123 bytes');
  return [number, reason];
}
