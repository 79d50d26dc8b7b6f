import { describe, expect, it } from 'vitest';
import { removeAuthority } from './authority.ts';

describe('a worker without authority', () => {
  it('has lost its globals for network and storage, own and inherited, for good', () => {
    class Scope {
      fetch = (): string => 'out';
      get indexedDB(): string {
        return 'out';
      }
      postMessage = (): string => 'stays';
    }
    const scope = new Scope() as Scope & Record<string, unknown>;
    removeAuthority(scope);
    expect([scope['fetch'], scope['indexedDB']]).toEqual([undefined, undefined]);
    expect(Reflect.set(scope, 'fetch', () => 'again')).toBe(false);
    expect(scope.postMessage()).toBe('stays');
  });
});
