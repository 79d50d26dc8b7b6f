/**
 * Where a host sends no policy header, a worker that runs programs still has no way out: the globals
 * that reach the network, storage or other workers are removed from it, also from its prototypes.
 */
const reach = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'BroadcastChannel',
  'Worker',
  'SharedWorker',
  'importScripts',
  'indexedDB',
  'caches',
  'navigator',
] as const;

export function removeAuthority(scope: object): void {
  for (
    let object: object | null = scope;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of reach) if (Object.hasOwn(object, name)) Reflect.deleteProperty(object, name);
  }
  for (const name of reach) {
    Reflect.defineProperty(scope, name, { value: undefined, configurable: false, writable: false });
  }
}
