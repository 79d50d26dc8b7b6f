/** One WebSocket to a relay, from dialling to its loss, which is told once and with a reason. */
import { reasonOf } from '../../kernel/jsoncontrol.ts';
import type { Gate, Use } from '../../policy/gate.ts';
import type { ExecutorConfig } from '../config.ts';
import type { Platform } from '../platform.ts';

export interface Lost {
  readonly reason: string;
  /** By the policy: it is not tried again. */
  readonly isRefused: boolean;
}

export interface Wire {
  readonly isOpen: boolean;
  send(text: string): void;
  close(reason?: string): void;
}

interface WireHost {
  readonly platform: Platform;
  readonly gate: Gate;
  readonly use: Use;
  /** A person has said yes to this very connection. */
  readonly isConfirmed: boolean;
  readonly config: ExecutorConfig;
}

interface Heard {
  opened(): void;
  message(text: string): void;
  lost(how: Lost): void;
}

export function dial(
  url: URL,
  { platform, gate, use, isConfirmed, config }: WireHost,
  heard: Heard,
): Wire {
  const { ws_connect_timeout: timeout } = config;
  let socket: WebSocket | undefined;
  let isOver = false;
  let wasOpen = false;
  const lost = (reason: string, isRefused = false): void => {
    if (isOver) return;
    isOver = true;
    late();
    stopRecheck();
    if (socket && socket.readyState < 2) socket.close();
    heard.lost({ reason, isRefused });
  };
  const late = platform.after(timeout, () => {
    if (!wasOpen) lost(`nobody answered within ${timeout / 1000} s`);
  });
  // A policy that is another ends what it does not allow.
  const stopRecheck = gate.onPolicy(() => {
    try {
      gate.recheck(use, isConfirmed);
    } catch (error) {
      lost(reasonOf(error), true);
    }
  });
  try {
    socket = platform.connect(url, [], gate);
    socket.onopen = () => {
      if (isOver) return;
      wasOpen = true;
      heard.opened();
    };
    socket.onmessage = ({ data }) => {
      if (!isOver && typeof data === 'string') heard.message(data);
    };
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }) =>
      lost(reason || (wasOpen ? `the connection was lost (${code})` : 'it cannot be reached'));
  } catch (error) {
    lost(reasonOf(error));
  }
  return {
    get isOpen() {
      return !isOver && socket?.readyState === 1;
    },
    send: (text) => socket?.send(text),
    close: (reason = 'it was closed') => lost(reason),
  };
}
